//! One event on one line.

use super::Shown;
use super::text::short_type;
use crate::duration::words;
use crate::model::{Event, timestamp};

/// The mark at the start of a line that reports something done.
pub(crate) const DONE: &str = "✔";
/// The mark at the start of a line that reports a failure.
pub(crate) const FAILED: &str = "✖";

/// An event on a line of a log.
#[must_use]
pub fn event(event: &Event) -> String {
    let line = format!(
        "{}  {:<20}  {}  {}  {}",
        timestamp(event.time),
        Shown(&event.status),
        Shown(&event.resource_type),
        Shown(&event.logical_id),
        Shown(event.reason.trim_end())
    );
    line.trim_end().to_owned()
}

/// A settled resource on a line above the live tree; `None` while the resource is in progress.
pub(crate) fn settled_resource(event: &Event, took: Option<u64>) -> Option<String> {
    if !event.status.is_settled() {
        return None;
    }
    let mark = if event.status.has_failed() {
        FAILED
    } else {
        DONE
    };
    let took = took.map_or_else(String::new, words);
    let line = format!(
        "{mark} {:<15}  {took:>6}  {}  {}  {}",
        Shown(&event.status),
        Shown(&event.logical_id),
        Shown(short_type(&event.resource_type)),
        Shown(event.reason.trim_end())
    );
    Some(line.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn event(logical_id: &str, resource_type: &str, status: &str) -> Event {
        Event {
            time: 9,
            logical_id: logical_id.into(),
            physical_id: String::new(),
            resource_type: resource_type.into(),
            status: status.into(),
            reason: String::new(),
        }
    }

    #[test]
    fn what_is_settled_stays_on_one_line() {
        let created = event("Table", "AWS::DynamoDB::Table", "CREATE_COMPLETE");
        let mut failed = event("VPC", "AWS::EC2::VPC", "CREATE_FAILED");
        failed.reason = "The CIDR is invalid".into();
        let running = event("VPC", "AWS::EC2::VPC", "DELETE_IN_PROGRESS");
        let lines = [
            settled_resource(&created, Some(12)),
            settled_resource(&failed, Some(1)),
            settled_resource(&running, None),
        ];
        assert_eq!(lines[2], None);
        assert_snapshot!(lines.into_iter().flatten().collect::<Vec<_>>().join("\n"));
    }
}
