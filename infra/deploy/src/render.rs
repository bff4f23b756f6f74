//! What a person reads, computed from what stands and what happens: pure functions only.

use std::fmt::{self, Write};

mod changes;
mod drift;
mod left;
mod losses;
mod status;

use crate::dependents::Dependent;
use crate::stack::task;
use crate::state::Resource;
use crate::{Deployed, Event, Failure, StackState};

pub use changes::changes;
pub use drift::drift;
pub use left::Left;
pub(crate) use losses::{drift_before_loss, items, number_of_items, question_of_destruction};
pub use status::status;

/// One event on one line.
#[must_use]
pub fn event(event: &Event) -> String {
    let line = format!(
        "{}  {:<20}  {}  {}  {}",
        event.time, event.status, event.resource_type, event.logical_id, event.reason
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
    let mut text = format!("\n✅  {}{remark}\n\n", state.name);
    if !state.outputs.is_empty() {
        text.push_str("Outputs:\n");
        push_outputs(&mut text, state);
    }
    push_line(&mut text, "Stack ARN:");
    push_line(&mut text, &state.id);
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

/// Why an operation failed: the root cause in the first line, what else failed below it.
pub(crate) fn failure(stack: &str, status: &str, failures: &[Failure]) -> String {
    let mut causes = failures
        .iter()
        .map(|f| format!("{} ({}): {}", f.logical_id, f.resource_type, f.reason));
    let root = causes
        .next()
        .unwrap_or_else(|| "CloudFormation gave no reason".to_owned());
    let mut text = format!("{stack} ended in {status}: {root}");
    for cause in causes {
        push(&mut text, format_args!("\n  also {cause}"));
    }
    if status == "DELETE_FAILED" {
        push(
            &mut text,
            format_args!(
                "\nRemove what holds it, then run `{}` again",
                task("destroy", stack)
            ),
        );
    }
    text
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
        "{stack} is in use: destroy {names} first, which was deployed from {}, or pass --force",
        parameters.join(", "),
    )
}

fn push_outputs(text: &mut String, state: &StackState) {
    for (key, value) in &state.outputs {
        push_line(text, &format!("{}.{key} = {value}", state.name));
    }
}

fn push_resources(text: &mut String, resources: &[Resource]) {
    let widest = width(
        resources
            .iter()
            .map(|resource| resource.resource_type.as_str()),
    );
    let status = width(resources.iter().map(|resource| resource.status.as_str()));
    for resource in resources {
        let Resource {
            logical_id,
            physical_id,
            resource_type,
            ..
        } = resource;
        push_line(
            text,
            &format!(
                "  {:status$}  {resource_type:widest$}  {logical_id}  {physical_id}",
                resource.status
            ),
        );
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
mod tests;
