//! Messages about what the program does with a stack, and why.

use std::time::Duration;

use super::text::push;
use super::{Shown, task};
use crate::duration;
use crate::model::{Dependent, Progress, StackState, Start, timestamp};

/// A running operation of somebody else: what it is, when it started, and who requested it.
pub(crate) fn running(state: &StackState, start: Option<&Start>) -> String {
    let mut text = format!("{} is in {}", Shown(&state.name), Shown(&state.status));
    if let Some(Start { time, token, .. }) = start {
        push(&mut text, format_args!(" since {}", timestamp(*time)));
        if let Some(token) = token {
            push(
                &mut text,
                format_args!(", requested with token {}", Shown(token)),
            );
        }
    }
    text
}

/// The note of an observer, as a line of a log; `time` is in seconds since 1970.
pub(crate) fn observer_note(time: i64, stack: &str, note: &str) -> String {
    format!("{}  {stack}: {}", timestamp(time), Shown(note))
}

/// Why an operation is stopped after `--timeout`, and what it was waiting for.
pub(crate) fn timeout(timeout: Duration, progress: &Progress) -> String {
    let mut text = format!("after --timeout {}", duration::words(timeout.as_secs()));
    let running = progress.running();
    for (index, activity) in running.iter().enumerate() {
        let before = if index == 0 {
            ", while waiting for "
        } else {
            ", "
        };
        push(
            &mut text,
            format_args!(
                "{before}{} ({})",
                Shown(&activity.logical_id),
                Shown(&activity.resource_type)
            ),
        );
    }
    text
}

/// What to do if `DescribeStacks` still describes the stack as it was before the deployment.
pub(crate) fn lagging_description(stack: &str) -> String {
    format!(
        "CloudFormation does not show the new outputs of {stack} yet: run `{}` in a moment",
        task("status", stack)
    )
}

/// Announces that a failed rollback is continued.
pub(crate) fn continued_rollback(state: &StackState, skip: &[String]) -> String {
    let without = if skip.is_empty() {
        String::new()
    } else {
        format!(" without {}", Shown(skip.join(", ")))
    };
    let status = Shown(&state.status);
    format!(
        "{} is in {status}: continuing its rollback first{without}",
        state.name
    )
}

/// Why a stack is not destroyed: other stacks read its parameters.
pub(crate) fn dependents(stack: &str, dependents: &[Dependent]) -> String {
    let (names, reading) = reading(dependents);
    format!("{stack} is in use: {reading}. Destroy {names} first, or pass --force")
}

/// What may block a deletion with `--force`: the stacks that use the deleted one.
pub(crate) fn still_used(dependents: &[Dependent]) -> String {
    let (_, reading) = reading(dependents);
    let tasks: Vec<_> = dependents
        .iter()
        .map(|one| format!("`{}`", task("destroy", &one.stack)))
        .collect();
    let tasks = Shown(tasks.join(", "));
    format!("{reading}, and may be what blocks the deletion: run {tasks} first")
}

/// The names of the stacks, and a sentence with what they read.
fn reading(dependents: &[Dependent]) -> (String, String) {
    let names: Vec<_> = dependents.iter().map(|d| d.stack.as_str()).collect();
    let read = if names.len() == 1 { "reads" } else { "read" };
    let names = Shown(names.join(", ")).to_string();
    let mut parameters: Vec<_> = dependents.iter().flat_map(|d| &d.parameters).collect();
    parameters.sort();
    parameters.dedup();
    let parameters: Vec<_> = parameters.into_iter().map(String::as_str).collect();
    let sentence = format!("{names} {read} {}", Shown(parameters.join(", ")));
    (names, sentence)
}
