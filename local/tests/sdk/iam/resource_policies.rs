//! The policies of resources: together with those of the caller they say who may do what.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use e2e::Account;
use hyper::Method;
use serde_json::{Value, json};

use super::{assume, described, with_credentials};
use crate::call;

const ROLE: &str = "arn:aws:iam::123456789012:role/test";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/test/session";
const TABLE: &str = "arn:aws:dynamodb:eu-central-1:123456789012:table/items";

/// A role that everybody in the account may assume, with these statements.
fn role(statements: &Value) -> Value {
    let mut properties = json!({
        "RoleName": "test",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole",
        }]},
    });
    if statements.as_array().is_some_and(|all| !all.is_empty()) {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        properties["Policies"] = json!([{"PolicyName": "own", "PolicyDocument": document}]);
    }
    json!({"Type": "AWS::IAM::Role", "Properties": properties})
}

fn allow(actions: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
}

/// A statement of the policy of a resource.
fn statement(effect: &str, principal: &Value, action: &str) -> Value {
    json!({"Sid": format!("{effect} it"), "Effect": effect, "Principal": principal, "Action": action, "Resource": "*"})
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A table with a policy, after the role that the policy may name.
fn table(policy: &Value) -> Value {
    json!({"Type": "AWS::DynamoDB::Table", "DependsOn": "Role", "Properties": {
        "TableName": "items", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "ResourcePolicy": {"PolicyDocument": policy},
    }})
}

async fn deployed(account: &Account, resources: &Value) {
    let template = json!({"Resources": resources}).to_string();
    let status = account.deploy("stack", &template, &[]).await;
    let is_complete = ["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(&status.as_str());
    assert!(is_complete, "{status}");
}

async fn session(account: &Account) -> SdkConfig {
    let credentials = assume(account, "test")
        .await
        .expect("it trusts the account");
    with_credentials(&account.config, credentials)
}

async fn scan(config: &SdkConfig) -> Option<String> {
    let dynamodb = aws_sdk_dynamodb::Client::new(config);
    let scanned = dynamodb.scan().table_name("items").send().await;
    scanned.map_err(|err| described(&err)).err()
}

#[tokio::test]
async fn the_policy_of_a_table_allows_and_denies() {
    let account = Account::new().await;
    let role_arn = json!({"AWS": ROLE});
    let denied = |user: &str, why: &str| {
        Some(format!(
            "AccessDeniedException: User: {user} is not authorized to perform: dynamodb:Scan on resource: {TABLE} {why}"
        ))
    };
    let implicit = "because no identity-based policy allows the dynamodb:Scan action";
    let explicit = "with an explicit deny in a resource-based policy";
    let root = json!({"AWS": "arn:aws:iam::123456789012:root"});
    let scan_by = |principal: &Value, effect: &str| statement(effect, principal, "dynamodb:Scan");
    let nothing = json!([]);
    let all = json!([allow("dynamodb:*")]);
    let cases = [
        (&nothing, scan_by(&role_arn, "Allow"), None),
        (&nothing, scan_by(&json!({"AWS": SESSION}), "Allow"), None),
        // The account leaves it to IAM who of it may.
        (&nothing, scan_by(&root, "Allow"), denied(SESSION, implicit)),
        (&all, scan_by(&root, "Allow"), None),
        (&all, scan_by(&role_arn, "Deny"), denied(SESSION, explicit)),
        (
            &all,
            scan_by(&json!("*"), "Deny"),
            denied(SESSION, explicit),
        ),
    ];
    for (own, statement, expected) in cases {
        let resources =
            json!({"Role": role(own), "Table": table(&document(std::slice::from_ref(&statement)))});
        deployed(&account, &resources).await;
        assert_eq!(
            scan(&session(&account).await).await,
            expected,
            "{own} {statement}"
        );
    }
    // The last policy denies everybody: an administrator, too.
    let user = "arn:aws:iam::123456789012:user/local";
    assert_eq!(scan(&account.config).await, denied(user, explicit));
    account.local.stop().await;
}

#[tokio::test]
async fn a_boundary_limits_what_a_policy_of_a_resource_allows_a_role() {
    let account = Account::new().await;
    let mut bounded = role(&json!([]));
    bounded["Properties"]["PermissionsBoundary"] =
        "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess".into();
    for (principal, expected) in [
        (
            ROLE,
            Some("because no permissions boundary allows the dynamodb:Scan action"),
        ),
        (SESSION, None),
    ] {
        let policy = document(&[statement(
            "Allow",
            &json!({"AWS": principal}),
            "dynamodb:Scan",
        )]);
        deployed(&account, &json!({"Role": bounded, "Table": table(&policy)})).await;
        let err = scan(&session(&account).await).await;
        match expected {
            None => assert_eq!(err, None),
            Some(why) => assert!(
                err.as_ref().is_some_and(|err| err.ends_with(why)),
                "{err:?}"
            ),
        }
    }
    account.local.stop().await;
}

#[tokio::test]
async fn the_policy_of_a_table_is_put_read_and_deleted() {
    let account = Account::new().await;
    let mut plain = table(&Value::Null);
    plain["Properties"]
        .as_object_mut()
        .unwrap()
        .remove("ResourcePolicy");
    deployed(&account, &json!({"Role": role(&json!([])), "Table": plain})).await;
    let dynamodb = aws_sdk_dynamodb::Client::new(&account.config);
    let put = async |policy: Value| {
        let put = dynamodb.put_resource_policy().resource_arn(TABLE);
        let put = put.policy(policy.to_string()).send().await;
        put.map(|put| put.revision_id().unwrap_or("").to_owned())
            .map_err(|err| described(&err))
    };
    let gone = json!({"AWS": "arn:aws:iam::123456789012:role/gone"});
    assert_eq!(
        put(document(&[statement("Allow", &gone, "dynamodb:Scan")]))
            .await
            .unwrap_err(),
        "ValidationException: One or more parameter values were invalid: Invalid principal in policy document."
    );
    let policy = document(&[statement(
        "Allow",
        &json!({"AWS": ROLE}),
        "dynamodb:PutItem",
    )]);
    let revision = put(policy.clone()).await.unwrap();
    let read = dynamodb
        .get_resource_policy()
        .resource_arn(TABLE)
        .send()
        .await
        .unwrap();
    assert_eq!(read.revision_id(), Some(revision.as_str()));
    assert_eq!(
        serde_json::from_str::<Value>(read.policy().unwrap()).unwrap(),
        policy
    );

    let as_role = aws_sdk_dynamodb::Client::new(&session(&account).await);
    let item = || {
        let item = as_role.put_item().table_name("items");
        item.item("id", AttributeValue::S("a".into())).send()
    };
    item().await.expect("the policy allows it");
    dynamodb
        .delete_resource_policy()
        .resource_arn(TABLE)
        .send()
        .await
        .unwrap();
    let err = item().await.map_err(|err| described(&err)).unwrap_err();
    assert!(
        err.contains("no identity-based policy allows the dynamodb:PutItem action"),
        "{err}"
    );
    let err = dynamodb
        .get_resource_policy()
        .resource_arn(TABLE)
        .send()
        .await;
    let err = described(&err.unwrap_err());
    assert!(err.starts_with("PolicyNotFoundException: "), "{err}");
    account.local.stop().await;
}

#[tokio::test]
async fn the_policy_of_a_bucket_denies_even_an_administrator() {
    let account = Account::new().await;
    let bucket =
        json!({"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "mine"}}});
    deployed(&account, &bucket).await;
    call::put_object(&account, "mine", "a", "text").await;
    let rest = async |method: Method, path: &str, body: &str| {
        call::regional_rest(&account, "s3", method, path, body).await
    };
    assert_eq!(rest(Method::GET, "/mine/a", "").await.status, 200);
    let policy = |effect: &str, principal: Value, action: &str| {
        json!({"Version": "2012-10-17", "Statement": [{
            "Effect": effect, "Principal": principal, "Action": action, "Resource": "arn:aws:s3:::mine/*",
        }]}).to_string()
    };
    let cases = [
        (
            policy(
                "Allow",
                json!({"AWS": "arn:aws:iam::123456789012:role/gone"}),
                "s3:GetObject",
            ),
            400,
            "<Code>MalformedPolicy</Code><Message>Invalid principal in policy</Message>",
        ),
        (
            policy("Allow", json!("*"), "s3:GetObject"),
            403,
            "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
        ),
        (policy("Deny", json!("*"), "s3:GetObject"), 204, ""),
    ];
    for (policy, status, expected) in cases {
        let put = rest(Method::PUT, "/mine?policy", &policy).await;
        assert_eq!(put.status, status, "{}", put.text);
        assert!(put.text.contains(expected), "{}", put.text);
    }
    let denied = rest(Method::GET, "/mine/a", "").await;
    assert_eq!(denied.status, 403);
    assert!(denied.text.contains("User: arn:aws:iam::123456789012:user/local is not authorized to perform: s3:GetObject on resource: "), "{}", denied.text);
    assert!(
        denied
            .text
            .contains("with an explicit deny in a resource-based policy"),
        "{}",
        denied.text
    );
    assert_eq!(rest(Method::DELETE, "/mine?policy", "").await.status, 204);
    assert_eq!(rest(Method::GET, "/mine/a", "").await.status, 200);
    account.local.stop().await;
}

#[tokio::test]
async fn the_policy_of_a_secret_decides_too() {
    let account = Account::new().await;
    let secret = json!({"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "s", "SecretString": "v"}});
    let policy = |principal: &str, effect: &str| {
        let principal = json!({"AWS": principal});
        document(&[statement(
            effect,
            &principal,
            "secretsmanager:GetSecretValue",
        )])
    };
    let user = "arn:aws:iam::123456789012:user/local";
    let resource = json!({"Type": "AWS::SecretsManager::ResourcePolicy", "Properties": {
        "SecretId": {"Ref": "Secret"}, "ResourcePolicy": policy(user, "Deny"),
    }});
    deployed(&account, &json!({"Secret": secret, "Policy": resource})).await;
    let json = async |action: &str, input: Value| {
        call::json(&account, "secretsmanager", action, &input).await
    };
    let (code, message) = json("GetSecretValue", json!({"SecretId": "s"}))
        .await
        .error();
    assert_eq!(code, "AccessDeniedException");
    assert!(message.starts_with(&format!("User: {user} is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-central-1:123456789012:secret:s-")), "{message}");
    assert!(
        message.ends_with(" with an explicit deny in a resource-based policy"),
        "{message}"
    );
    let read = json("GetResourcePolicy", json!({"SecretId": "s"}))
        .await
        .output();
    assert_eq!(read["ResourcePolicy"], policy(user, "Deny").to_string());
    for (policy, expected) in [
        (
            policy(ROLE, "Allow"),
            "This resource policy contains an unsupported principal.",
        ),
        (
            document(&[statement("Deny", &json!("*"), "secretsmanager:*")]),
            "Your requested changes will not allow you to manage this secret in the future.",
        ),
    ] {
        let input = json!({"SecretId": "s", "ResourcePolicy": policy.to_string()});
        let (code, message) = json("PutResourcePolicy", input).await.error();
        assert_eq!(
            (code.as_str(), message.as_str()),
            ("MalformedPolicyDocumentException", expected)
        );
    }
    json("DeleteResourcePolicy", json!({"SecretId": "s"}))
        .await
        .output();
    json("GetSecretValue", json!({"SecretId": "s"}))
        .await
        .output();
    account.local.stop().await;
}
