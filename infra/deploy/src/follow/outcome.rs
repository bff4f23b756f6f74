//! The outcome of an operation, computed from its events.

use crate::model::{Event, Failure, Status, template};

/// The status in which the stack is settled, if it is.
pub(super) fn final_status(stack_id: &str, events: &[Event]) -> Option<Status> {
    events
        .iter()
        .filter(|event| event.is_of_stack(stack_id))
        .map(|event| &event.status)
        .find(|status| status.is_settled())
        .cloned()
}

/// Whether an operation that ended in this status did what it was started for: `UPDATE_COMPLETE` is
/// the goal of `UPDATE_IN_PROGRESS`.
pub(crate) fn succeeded(stack_id: &str, events: &[Event], status: &Status) -> bool {
    let first = events.iter().find(|event| event.is_of_stack(stack_id));
    match first.filter(|event| event.status.is_in_progress()) {
        Some(first) => status.is_complete() && status.action() == first.status.action(),
        None => status.has_succeeded(),
    }
}

/// What failed, in the order of time, so that the root cause comes first. Resources that were only
/// cancelled because of it are left out.
pub(crate) fn failures(stack_id: &str, events: &[Event], template: &str) -> Vec<Failure> {
    let (of_stack, of_resources): (Vec<_>, Vec<_>) = events
        .iter()
        .enumerate()
        .filter(|(_, event)| event.status.has_failed() && !was_cancelled(event))
        .partition(|(_, event)| event.is_of_stack(stack_id));
    // The stack's own event only lists the resources that failed, so it only counts without them.
    let failed = if of_resources.is_empty() {
        of_stack
    } else {
        of_resources
    };
    let rollback = events
        .iter()
        .position(|event| event.is_of_stack(stack_id) && event.status.is_rolling_back());
    failed
        .into_iter()
        .map(|(position, event)| Failure {
            logical_id: event.logical_id.clone(),
            resource_type: event.resource_type.clone(),
            line: template::line_of(template, &["Resources", &event.logical_id]),
            reason: event.reason.clone(),
            in_rollback: rollback.is_some_and(|rollback| position >= rollback),
        })
        .collect()
}

fn was_cancelled(event: &Event) -> bool {
    matches!(
        event.reason.as_str(),
        "Resource creation cancelled" | "Resource update cancelled"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACK_TYPE: &str = "AWS::CloudFormation::Stack";
    const ID: &str = "arn:aws:cloudformation:eu-central-1:123456789012:stack/vpc/1";

    fn event(resource_type: &str, logical_id: &str, status: &str, reason: &str) -> Event {
        Event {
            time: 0,
            logical_id: logical_id.into(),
            physical_id: if resource_type == STACK_TYPE {
                ID.into()
            } else {
                String::new()
            },
            resource_type: resource_type.into(),
            status: status.into(),
            reason: reason.into(),
        }
    }

    #[test]
    fn the_root_cause_comes_first_and_the_cancelled_are_left_out() {
        let events = [
            event(
                "AWS::EC2::Subnet",
                "A",
                "CREATE_FAILED",
                "Resource creation cancelled",
            ),
            event(
                "AWS::EC2::Subnet",
                "B",
                "CREATE_FAILED",
                "The CIDR is invalid",
            ),
            event(
                STACK_TYPE,
                "vpc",
                "ROLLBACK_IN_PROGRESS",
                "The following resource(s) failed",
            ),
            event("AWS::EC2::VPC", "C", "DELETE_FAILED", "has dependencies"),
            event(
                STACK_TYPE,
                "vpc",
                "ROLLBACK_FAILED",
                "The following resource(s) failed",
            ),
        ];
        let failures = failures(ID, &events, "");
        let ids: Vec<_> = failures.iter().map(|f| f.logical_id.as_str()).collect();
        assert_eq!(ids, ["B", "C"]);
        assert_eq!(failures[0].reason, "The CIDR is invalid");
        assert_eq!(
            failures.iter().map(|f| f.in_rollback).collect::<Vec<_>>(),
            [false, true]
        );
    }

    #[test]
    fn a_failure_of_the_stack_alone_is_reported() {
        let events = [event(STACK_TYPE, "vpc", "DELETE_FAILED", "no permission")];
        assert_eq!(failures(ID, &events, "")[0].reason, "no permission");
    }

    #[test]
    fn only_the_stack_itself_ends_the_operation() {
        let running = [
            event("AWS::EC2::VPC", "VPC", "UPDATE_COMPLETE", ""),
            event(STACK_TYPE, "vpc", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ""),
        ];
        assert_eq!(final_status(ID, &running), None);
        let ended = [event(STACK_TYPE, "vpc", "UPDATE_COMPLETE", "")];
        assert_eq!(final_status(ID, &ended), Some("UPDATE_COMPLETE".into()));
    }

    #[test]
    fn an_operation_reaches_its_goal_if_it_completes_what_it_started() {
        let reaches_it = |started: &str, ended: &str| {
            let events = [event(STACK_TYPE, "vpc", started, "")];
            succeeded(ID, &events, &ended.into())
        };
        assert!(reaches_it("CREATE_IN_PROGRESS", "CREATE_COMPLETE"));
        assert!(reaches_it(
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "UPDATE_ROLLBACK_COMPLETE"
        ));
        assert!(!reaches_it("CREATE_IN_PROGRESS", "DELETE_COMPLETE"));
        assert!(!reaches_it(
            "UPDATE_IN_PROGRESS",
            "UPDATE_ROLLBACK_COMPLETE"
        ));
        assert!(succeeded(ID, &[], &"UPDATE_COMPLETE".into()));
        assert!(!succeeded(ID, &[], &"UPDATE_ROLLBACK_COMPLETE".into()));
    }

    #[test]
    fn a_failure_names_its_line() {
        let events = [event("AWS::EC2::VPC", "VPC", "CREATE_FAILED", "no")];
        let template = "Resources:\n  VPC:\n    Type: AWS::EC2::VPC\n";
        assert_eq!(failures(ID, &events, template)[0].line, Some(2));
    }
}
