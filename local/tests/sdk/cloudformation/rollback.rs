//! The rollback of an operation that fails or is cancelled.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use e2e::{Account, parameter, until};

use super::{NAMED, events, position, value};

#[tokio::test]
async fn a_failed_creation_is_rolled_back() {
    let account = Account::new().await;
    account
        .ssm
        .put_parameter()
        .name("/test/a/b")
        .value("in the way")
        .r#type("String".into())
        .send()
        .await
        .unwrap();
    assert_eq!(
        account.deploy("test", NAMED, &[]).await,
        "ROLLBACK_COMPLETE"
    );
    assert_eq!(value(&account, "/test/a").await, None);
    assert_eq!(
        value(&account, "/test/a/b").await.as_deref(),
        Some("in the way")
    );
    let seen = events(&account, "test").await;
    let (_, _, reason) = &seen[position(&seen, "Second", "CREATE_FAILED")];
    assert!(reason.as_ref().unwrap().contains("already exists"));
    let refused = account
        .cloudformation
        .create_change_set()
        .stack_name("test")
        .change_set_name("again")
        .template_body(NAMED)
        .send()
        .await
        .unwrap_err();
    assert!(
        refused
            .message()
            .unwrap()
            .contains("is in ROLLBACK_COMPLETE state and can not be updated")
    );
}

#[tokio::test]
async fn a_failed_update_returns_to_the_previous_state() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    account
        .ssm
        .put_parameter()
        .name("/test/c/b")
        .value("in the way")
        .r#type("String".into())
        .send()
        .await
        .unwrap();
    let status = account
        .deploy("test", NAMED, &[("Name", "/test/c"), ("Value", "two")])
        .await;
    assert_eq!(status, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(value(&account, "/test/a").await.as_deref(), Some("one"));
    assert_eq!(value(&account, "/test/a/b").await.as_deref(), Some("one"));
    assert_eq!(
        value(&account, "/test/c").await,
        None,
        "the resources of the failed update are deleted"
    );
    assert_eq!(account.output("test", "Both").await, "/test/a /test/a/b");
    account
        .ssm
        .delete_parameter()
        .name("/test/c/b")
        .send()
        .await
        .unwrap();
    assert_eq!(
        account.deploy("test", NAMED, &[("Name", "/test/c")]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(
        value(&account, "/test/a").await,
        None,
        "the replaced one is cleaned up"
    );
}

#[tokio::test]
async fn a_rollback_that_fails_can_be_continued_with_resources_skipped() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    account
        .local
        .fail(&["rollback:First=not now", "update:Second=no"])
        .unwrap();
    assert_eq!(
        account.deploy("test", NAMED, &[("Value", "two")]).await,
        "UPDATE_ROLLBACK_FAILED"
    );
    let reason = account
        .stack("test")
        .await
        .unwrap()
        .stack_status_reason()
        .unwrap()
        .to_owned();
    assert!(reason.contains("[First]"), "{reason}");

    let proceed = || {
        account
            .cloudformation
            .continue_update_rollback()
            .stack_name("test")
    };
    proceed().send().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_ROLLBACK_FAILED");
    let refused = proceed()
        .resources_to_skip("Second")
        .send()
        .await
        .unwrap_err();
    assert!(
        refused.message().unwrap().contains("[Second]"),
        "{refused:?}"
    );
    proceed().resources_to_skip("First").send().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_ROLLBACK_COMPLETE");

    account.local.fail(&[]).unwrap();
    assert_eq!(
        account.deploy("test", NAMED, &[("Value", "three")]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(value(&account, "/test/a/b").await.as_deref(), Some("three"));
}

#[tokio::test]
async fn an_update_can_be_cancelled() {
    let account = Account::new().await;
    let slow = "Parameters: {V: {Type: String, Default: one}}\nResources:\n  A: {Type: AWS::SSM::Parameter, Properties: {Name: /slow, Type: String, Value: !Ref V}}\n";
    account
        .cloudformation
        .create_stack()
        .stack_name("test")
        .template_body(slow)
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled("test").await, "CREATE_COMPLETE");
    // The update lasts until it is cancelled.
    let waiting = format!(
        "{slow}  Handle: {{Type: AWS::CloudFormation::WaitConditionHandle}}\n  \
         Wait: {{Type: AWS::CloudFormation::WaitCondition, DependsOn: A, Properties: {{Handle: !Ref Handle, Timeout: '600'}}}}\n"
    );
    let update = account
        .cloudformation
        .update_stack()
        .stack_name("test")
        .template_body(waiting);
    update
        .parameters(parameter("V", "two"))
        .send()
        .await
        .unwrap();
    until("the parameter to change", async || {
        (value(&account, "/slow").await? == "two").then_some(())
    })
    .await;
    account
        .cloudformation
        .cancel_update_stack()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(value(&account, "/slow").await.as_deref(), Some("one"));
    let refused = account
        .cloudformation
        .cancel_update_stack()
        .stack_name("test")
        .send()
        .await
        .unwrap_err();
    assert!(
        refused
            .message()
            .unwrap()
            .contains("cannot be called from current stack status")
    );
}

#[tokio::test]
async fn a_rolled_back_update_keeps_the_previous_policies() {
    let account = Account::new().await;
    let kept = "Resources:\n  A: {Type: AWS::SSM::Parameter, DeletionPolicy: Retain, Properties: {Name: /kept, Type: String, Value: x}}\n";
    account.deploy("test", kept, &[]).await;
    let failing = "Resources:\n  A: {Type: AWS::SSM::Parameter, Properties: {Name: /kept, Type: String, Value: x}}\n  \
                   B: {Type: AWS::SSM::Parameter, DependsOn: A, Properties: {Name: /aws/reserved, Type: String, Value: x}}\n";
    assert_eq!(
        account.deploy("test", failing, &[]).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    let id = account
        .stack("test")
        .await
        .unwrap()
        .stack_id()
        .unwrap()
        .to_owned();
    account
        .cloudformation
        .delete_stack()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled(&id).await, "DELETE_COMPLETE");
    assert_eq!(value(&account, "/kept").await.as_deref(), Some("x"));
}
