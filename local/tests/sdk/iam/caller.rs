//! The developer's own permissions: recorded, and restricted.

use std::fs;
use std::path::Path;

use e2e::{Account, options};
use local::Options;
use serde_json::{Value, json};

/// Deploys the three stacks, and returns what was recorded.
async fn record(folder: &Path) -> Value {
    let file = folder.join("recorded.json");
    let options = Options {
        record_permissions: Some(file.clone()),
        ..options()
    };
    let account = Account::with(&options).await;
    account
        .local
        .deploy()
        .await
        .expect("an administrator may deploy");
    account.local.stop().await;
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// Deploys the three stacks with this policy, and returns the error.
async fn deploy_with(folder: &Path, name: &str, policy: &Value) -> Option<String> {
    let file = folder.join(name);
    fs::write(&file, policy.to_string()).unwrap();
    let options = Options {
        caller_policy: Some(file),
        ..options()
    };
    let account = Account::with(&options).await;
    let deployed = account.local.deploy().await;
    account.local.stop().await;
    deployed.err().map(|err| format!("{err:#}"))
}

/// The policy without one action.
fn without(policy: &Value, action: &str) -> Value {
    let mut policy = policy.clone();
    let statements = policy["Statement"].as_array_mut().unwrap();
    let before = statements.clone();
    for statement in statements.iter_mut() {
        let actions = statement["Action"].as_array_mut().unwrap();
        actions.retain(|one| one != action);
    }
    statements.retain(|statement| statement["Action"] != json!([]));
    assert_ne!(*statements, before, "{action} was not recorded");
    policy
}

#[tokio::test]
async fn what_a_deploy_needed_is_enough_for_the_next_one_and_no_part_is_too_much() {
    let folder = tempfile::tempdir().unwrap();
    let policy = record(folder.path()).await;
    let again = deploy_with(folder.path(), "all.json", &policy).await;
    assert_eq!(again, None, "{policy:#}");
    for action in [
        "cloudformation:CreateChangeSet",
        "ec2:CreateVpc",
        "ec2:ModifyVpcAttribute",
        "dynamodb:CreateTable",
        "iam:CreateRole",
        "iam:PassRole",
        "ecs:CreateService",
        "elasticloadbalancing:CreateListener",
        "logs:PutRetentionPolicy",
    ] {
        let err = deploy_with(folder.path(), "less.json", &without(&policy, action)).await;
        let err = err.unwrap_or_else(|| panic!("without {action} all was deployed"));
        let denial = format!(
            "User: arn:aws:iam::123456789012:user/local is not authorized to perform: {action} on resource: "
        );
        assert!(err.contains(&denial), "{action}: {err}");
    }
}

#[tokio::test]
async fn a_policy_that_cannot_be_used_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    let start = async || {
        let options = Options {
            caller_policy: Some(file.clone()),
            ..options()
        };
        local::start(&options)
            .await
            .err()
            .map(|err| format!("{err:#}"))
    };
    let missing = start().await.unwrap();
    assert!(missing.contains("cannot be read from"), "{missing}");
    fs::write(&file, r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "all", "Resource": "*"}]}"#).unwrap();
    let wrong = start().await.unwrap();
    assert!(
        wrong.ends_with(
            "is wrong: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        ),
        "{wrong}"
    );
}

/// A role for CloudFormation, which may create only what `action` says.
fn role_for_cloudformation(action: &str) -> String {
    super::role(&format!(
        r#"[{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]"#
    ))
    .replace(
        r#"{"AWS": "123456789012"}"#,
        r#"{"Service": "cloudformation.amazonaws.com"}"#,
    )
}

