//! What a person reads, computed from what stands and what happens: pure functions only.

use std::fmt::{self, Write};
use std::time::Duration;

mod changes;
mod drift;
pub(crate) mod failure;
mod left;
mod losses;
pub(crate) mod progress;
pub(crate) mod shown;
mod status;

use crate::dependents::Dependent;
use crate::events::Beginning;
use crate::progress::Progress;
use crate::state::{Resource, second_of};
use crate::{Deployed, Event, StackState, duration, task};

pub use changes::changes;
pub use drift::drift;
pub use left::Left;
pub(crate) use losses::{drift_before_loss, items, number_of_items, question_of_destruction};
pub use shown::Shown;
pub use status::status;

/// One event on one line.
#[must_use]
pub fn event(event: &Event) -> String {
    let line = format!(
        "{}  {:<20}  {}  {}  {}",
        second_of(event.time),
        Shown(&event.status),
        Shown(&event.resource_type),
        Shown(&event.logical_id),
        Shown(event.reason.trim_end())
    );
    line.trim_end().to_owned()
}

/// What stands after a deployment: the outputs and the ARN.
#[must_use]
pub fn deployed(deployed: &Deployed) -> String {
    let state = &deployed.state;
    let remark = if deployed.changed {
        ""
    } else {
        " (no changes)"
    };
    let mut text = format!("\n✅  {}{remark}\n\n", Shown(&state.name));
    if !state.outputs.is_empty() {
        text.push_str("Outputs:\n");
        push_outputs(&mut text, state);
    }
    push_line(&mut text, "Stack ARN:");
    push_line(&mut text, &Shown(&state.id).to_string());
    text
}

impl fmt::Display for Deployed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&deployed(self))
    }
}

/// What is going to be deleted.
#[must_use]
pub fn destruction(stack: &str, resources: &[Resource]) -> String {
    let mut text = format!(
        "{stack} is going to be deleted, with {}:\n",
        count(resources.len(), "resource")
    );
    push_resources(&mut text, resources);
    text
}

/// What a witness sees, on a line of its own; `time` is in seconds since 1970.
pub(crate) fn note(time: i64, stack: &str, note: &str) -> String {
    format!("{}  {stack}: {}", second_of(time), Shown(note))
}

/// An operation of somebody else: what it is, who began it and since when.
pub(crate) fn running(state: &StackState, beginning: Option<&Beginning>) -> String {
    let mut text = format!("{} is in {}", Shown(&state.name), Shown(&state.status));
    if let Some(Beginning { time, token, .. }) = beginning {
        push(&mut text, format_args!(" since {}", second_of(*time)));
        if let Some(token) = token {
            push(
                &mut text,
                format_args!(", begun with token {}", Shown(token)),
            );
        }
    }
    text
}

/// Why an operation was ended, and what was at work then.
pub(crate) fn timeout(timeout: Duration, progress: &Progress) -> String {
    let mut text = format!(
        "since it took longer than --timeout {}",
        duration::words(timeout.as_secs())
    );
    let running = progress.running();
    for (index, activity) in running.iter().enumerate() {
        let before = if index == 0 { ", waiting for " } else { ", " };
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

/// That a rollback which failed is continued.
/// What to do where `DescribeStacks` has not caught up with a deployment.
pub(crate) fn lag(stack: &str) -> String {
    format!(
        "CloudFormation does not describe {stack} as it stands now yet, so outputs may be missing: \
         `{}` shows them in a while",
        task("status", stack)
    )
}

pub(crate) fn continued_rollback(stack: &str, skip: &[String]) -> String {
    let without = if skip.is_empty() {
        String::new()
    } else {
        format!(" without {}", Shown(skip.join(", ")))
    };
    format!("{stack} is in UPDATE_ROLLBACK_FAILED: its rollback is continued first{without}")
}

/// A type without what all of AWS's types begin with.
pub(crate) fn short_type(resource_type: &str) -> &str {
    resource_type.strip_prefix("AWS::").unwrap_or(resource_type)
}

/// Why a stack is not destroyed.
pub(crate) fn dependents(stack: &str, dependents: &[Dependent]) -> String {
    let names: Vec<_> = dependents.iter().map(|d| d.stack.as_str()).collect();
    let names = names.join(", ");
    let mut parameters: Vec<_> = dependents.iter().flat_map(|d| &d.parameters).collect();
    parameters.sort();
    parameters.dedup();
    let parameters: Vec<_> = parameters.into_iter().map(String::as_str).collect();
    format!(
        "{stack} is in use: destroy {} first, which was deployed from {}, or pass --force",
        Shown(names),
        Shown(parameters.join(", ")),
    )
}

fn push_outputs(text: &mut String, state: &StackState) {
    for (key, value) in &state.outputs {
        let (name, key, value) = (Shown(&state.name), Shown(key), Shown(value));
        push_line(text, &format!("{name}.{key} = {value}"));
    }
}

/// The resources, narrow enough for a terminal of 80 columns: ids have a line of their own, since
/// those of some types are ARNs.
fn push_resources(text: &mut String, resources: &[Resource]) {
    let widest = width(resources.iter().map(|one| short_type(&one.resource_type)));
    let status = width(resources.iter().map(|one| one.status.as_str()));
    for resource in resources {
        let resource_type = Shown(short_type(&resource.resource_type));
        let (logical_id, physical_id) = (Shown(&resource.logical_id), &resource.physical_id);
        push_line(
            text,
            &format!(
                "  {:status$}  {resource_type:widest$}  {logical_id}",
                Shown(&resource.status)
            ),
        );
        if !physical_id.is_empty() {
            push_line(text, &format!("      {}", Shown(physical_id)));
        }
    }
}

fn push_line(text: &mut String, line: &str) {
    push(text, format_args!("{}\n", line.trim_end()));
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}

fn width<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.map(str::len).max().unwrap_or(0)
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
