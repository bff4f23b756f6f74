//! The notifications of a stack: each of its events goes to its topics.

use std::fmt::Write as _;

use crate::account::State;
use crate::aws::ACCOUNT;
use crate::cloudformation::model::{Event, Stack, by_id_mut};

const SUBJECT: &str = "AWS CloudFormation Notification";

/// Publishes the events that the topics of the stack did not get yet. A topic that does not exist
/// gets none.
pub(crate) fn notify(state: &mut State, stack_id: &str) {
    let Some(stack) = by_id_mut(&mut state.stacks, stack_id) else {
        return;
    };
    let first = std::mem::replace(&mut stack.notified, stack.events.len());
    let topics = stack.current.notification_arns.clone();
    if topics.is_empty() {
        return;
    }
    let events = stack.events.iter().skip(first);
    let events = events.filter(|event| event.finding.is_none());
    let messages: Vec<String> = events.map(|event| message(stack, event)).collect();
    for topic in &topics {
        for text in &messages {
            state.sns.deliver(topic, Some(SUBJECT), text);
        }
    }
}

/// The text of a notification, as programs that read it expect it: a line for each member.
fn message(stack: &Stack, event: &Event) -> String {
    let properties = event.properties.as_deref().unwrap_or("null");
    let token = event.token.as_deref().unwrap_or("null");
    let members = [
        ("StackId", stack.id.as_str()),
        ("Timestamp", &event.timestamp),
        ("EventId", &event.id),
        ("LogicalResourceId", &event.logical_id),
        ("Namespace", ACCOUNT),
        ("PhysicalResourceId", &event.physical_id),
        ("ResourceProperties", properties),
        ("ResourceStatus", &event.status),
        (
            "ResourceStatusReason",
            event.reason.as_deref().unwrap_or(""),
        ),
        ("ResourceType", &event.resource_type),
        ("StackName", &stack.name),
        ("ClientRequestToken", token),
    ];
    let mut text = String::new();
    for (name, value) in members {
        let _ = writeln!(text, "{name}='{value}'");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_a_line_for_each_member() {
        let stack = Stack {
            id: "arn:stack".into(),
            name: "net".into(),
            ..Stack::default()
        };
        let event = Event {
            id: "1".into(),
            logical_id: "Vpc".into(),
            physical_id: "vpc-1".into(),
            resource_type: "AWS::EC2::VPC".into(),
            status: "CREATE_COMPLETE".into(),
            timestamp: "now".into(),
            properties: Some("{}".into()),
            ..Event::default()
        };
        assert_eq!(
            message(&stack, &event),
            format!(
                "StackId='arn:stack'\nTimestamp='now'\nEventId='1'\nLogicalResourceId='Vpc'\n\
                 Namespace='{ACCOUNT}'\nPhysicalResourceId='vpc-1'\nResourceProperties='{{}}'\n\
                 ResourceStatus='CREATE_COMPLETE'\nResourceStatusReason=''\n\
                 ResourceType='AWS::EC2::VPC'\nStackName='net'\nClientRequestToken='null'\n"
            )
        );
    }
}
