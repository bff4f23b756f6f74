//! The live tree of a running operation, for a terminal.

use super::Shown;
use super::text::short_type;
use crate::duration::words;
use crate::model::{Activity, Progress};

/// The tree of what the operation waits for; `now` is in seconds since 1970.
pub(crate) fn tree(progress: &Progress, now: i64, rows: usize) -> Vec<String> {
    let mut lines = vec![head(progress, now)];
    let running = progress.running();
    // The head, the note and the line for what is left out need a row each.
    let shown = running.len().min(rows.saturating_sub(3).max(1));
    let widest = running[..shown]
        .iter()
        .map(|activity| activity.logical_id.len())
        .max()
        .unwrap_or(0);
    for (index, activity) in running[..shown].iter().enumerate() {
        let is_last = index + 1 == running.len() && progress.note.is_none();
        let branch = if is_last { "└─" } else { "├─" };
        lines.push(format!("{branch} {}", branch_text(activity, now, widest)));
    }
    if shown < running.len() {
        lines.push(format!("├─ … and {} more", running.len() - shown));
    }
    lines.extend(
        progress
            .note
            .iter()
            .map(|note| format!("└─ {}", Shown(note))),
    );
    lines
}

fn head(progress: &Progress, now: i64) -> String {
    let count = match progress.total() {
        0 => String::new(),
        total => format!("  {} of {total} done", progress.done()),
    };
    let elapsed = words(since(progress.began.unwrap_or(now), now));
    let status = if progress.status.is_known() {
        progress.status.as_str()
    } else {
        "waiting for the first event"
    };
    format!("{}  {}{count}  {elapsed}", progress.stack, Shown(status))
}

fn branch_text(activity: &Activity, now: i64, widest: usize) -> String {
    let elapsed = words(since(activity.began, now));
    let usual = usual(&activity.resource_type).map_or_else(String::new, |seconds| {
        format!(", usually {}", words(seconds))
    });
    format!(
        "{:widest$}  {}  {elapsed}{usual}  {}",
        Shown(&activity.logical_id),
        Shown(activity.status.action()),
        Shown(short_type(&activity.resource_type)),
    )
}

/// How long `CloudFormation` usually takes for a resource of this type, in seconds, as its events
/// show it for stacks of this size; `None` for fast ones.
fn usual(resource_type: &str) -> Option<u64> {
    match resource_type {
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => Some(150),
        "AWS::EC2::NatGateway" => Some(110),
        "AWS::ECS::Service" => Some(90),
        "AWS::EC2::InternetGateway" | "AWS::EC2::EIP" | "AWS::IAM::Role" => Some(16),
        "AWS::EC2::VPC" | "AWS::EC2::VPCEndpoint" | "AWS::DynamoDB::Table" => Some(12),
        _ => None,
    }
}

fn since(began: i64, now: i64) -> u64 {
    u64::try_from(now - began).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    use crate::model::Event;

    fn event(logical_id: &str, resource_type: &str, status: &str, time: i64) -> Event {
        Event {
            time,
            logical_id: logical_id.into(),
            physical_id: String::new(),
            resource_type: resource_type.into(),
            status: status.into(),
            reason: String::new(),
        }
    }

    fn progress() -> Progress {
        let mut progress = Progress::new("container", 22);
        let stack = event("container", "", "CREATE_IN_PROGRESS", 0);
        progress.apply(&stack, true);
        for (logical_id, resource_type, status, time) in [
            ("LogGroup", "AWS::Logs::LogGroup", "CREATE_COMPLETE", 4),
            (
                "LoadBalancer",
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "CREATE_IN_PROGRESS",
                5,
            ),
            ("Service", "AWS::ECS::Service", "CREATE_IN_PROGRESS", 60),
            (
                "Listener",
                "AWS::ElasticLoadBalancingV2::Listener",
                "CREATE_IN_PROGRESS",
                61,
            ),
        ] {
            progress.apply(&event(logical_id, resource_type, status, time), false);
        }
        progress.note = Some("Service: 1 desired, 1 running, 0 healthy, 2 failed".into());
        progress
    }

    #[test]
    fn the_tree_says_what_is_waited_for_and_how_long_that_usually_takes() {
        assert_snapshot!(tree(&progress(), 75, 20).join("\n"));
    }

    #[test]
    fn a_low_terminal_gets_a_low_tree() {
        assert_eq!(tree(&progress(), 75, 5).len(), 5);
        assert_snapshot!(tree(&progress(), 75, 5).join("\n"));
    }

    #[test]
    fn before_the_first_event_there_is_only_the_head() {
        assert_eq!(
            tree(&Progress::new("vpc", 0), 9, 20),
            ["vpc  waiting for the first event  0s"]
        );
    }
}
