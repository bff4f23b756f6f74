//! Deploys a template, and says what fails.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use aws_sdk_cloudformation::types::{Capability, ChangeSetStatus, ChangeSetType};
use e2e::{Account, parameter, until};

/// The failures: a resource with its reason, or `template` with the message of the call.
pub(crate) async fn outcome(
    account: &Account,
    stack: &str,
    template: &str,
    parameters: &BTreeMap<&str, String>,
) -> Vec<(String, String)> {
    let parameters = parameters
        .iter()
        .map(|(key, value)| parameter(key, value))
        .collect();
    let created = account
        .cloudformation
        .create_change_set()
        .stack_name(stack)
        .change_set_name("test")
        .change_set_type(ChangeSetType::Create)
        .template_body(template)
        .capabilities(Capability::CapabilityNamedIam)
        .set_parameters(Some(parameters))
        .send()
        .await;
    if let Err(err) = created {
        return vec![(
            "template".into(),
            err.message().unwrap_or_default().to_owned(),
        )];
    }
    let refused = early(account, stack).await;
    if !refused.is_empty() {
        return refused;
    }
    let execute = account.cloudformation.execute_change_set();
    let executed = execute
        .stack_name(stack)
        .change_set_name("test")
        .send()
        .await;
    executed.expect("executes");
    let status = account.settled(stack).await;
    let mut failures = failures(account, stack).await;
    if failures.is_empty() {
        failures.push(("stack".into(), status));
    }
    failures
}

/// The findings of early validation, if the change set failed.
async fn early(account: &Account, stack: &str) -> Vec<(String, String)> {
    let describe = account.cloudformation.describe_change_set();
    let made = describe
        .stack_name(stack)
        .change_set_name("test")
        .send()
        .await
        .expect("described");
    if made.status() == Some(&ChangeSetStatus::CreateComplete) {
        return Vec::new();
    }
    let reason = made.status_reason().unwrap_or_default().to_owned();
    let mut found = vec![("change set".to_owned(), reason)];
    let events = account.cloudformation.describe_events();
    let events = events
        .change_set_name(made.change_set_id().unwrap_or_default())
        .send()
        .await;
    for event in events.iter().flat_map(
        aws_sdk_cloudformation::operation::describe_events::DescribeEventsOutput::operation_events,
    ) {
        let resource = event.logical_resource_id().unwrap_or_default();
        let why = event.validation_status_reason().unwrap_or_default();
        found.push((resource.to_owned(), why.to_owned()));
    }
    found
}

/// The resources that failed by themselves, with their reasons.
async fn failures(account: &Account, stack: &str) -> Vec<(String, String)> {
    let events = account.cloudformation.describe_stack_events();
    let mut pages = events.stack_name(stack).into_paginator().send();
    let mut failures = Vec::new();
    while let Some(page) = pages.next().await {
        for event in page.expect("a page of events").stack_events() {
            let status = event.resource_status().map_or("", |status| status.as_str());
            let reason = event.resource_status_reason().unwrap_or_default();
            if status.ends_with("_FAILED") && !reason.contains("cancelled") {
                let resource = event.logical_resource_id().unwrap_or_default();
                failures.push((resource.to_owned(), reason.to_owned()));
            }
        }
    }
    failures
}

/// Deletes the stack, if it exists.
pub(crate) async fn remove(account: &Account, stack: &str) {
    if account.stack(stack).await.is_none() {
        return;
    }
    let delete = account.cloudformation.delete_stack().stack_name(stack);
    delete.send().await.expect("its deletion begins");
    until("the stack to be gone", async || {
        match account.stack(stack).await {
            None => Some(()),
            Some(stack) => stack
                .stack_status()?
                .as_str()
                .ends_with("DELETE_FAILED")
                .then_some(()),
        }
    })
    .await;
}
