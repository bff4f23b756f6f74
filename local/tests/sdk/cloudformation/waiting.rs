//! Wait conditions.

use e2e::{Account, until};

use super::{events, position, value};

const TEMPLATE: &str = "Resources:\n  \
    Handle: {Type: AWS::CloudFormation::WaitConditionHandle}\n  \
    Wait: {Type: AWS::CloudFormation::WaitCondition, Properties: {Handle: !Ref Handle, Count: 2, Timeout: '600'}}\n  \
    After: {Type: AWS::SSM::Parameter, Properties: {Name: /after, Type: String, Value: !GetAtt Wait.Data}}\n";

/// Begins to create the stack, and returns the address of its handle.
async fn begun(account: &Account) -> String {
    let create = account.cloudformation.create_stack().stack_name("test");
    create.template_body(TEMPLATE).send().await.unwrap();
    until("the handle", async || {
        let describe = account.cloudformation.describe_stack_resource();
        let describe = describe.stack_name("test").logical_resource_id("Handle");
        let found = describe.send().await.ok()?;
        let id = found.stack_resource_detail()?.physical_resource_id()?;
        (!id.is_empty()).then(|| id.to_owned())
    })
    .await
}

async fn signal(url: &str, status: &str, id: &str) -> u16 {
    let body = serde_json::json!({
        "Status": status, "UniqueId": id, "Reason": "because", "Data": format!("of {id}"),
    });
    let put = reqwest::Client::new().put(url).body(body.to_string());
    put.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_stack_waits_for_its_signals() {
    let account = Account::new().await;
    let url = begun(&account).await;
    assert_eq!(signal(&url, "SUCCESS", "one").await, 200);
    assert_eq!(signal(&url, "SUCCESS", "one").await, 200, "counts once");
    assert_eq!(signal(&format!("{url}x"), "SUCCESS", "two").await, 404);
    let stack = account.stack("test").await.unwrap();
    assert_eq!(stack.stack_status().unwrap().as_str(), "CREATE_IN_PROGRESS");
    assert_eq!(signal(&url, "SUCCESS", "two").await, 200);
    assert_eq!(account.settled("test").await, "CREATE_COMPLETE");
    assert_eq!(
        value(&account, "/after").await.as_deref(),
        Some(r#"{"one":"of one","two":"of two"}"#)
    );
}

#[tokio::test]
async fn a_signal_of_failure_fails_the_stack() {
    let account = Account::new().await;
    let url = begun(&account).await;
    assert_eq!(signal(&url, "FAILURE", "one").await, 200);
    assert_eq!(account.settled("test").await, "ROLLBACK_COMPLETE");
    let seen = events(&account, "test").await;
    let (_, _, reason) = &seen[position(&seen, "Wait", "CREATE_FAILED")];
    assert_eq!(
        reason.as_deref(),
        Some("WaitCondition received failed message: 'because' for uniqueId: one")
    );
}

#[tokio::test]
async fn a_stack_does_not_wait_for_ever() {
    let account = Account::new().await;
    begun(&account).await;
    assert_eq!(account.settled("test").await, "ROLLBACK_COMPLETE");
    let seen = events(&account, "test").await;
    let (_, _, reason) = &seen[position(&seen, "Wait", "CREATE_FAILED")];
    assert_eq!(
        reason.as_deref(),
        Some("WaitCondition timed out. Received 0 conditions when expecting 2")
    );
}
