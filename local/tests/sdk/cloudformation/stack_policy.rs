//! Stack policies: what an update must not touch.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use e2e::{Account, parameter};

use super::{NAMED, events, position, value};

/// Everything but a replacement or a removal of the first parameter.
const POLICY: &str = r#"{"Statement": [
    {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
    {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
     "Resource": "LogicalResourceId/First"}]}"#;

const REASON: &str = "Action denied by stack policy: Statement [#1] does not allow [Update:Replace, Update:Delete] for resource [LogicalResourceId/First];";

async fn protected() -> Account {
    let account = Account::new().await;
    let create = account.cloudformation.create_stack().stack_name("test");
    let create = create.template_body(NAMED).stack_policy_body(POLICY);
    create.send().await.unwrap();
    assert_eq!(account.settled("test").await, "CREATE_COMPLETE");
    account
}

#[tokio::test]
async fn a_denied_replacement_rolls_the_update_back() {
    let account = protected().await;
    assert_eq!(
        account.deploy("test", NAMED, &[("Value", "two")]).await,
        "UPDATE_COMPLETE",
        "a modification is allowed"
    );
    assert_eq!(
        account.deploy("test", NAMED, &[("Name", "/test/c")]).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    let seen = events(&account, "test").await;
    let (_, _, reason) = &seen[position(&seen, "First", "UPDATE_FAILED")];
    assert_eq!(reason.as_deref(), Some(REASON));
    assert_eq!(value(&account, "/test/c").await, None);

    let during = r#"{"Statement": {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}}"#;
    let update = account.cloudformation.update_stack().stack_name("test");
    let update = update
        .use_previous_template(true)
        .parameters(parameter("Name", "/test/c"))
        .stack_policy_during_update_body(during);
    update.send().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_COMPLETE");
    assert_eq!(
        account.deploy("test", NAMED, &[("Name", "/test/d")]).await,
        "UPDATE_ROLLBACK_COMPLETE",
        "the other policy was for one update only"
    );
}

#[tokio::test]
async fn a_denied_removal_rolls_the_update_back() {
    let account = protected().await;
    let without = "Resources:\n  Other: {Type: AWS::SSM::Parameter, Properties: {Name: /other, Type: String, Value: x}}\n";
    assert_eq!(
        account.deploy("test", without, &[]).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    let seen = events(&account, "test").await;
    let (_, _, reason) = &seen[position(&seen, "First", "UPDATE_FAILED")];
    assert_eq!(reason.as_deref(), Some(REASON));
    assert_eq!(value(&account, "/test/a").await.as_deref(), Some("one"));
    assert_eq!(value(&account, "/other").await, None);
}

#[tokio::test]
async fn a_policy_is_set_read_and_checked() {
    let account = protected().await;
    let read = || account.cloudformation.get_stack_policy().stack_name("test");
    let policy = read().send().await.unwrap();
    assert_eq!(policy.stack_policy_body(), Some(POLICY));
    let set = |body: &str| {
        let set = account.cloudformation.set_stack_policy().stack_name("test");
        set.stack_policy_body(body).send()
    };
    for (body, expected) in [
        (
            "nonsense",
            "Error validating stack policy: Invalid stack policy",
        ),
        (
            &POLICY.replace("First", "Third"),
            "Error validating stack policy: Unknown logical id 'LogicalResourceId/Third' in statement {} - stack policies can only be applied to logical ids referenced in the template",
        ),
    ] {
        let refused = set(body).await.unwrap_err();
        assert_eq!(refused.message(), Some(expected));
    }
    let other = POLICY.replace("First", "Second");
    set(&other).await.unwrap();
    let policy = read().send().await.unwrap();
    assert_eq!(policy.stack_policy_body(), Some(other.as_str()));
}
