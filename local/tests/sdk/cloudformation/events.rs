//! Events: in pages, and by operation.

use e2e::Account;

use super::{NAMED, events};

#[tokio::test]
async fn events_come_newest_first_in_pages_of_a_hundred() {
    let account = Account::new().await;
    let resource = |n| {
        format!(
            "  P{n}: {{Type: AWS::SSM::Parameter, Properties: {{Name: /many/{n}, Type: String, Value: x}}}}"
        )
    };
    let resources: Vec<String> = (0..60).map(resource).collect();
    let template = format!("Resources:\n{}\n", resources.join("\n"));
    assert_eq!(
        account.deploy("test", &template, &[]).await,
        "CREATE_COMPLETE"
    );
    let first = account
        .cloudformation
        .describe_stack_events()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(first.stack_events().len(), 100);
    assert_eq!(
        first.stack_events()[0].resource_status().unwrap().as_str(),
        "CREATE_COMPLETE"
    );
    assert!(first.next_token().is_some());
    let all = events(&account, "test").await;
    assert_eq!(
        all.len(),
        60 * 3 + 3,
        "three for each resource and three for the stack"
    );
    assert_eq!(all[0].1, "REVIEW_IN_PROGRESS");
}

#[tokio::test]
async fn failed_events_are_found_by_operation() {
    let account = Account::new().await;
    account.local.fail(&["create:Second=out of luck"]).unwrap();
    account.deploy("test", NAMED, &[]).await;
    let filters = aws_sdk_cloudformation::types::EventFilter::builder()
        .failed_events(true)
        .build();
    let events = account
        .cloudformation
        .describe_events()
        .stack_name("test")
        .filters(filters)
        .send()
        .await
        .unwrap();
    let failed: Vec<_> = events
        .operation_events()
        .iter()
        .filter_map(|event| event.resource_status_reason())
        .collect();
    assert_eq!(failed, ["out of luck"]);
}
