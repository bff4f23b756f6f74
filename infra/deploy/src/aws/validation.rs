//! The errors that `CloudFormation` finds before it deploys anything.

use aws_sdk_cloudformation::types::{EventType, OperationEvent};

use super::Clients;
use super::text::text;
use crate::model::{Failure, Plan, template};

/// The errors that validation found in a change set that could not be created.
///
/// An endpoint without `DescribeEvents` gives none. The reason of the change set itself then counts.
pub(super) async fn validation_errors(
    clients: &Clients,
    plan: &Plan,
    template: &str,
) -> Vec<Failure> {
    let mut pages = clients
        .cloudformation
        .describe_events()
        .change_set_name(&plan.change_set_id)
        .stack_name(&plan.stack_id)
        .into_paginator()
        .send();
    let mut failures = Vec::new();
    while let Some(Ok(page)) = pages.next().await {
        let events = page.operation_events();
        failures.extend(events.iter().filter_map(|event| failure(event, template)));
    }
    failures
}

fn failure(event: &OperationEvent, template: &str) -> Option<Failure> {
    if event.event_type() != Some(&EventType::ValidationError) {
        return None;
    }
    let logical_id = text(event.logical_resource_id.as_ref());
    let path = match event.validation_path() {
        Some(path) => path.to_owned(),
        None => format!("/Resources/{logical_id}"),
    };
    let path: Vec<_> = path.split('/').filter(|key| !key.is_empty()).collect();
    Some(Failure {
        line: template::line_of(template, &path),
        logical_id,
        resource_type: text(event.resource_type.as_ref()),
        reason: text(event.validation_status_reason.as_ref()),
        in_rollback: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "Resources:\n  Table:\n    Properties:\n      Colour: red\n";

    fn event(path: Option<&str>) -> OperationEvent {
        OperationEvent::builder()
            .event_type(EventType::ValidationError)
            .logical_resource_id("Table")
            .set_validation_path(path.map(str::to_owned))
            .validation_status_reason("no such property")
            .build()
    }

    #[test]
    fn an_error_has_the_line_of_its_path() {
        let line = |path| failure(&event(path), TEMPLATE).and_then(|failure| failure.line);
        assert_eq!(line(Some("/Resources/Table/Properties/Colour")), Some(4));
        assert_eq!(line(Some("/Resources/Table/Properties/Other")), Some(3));
        assert_eq!(line(None), Some(2));
    }

    #[test]
    fn other_events_are_no_errors() {
        let event = OperationEvent::builder().event_type(EventType::StackEvent);
        assert_eq!(failure(&event.build(), TEMPLATE), None);
    }
}
