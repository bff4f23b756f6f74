//! Keys of users: their policies, and the services that use them for a caller.

use aws_config::SdkConfig;
use aws_sdk_ssm::types::ParameterType;
use e2e::Account;
use serde_json::{Value, json};

use super::{assume, described, with_credentials};
use crate::call;

const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/test/session";

/// A role that may read parameters and scan tables, and what else `more` says.
fn role(more: &[&str]) -> Value {
    let mut actions = vec!["ssm:*", "dynamodb:*"];
    actions.extend(more);
    json!({"Type": "AWS::IAM::Role", "Properties": {
        "RoleName": "test",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole",
        }]},
        "Policies": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": "*"},
        ]}}],
    }})
}

/// A key that these principals may use.
fn key(principals: &[&str]) -> Value {
    json!({"Type": "AWS::KMS::Key", "DependsOn": "Role", "Properties": {"KeyPolicy": {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "Users of the key", "Effect": "Allow", "Principal": {"AWS": principals}, "Action": "kms:*", "Resource": "*"}],
    }}})
}

const ROOT: &str = "arn:aws:iam::123456789012:root";
const USER: &str = "arn:aws:iam::123456789012:user/local";
const ROLE: &str = "arn:aws:iam::123456789012:role/test";

async fn deployed(account: &Account, resources: &Value) -> String {
    let template = json!({
        "Resources": resources, "Outputs": {"Key": {"Value": {"Fn::GetAtt": ["Key", "Arn"]}}},
    });
    let status = account.deploy("stack", &template.to_string(), &[]).await;
    let is_complete = ["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(&status.as_str());
    assert!(is_complete, "{status}");
    account.output("stack", "Key").await
}

async fn session(account: &Account) -> SdkConfig {
    let credentials = assume(account, "test")
        .await
        .expect("it trusts the account");
    with_credentials(&account.config, credentials)
}

/// Who may use the key: its policy must name the role, or leave it to IAM.
#[tokio::test]
async fn the_policy_of_a_key_must_allow_its_use() {
    let account = Account::new().await;
    let identity = "because no identity-based policy allows the kms:Decrypt action";
    let resource = "because no resource-based policy allows the kms:Decrypt action";
    let cases: [(&[&str], &[&str], Option<&str>); 5] = [
        (&[ROOT], &[], Some(identity)),
        (&[ROOT], &["kms:Decrypt"], None),
        (&[USER, ROLE], &[], None),
        (&[USER], &["kms:*"], Some(resource)),
        (&[USER, SESSION], &[], None),
    ];
    for (principals, more, expected) in cases {
        let key = deployed(
            &account,
            &json!({"Role": role(more), "Key": key(principals)}),
        )
        .await;
        let put = account
            .ssm
            .put_parameter()
            .name("/secret")
            .value("v")
            .overwrite(true);
        let put = put.r#type(ParameterType::SecureString).key_id(&key);
        put.send().await.expect("the developer may encrypt");
        let ssm = aws_sdk_ssm::Client::new(&session(&account).await);
        let read = ssm.get_parameter().name("/secret");
        read.clone().send().await.expect("without the value");
        let read = read.with_decryption(true).send().await;
        let err = read.map_err(|err| described(&err)).err();
        let Some(why) = expected else {
            assert_eq!(err, None, "{principals:?} {more:?}");
            continue;
        };
        let denied = format!(
            "AccessDeniedException: User: {SESSION} is not authorized to perform: kms:Decrypt on resource: {key} {why} (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: "
        );
        assert!(
            err.as_ref().is_some_and(|err| err.starts_with(&denied)),
            "{err:?}"
        );
    }
    account.local.stop().await;
}

#[tokio::test]
async fn whoever_reads_a_table_with_a_key_must_be_able_to_decrypt() {
    let account = Account::new().await;
    let table = json!({"Type": "AWS::DynamoDB::Table", "Properties": {
        "TableName": "items", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "SSESpecification": {"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "Key"}},
    }});
    let scan = async || {
        let dynamodb = aws_sdk_dynamodb::Client::new(&session(&account).await);
        let scanned = dynamodb.scan().table_name("items").send().await;
        scanned.map_err(|err| described(&err)).err()
    };
    let resources = |more| json!({"Role": role(more), "Key": key(&[ROOT]), "Table": table});
    let arn = deployed(&account, &resources(&[])).await;
    let err = scan().await.expect("it may not decrypt");
    assert!(err.starts_with(&format!("AccessDeniedException: KMS key access denied error: com.amazonaws.services.kms.model.AWSKMSException: User: {SESSION} is not authorized to perform: kms:Decrypt on resource: {arn} because no identity-based policy allows the kms:Decrypt action (Service: AWSKMS; ")), "{err}");
    deployed(&account, &resources(&["kms:Decrypt"])).await;
    assert_eq!(scan().await, None);
    let input = json!({"KeyId": arn});
    call::json(&account, "kms", "DisableKey", &input).await;
    let err = scan().await.expect("the key is disabled");
    assert!(err.contains(&format!("KMS key disabled error: com.amazonaws.services.kms.model.DisabledException: {arn} is disabled.")), "{err}");
    account.local.stop().await;
}

/// The first failure of the events of a stack that cannot be created.
async fn failure(account: &Account, stack: &str, resources: &Value) -> String {
    let template = json!({"Resources": resources}).to_string();
    let status = account.deploy(stack, &template, &[]).await;
    assert_eq!(status, "ROLLBACK_COMPLETE", "{resources}");
    let events = account
        .cloudformation
        .describe_stack_events()
        .stack_name(stack);
    let events = events.send().await.unwrap();
    let mut events = events.stack_events().iter().rev();
    let failed = events.find(|event| {
        let status = event.resource_status().map_or("", |status| status.as_str());
        status.ends_with("_FAILED")
    });
    let failed = failed.expect("a failed resource");
    let (id, reason) = (
        failed.logical_resource_id(),
        failed.resource_status_reason(),
    );
    format!("{}: {}", id.unwrap_or(""), reason.unwrap_or(""))
}

#[tokio::test]
async fn a_stack_fails_at_what_a_key_is_not_for() {
    let account = Account::new().await;
    // A key that its own account may administer, and use for nothing.
    let statement = |action: Value| json!({"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": action, "Resource": "*"});
    let administered = json!(["kms:Put*", "kms:Schedule*", "kms:DescribeKey", "kms:Get*"]);
    let key = |action: Value| json!({"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": [statement(action)]}}});
    let arn = json!({"Fn::GetAtt": ["Key", "Arn"]});
    let group = json!({"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "g", "KmsKeyId": arn}});
    let secret = json!({"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": "v", "KmsKeyId": arn}});
    let table = json!({"Type": "AWS::DynamoDB::Table", "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "SSESpecification": {"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": arn},
    }});
    let repository = json!({"Type": "AWS::ECR::Repository", "Properties": {
        "EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": arn},
    }});
    let none = json!("kms:*");
    let cases = [
        (
            "group",
            group,
            &none,
            "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-central-1:123456789012:log-group:g'",
        ),
        (
            "secret",
            secret,
            &administered,
            "Access to KMS is not allowed",
        ),
        (
            "table",
            table,
            &administered,
            "KMS key access denied error: com.amazonaws.services.kms.model.AWSKMSException: User: arn:aws:iam::123456789012:user/local is not authorized to perform: kms:CreateGrant on resource: ",
        ),
        (
            "repository",
            repository,
            &administered,
            "is not authorized to perform: kms:CreateGrant on resource: ",
        ),
    ];
    for (stack, resource, action, expected) in cases {
        let resources = json!({"Key": key(action.clone()), "It": resource});
        let reason = failure(&account, stack, &resources).await;
        assert!(
            reason.starts_with("It: ") && reason.contains(expected),
            "{reason}"
        );
    }
    let locked = key(json!("kms:Encrypt"));
    let reason = failure(&account, "locked", &json!({"Key": locked})).await;
    assert!(reason.contains("The new key policy will not allow you to update the key policy in the future. (Service: Kms, Status Code: 400, "), "{reason}");
    account.local.stop().await;
}
