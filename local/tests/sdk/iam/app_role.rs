//! The role of the app has exactly what the app needs: without any one of its actions and resources
//! the call that it is for is denied.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_ssm::types::ParameterType;
use e2e::Account;

use super::{assumed, described, role};

/// The calls of the app, each with the action that it needs.
async fn calls(config: &aws_config::SdkConfig) -> Vec<(&'static str, Option<String>)> {
    let ssm = aws_sdk_ssm::Client::new(config);
    let dynamodb = aws_sdk_dynamodb::Client::new(config);
    let parameter = async |name: &str| {
        let read = ssm.get_parameter().name(name).with_decryption(true);
        read.send().await.map_err(|err| described(&err)).err()
    };
    let table = "table-Table-1";
    let described_table = dynamodb.describe_table().table_name(table).send().await;
    let key = AttributeValue::S("none".into());
    let item = dynamodb.get_item().table_name(table).key("itemID", key);
    let scan = dynamodb.scan().table_name(table).send().await;
    vec![
        ("/go-on-aws/table", parameter("/go-on-aws/table").await),
        (
            "/go-on-aws/credentials",
            parameter("/go-on-aws/credentials").await,
        ),
        (
            "dynamodb:DescribeTable",
            described_table.map_err(|err| described(&err)).err(),
        ),
        (
            "dynamodb:GetItem",
            item.send().await.map_err(|err| described(&err)).err(),
        ),
        ("dynamodb:Scan", scan.map_err(|err| described(&err)).err()),
    ]
}

/// The statements of the app's role in the template of the container stack, with these parts of them.
fn statements(parameters: &[&str], actions: &[&str]) -> String {
    let parameters: Vec<String> = parameters
        .iter()
        .map(|name| format!("arn:aws:ssm:eu-central-1:123456789012:parameter{name}"))
        .collect();
    let mut statements = Vec::new();
    if !parameters.is_empty() {
        statements.push(format!(
            r#"{{"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": {parameters:?}}}"#
        ));
    }
    if !actions.is_empty() {
        statements.push(format!(r#"{{"Effect": "Allow", "Action": {actions:?}, "Resource": "arn:aws:dynamodb:eu-central-1:123456789012:table/table-Table-*"}}"#));
    }
    format!("[{}]", statements.join(", "))
}

#[tokio::test]
async fn without_any_part_of_its_role_a_call_of_the_app_is_denied() {
    let account = Account::new().await;
    for name in ["/go-on-aws/table", "/go-on-aws/credentials"] {
        let put = account.ssm.put_parameter().name(name).value("v");
        put.r#type(ParameterType::SecureString)
            .send()
            .await
            .unwrap();
    }
    let table = r#"{"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "table-Table-1", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "itemID", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "itemID", "KeyType": "HASH"}]}}}}"#;
    assert_eq!(account.deploy("table", table, &[]).await, "CREATE_COMPLETE");
    let parameters = ["/go-on-aws/table", "/go-on-aws/credentials"];
    let actions = [
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
        "dynamodb:Scan",
    ];
    let config = assumed(&account, &role(&statements(&parameters, &actions))).await;
    for (part, err) in calls(&config).await {
        assert_eq!(err, None, "{part}");
    }
    for removed in parameters.iter().chain(&actions) {
        let left = |all: &[&'static str]| -> Vec<&'static str> {
            all.iter().filter(|one| *one != removed).copied().collect()
        };
        let policy = statements(&left(&parameters), &left(&actions));
        let config = assumed(&account, &role(&policy)).await;
        for (part, err) in calls(&config).await {
            assert_eq!(
                err,
                (part == *removed).then(|| denial(part)),
                "{part} without {removed}"
            );
        }
    }
    account.local.stop().await;
}

/// AWS's message for a call that needs this part.
fn denial(part: &str) -> String {
    let (action, resource) = match part.strip_prefix("dynamodb:") {
        Some(_) => (
            part,
            "dynamodb:eu-central-1:123456789012:table/table-Table-1".to_owned(),
        ),
        None => (
            "ssm:GetParameter",
            format!("ssm:eu-central-1:123456789012:parameter{part}"),
        ),
    };
    format!(
        "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/test/session is not authorized to perform: {action} on resource: arn:aws:{resource} because no identity-based policy allows the {action} action"
    )
}