#[tokio::test]
async fn cloudformation_has_the_permissions_of_the_role_of_a_stack() {
    let account = Account::new().await;
    let create = async |role: &str, stack: &str| {
        let role = format!("arn:aws:iam::123456789012:role/{role}");
        let template = r#"{"Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "v"}}}}"#;
        let created = account.cloudformation.create_stack().stack_name(stack);
        let created = created.template_body(template).role_arn(role).send().await;
        created.map_err(|err| super::described(&err)).err()
    };
    let template = role_for_cloudformation("ssm:*");
    assert_eq!(
        account.deploy("role", &template, &[]).await,
        "CREATE_COMPLETE"
    );
    assert_eq!(create("test", "a").await, None);
    assert_eq!(account.settled("a").await, "CREATE_COMPLETE");

    let template = role_for_cloudformation("ssm:Get*");
    assert_eq!(
        account.deploy("role", &template, &[]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(create("test", "b").await, None);
    assert_eq!(account.settled("b").await, "ROLLBACK_COMPLETE");
    let events = account
        .cloudformation
        .describe_stack_events()
        .stack_name("b");
    let events = events.send().await.unwrap();
    let mut reasons = events
        .stack_events()
        .iter()
        .filter_map(|event| event.resource_status_reason());
    let denial = "User: arn:aws:sts::123456789012:assumed-role/test/AWSCloudFormation is not authorized to perform: ssm:PutParameter on resource: arn:aws:ssm:eu-central-1:123456789012:parameter/b-P-* because no identity-based policy allows the ssm:PutParameter action";
    assert!(reasons.any(|reason| reason.contains(denial)), "{events:?}");

    let err = create("missing", "c").await.unwrap();
    assert_eq!(
        err,
        "ValidationError: Role arn:aws:iam::123456789012:role/missing is invalid or cannot be assumed"
    );
    account.local.stop().await;
}

/// The reason why the first resource of a stack fails that a caller with this policy creates.
async fn refused(statements: Value, resource: Value) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    let mut all = vec![json!({"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"})];
    all.extend(statements.as_array().unwrap().clone());
    let policy = json!({"Version": "2012-10-17", "Statement": all});
    fs::write(&file, policy.to_string()).unwrap();
    let options = Options {
        caller_policy: Some(file),
        ..options()
    };
    let account = Account::with(&options).await;
    let template = json!({"Resources": {"It": resource}}).to_string();
    let status = account.deploy("stack", &template, &[]).await;
    let events = account.cloudformation.describe_stack_events();
    let events = events.stack_name("stack").send().await.unwrap();
    let mut reasons = events.stack_events().iter().filter_map(|event| {
        let failed = event.resource_status()?.as_str() == "CREATE_FAILED";
        failed.then(|| event.resource_status_reason().unwrap_or("").to_owned())
    });
    let reason = reasons.next();
    account.local.stop().await;
    assert_eq!(status == "CREATE_COMPLETE", reason.is_none(), "{status}");
    reason
}

#[tokio::test]
async fn conditions_on_what_a_resource_has_are_evaluated() {
    let boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    let role = |more: Value| {
        let mut properties = json!({"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole",
        }]}});
        properties
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"Type": "AWS::IAM::Role", "Properties": properties})
    };
    let with = |action: &str, condition: Value| {
        json!([
            {"Effect": "Allow", "Action": ["iam:GetRole", "iam:CreateRole", "iam:TagRole"], "Resource": "*"},
            {"Effect": "Allow", "Action": ["iam:AttachRolePolicy", "iam:DeleteRole"], "Resource": "*"},
            {"Effect": "Deny", "Action": action, "Resource": "*", "Condition": condition},
        ])
    };
    let unbounded = with(
        "iam:CreateRole",
        json!({"StringNotEquals": {"iam:PermissionsBoundary": boundary}}),
    );
    let administrators = with(
        "iam:AttachRolePolicy",
        json!({"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}}),
    );
    let untagged = with(
        "iam:CreateRole",
        json!({"Null": {"aws:RequestTag/team": "true"}}),
    );
    let denied = |action: &str| {
        Some(format!(
            "is not authorized to perform: {action} on resource: "
        ))
    };
    let cases = [
        (&unbounded, json!({}), denied("iam:CreateRole")),
        (&unbounded, json!({"PermissionsBoundary": boundary}), None),
        (
            &administrators,
            json!({"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}),
            denied("iam:AttachRolePolicy"),
        ),
        (
            &administrators,
            json!({"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}),
            None,
        ),
        (&untagged, json!({}), denied("iam:CreateRole")),
        (
            &untagged,
            json!({"Tags": [{"Key": "team", "Value": "a"}]}),
            None,
        ),
    ];
    for (statements, properties, expected) in cases {
        let reason = refused(statements.clone(), role(properties.clone())).await;
        match expected {
            None => assert_eq!(reason, None, "{properties}"),
            Some(denial) => {
                let reason = reason.unwrap_or_default();
                assert!(reason.contains(&denial), "{properties}: {reason}");
                assert!(
                    reason.contains("with an explicit deny in an identity-based policy"),
                    "{reason}"
                );
            }
        }
    }
}
