//! An operation while it runs: a live tree for a terminal, and single lines for everything else.

use crate::duration::words;
use crate::events::is_settled;
use crate::progress::{Activity, Progress, usual};
use crate::render::Shown;
use crate::{Event, render};

/// What a line begins with that reports something done.
pub(crate) const DONE: &str = "✔";
/// What a line begins with that reports a failure.
pub(crate) const FAILED: &str = "✖";

/// The tree of what is being waited for; `now` is in seconds since 1970.
pub(crate) fn tree(progress: &Progress, now: i64, rows: usize) -> Vec<String> {
    let mut lines = vec![head(progress, now)];
    let running = progress.running();
    // The head, the note and the line that says what is left out need a row each.
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

/// A settled resource on one line that stays, or nothing while it is still at work.
pub(crate) fn settled(event: &Event, took: Option<u64>) -> Option<String> {
    if !is_settled(&event.status) {
        return None;
    }
    let mark = if event.status.ends_with("_FAILED") {
        FAILED
    } else {
        DONE
    };
    let took = took.map(words).unwrap_or_default();
    let line = format!(
        "{mark} {:<15}  {took:>6}  {}  {}  {}",
        Shown(&event.status),
        Shown(&event.logical_id),
        Shown(render::short_type(&event.resource_type)),
        Shown(event.reason.trim_end())
    );
    Some(line.trim_end().to_owned())
}

fn head(progress: &Progress, now: i64) -> String {
    let count = match progress.total() {
        0 => String::new(),
        total => format!("  {} of {total} done", progress.done()),
    };
    let elapsed = words(since(progress.began.unwrap_or(now), now));
    let status = match progress.status.as_str() {
        "" => "waiting for the first event",
        status => status,
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
        Shown(verb(&activity.status)),
        Shown(render::short_type(&activity.resource_type)),
    )
}

/// `CREATE_IN_PROGRESS` beside a clock says no more than `CREATE`.
fn verb(status: &str) -> &str {
    status.strip_suffix("_IN_PROGRESS").unwrap_or(status)
}

fn since(began: i64, now: i64) -> u64 {
    u64::try_from(now - began).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

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

    #[test]
    fn what_is_settled_stays_on_one_line() {
        let mut failed = event("VPC", "AWS::EC2::VPC", "CREATE_FAILED", 9);
        failed.reason = "The CIDR is invalid".into();
        let lines = [
            settled(
                &event("Table", "AWS::DynamoDB::Table", "CREATE_COMPLETE", 9),
                Some(12),
            ),
            settled(&failed, Some(1)),
            settled(
                &event("VPC", "AWS::EC2::VPC", "DELETE_IN_PROGRESS", 9),
                None,
            ),
        ];
        assert_eq!(lines[2], None);
        assert_snapshot!(lines.into_iter().flatten().collect::<Vec<_>>().join("\n"));
    }
}
