//! `CloudFormation`.

mod change_sets;
mod drift;
mod events;
mod failure;
mod language;
mod life;
mod nested;
mod refusals;
mod requests;
mod rollback;
mod speed;
mod stack_policy;
mod validation;
mod waiting;

use aws_sdk_cloudformation::types::ResourceChange;
use e2e::Account;

pub(crate) const NAMED: &str = "
Parameters:
  Value: {Type: String, Default: one}
  Name: {Type: String, Default: /test/a}
Resources:
  First:
    Type: AWS::SSM::Parameter
    Properties: {Name: !Ref Name, Type: String, Value: !Ref Value}
  Second:
    Type: AWS::SSM::Parameter
    Properties: {Name: !Sub '${First}/b', Type: String, Value: !GetAtt First.Value}
Outputs:
  Both: {Value: !Sub '${First} ${Second}'}
";

pub(crate) async fn value(account: &Account, name: &str) -> Option<String> {
    let found = account.ssm.get_parameter().name(name).send().await.ok()?;
    Some(found.parameter()?.value()?.to_owned())
}

pub(crate) async fn changes(account: &Account, stack: &str) -> Vec<ResourceChange> {
    let described = account
        .cloudformation
        .describe_change_set()
        .stack_name(stack)
        .change_set_name("test")
        .include_property_values(true)
        .send()
        .await
        .expect("the change set is there");
    described
        .changes()
        .iter()
        .filter_map(|change| change.resource_change().cloned())
        .collect()
}

/// Every event of the stack, the oldest first: logical id and status.
pub(crate) async fn events(
    account: &Account,
    stack: &str,
) -> Vec<(String, String, Option<String>)> {
    let mut all = Vec::new();
    let mut pages = account
        .cloudformation
        .describe_stack_events()
        .stack_name(stack)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        for event in page.expect("a page of events").stack_events() {
            all.push((
                event.logical_resource_id().unwrap_or_default().to_owned(),
                event
                    .resource_status()
                    .map(|status| status.as_str().to_owned())
                    .unwrap_or_default(),
                event.resource_status_reason().map(str::to_owned),
            ));
        }
    }
    all.reverse();
    all
}

pub(crate) fn position(
    events: &[(String, String, Option<String>)],
    id: &str,
    status: &str,
) -> usize {
    let found = events
        .iter()
        .position(|(logical_id, seen, _)| logical_id == id && seen == status);
    found.unwrap_or_else(|| panic!("no event {id} {status} in {events:#?}"))
}
