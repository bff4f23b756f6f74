use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::account::Item;
use crate::account::testing::account;

async fn account_with_role() -> Arc<Account> {
    let account = account().await;
    let properties = json!({
        "AssumeRolePolicyDocument": {"Version": "2012-10-17"},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ssm:Get*", "Resource": "*", "Condition": {"StringEquals": {"a:b": "c"}}},
            {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
        ]}}],
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        "Tags": [{"Key": "k", "Value": "v"}],
    });
    let attributes = json!({"Arn": "arn:aws:iam::123456789012:role/r", "RoleId": "AROAX"});
    let item = Item {
        resource_type: "AWS::IAM::Role".into(),
        properties,
        attributes: attributes.as_object().unwrap().clone(),
    };
    account
        .change(|state| state.inventory.put("r", item))
        .unwrap();
    account
}

#[tokio::test]
async fn a_role_is_read_with_everything_that_is_attached() {
    let account = account_with_role().await;
    let call = |action: &str, input: Value| handle(&account, action, &input).unwrap();
    let role = &call("GetRole", json!({"RoleName": "r"}))["Role"];
    assert_eq!(role["Path"], "/");
    assert_eq!(role["MaxSessionDuration"], 3600);
    assert_eq!(
        role["AssumeRolePolicyDocument"],
        "%7B%22Version%22%3A%222012-10-17%22%7D"
    );
    assert_eq!(role["Tags"], json!([{"Key": "k", "Value": "v"}]));
    let names = call("ListRolePolicies", json!({"RoleName": "r"}));
    assert_eq!(names, json!({"PolicyNames": ["p"], "IsTruncated": false}));
    let policy = call("GetRolePolicy", json!({"RoleName": "r", "PolicyName": "p"}));
    assert!(
        policy["PolicyDocument"]
            .as_str()
            .unwrap()
            .starts_with("%7B")
    );
    let attached = call("ListAttachedRolePolicies", json!({"RoleName": "r"}));
    assert_eq!(
        attached["AttachedPolicies"][0]["PolicyName"],
        "ReadOnlyAccess"
    );
    let arn = json!({"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    let policy = &call("GetPolicy", arn.clone())["Policy"];
    assert_eq!(
        (&policy["AttachmentCount"], &policy["Path"]),
        (&json!(1), &json!("/"))
    );
    let version = json!({"PolicyArn": arn["PolicyArn"], "VersionId": policy["DefaultVersionId"]});
    let version = &call("GetPolicyVersion", version)["PolicyVersion"];
    assert_eq!(version["IsDefaultVersion"], true);
    assert_eq!(call("ListRoles", json!({}))["Roles"][0]["RoleName"], "r");
    assert_eq!(
        call("ListRoles", json!({"PathPrefix": "/a/"}))["Roles"],
        json!([])
    );
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let account = account_with_role().await;
    let rows = [
        (
            "GetRole",
            json!({"RoleName": "x"}),
            "The role with name x cannot be found.",
        ),
        (
            "ListRolePolicies",
            json!({"RoleName": "x"}),
            "The role with name x cannot be found.",
        ),
        (
            "GetRolePolicy",
            json!({"RoleName": "r", "PolicyName": "x"}),
            "The role policy with name x cannot be found.",
        ),
        (
            "GetPolicy",
            json!({"PolicyArn": "arn:aws:iam::aws:policy/X"}),
            "Policy arn:aws:iam::aws:policy/X was not found.",
        ),
    ];
    for (action, input, message) in rows {
        let err = handle(&account, action, &input).unwrap_err();
        assert_eq!(
            (err.status, err.code.as_str(), err.message.as_str()),
            (404, "NoSuchEntity", message)
        );
    }
}

#[tokio::test]
async fn a_simulation_says_what_would_be_decided() {
    let account = account_with_role().await;
    let simulate = |entries: Value| {
        let input = json!({
            "PolicySourceArn": "arn:aws:iam::123456789012:role/r",
            "ActionNames": ["ssm:GetParameter", "ssm:PutParameter", "iam:GetRole", "s3:PutObject"],
            "ContextEntries": entries,
        });
        let output = handle(&account, "SimulatePrincipalPolicy", &input).unwrap();
        let results = output["EvaluationResults"].as_array().unwrap().clone();
        let results = results.into_iter();
        results
            .map(|one| one["EvalDecision"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let expected = ["allowed", "implicitDeny", "explicitDeny", "implicitDeny"];
    let entry =
        json!([{"ContextKeyName": "a:b", "ContextKeyValues": ["c"], "ContextKeyType": "string"}]);
    assert_eq!(simulate(entry), expected);
    let err = handle(
        &account,
        "SimulatePrincipalPolicy",
        &json!({"PolicySourceArn": "x", "ActionNames": ["a:b"]}),
    );
    assert_eq!(err.unwrap_err().message, "The Principal x was not found.");
}
