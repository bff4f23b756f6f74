//! What a person reads, computed from what stands and what happens: pure functions only.

use std::fmt::Write;

use crate::dependents::Dependent;
use crate::state::{Resource, StackParameter};
use crate::{Change, Deployed, Event, Failure, PropertyChange, StackState};

/// From this many bytes on, values are shown without what they have in common.
const LONG_VALUE: usize = 60;
/// How many characters of it are still shown on either side.
const CONTEXT: usize = 16;

/// The changes of a change set, one resource a line, each changed property below it.
#[must_use]
pub fn changes(stack: &str, changes: &[Change]) -> String {
    if changes.is_empty() {
        return format!("{stack}: no changes\n");
    }
    let widest = width(changes.iter().map(|change| change.resource_type.as_str()));
    let mut text = format!("{stack}: {}\n", count(changes.len(), "change"));
    for change in changes {
        let line = format!(
            "  {} {:widest$}  {}{}",
            symbol(change),
            change.resource_type,
            change.logical_id,
            remark(change),
        );
        push_line(&mut text, &line);
        for property in &change.properties {
            push_line(&mut text, &format!("      {}", property_change(property)));
        }
    }
    text
}

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

/// A stack with its outputs, parameters and resources.
#[must_use]
pub fn status(state: &StackState, resources: &[Resource]) -> String {
    let mut text = format!("{}: {}", state.name, state.status);
    if let Some(changed) = &state.changed {
        push(&mut text, format_args!(" (last changed {changed})"));
    }
    text.push('\n');
    if let Some(reason) = state.reason.as_deref().filter(|reason| !reason.is_empty()) {
        push_line(&mut text, reason);
    }
    if !state.outputs.is_empty() {
        text.push_str("\nOutputs:\n");
        push_outputs(&mut text, state);
    }
    if !state.parameters.is_empty() {
        text.push_str("\nParameters:\n");
        for parameter in &state.parameters {
            push_line(&mut text, &format!("  {}", stack_parameter(parameter)));
        }
    }
    text.push_str("\nResources:\n");
    push_resources(&mut text, resources);
    text.push_str("\nStack ARN:\n");
    push_line(&mut text, &state.id);
    text
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
            format_args!("\nRemove what holds it, then run `task destroy-{stack}` again"),
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
        "{stack} is in use: destroy {names} first, which was deployed from {}",
        parameters.join(", "),
    )
}

fn symbol(change: &Change) -> &'static str {
    match (change.action.as_str(), change.replacement.as_str()) {
        ("Add", _) => "+  ",
        ("Remove", _) => "-  ",
        ("Modify", "True") => "-/+",
        ("Modify", _) => "~  ",
        ("Import", _) => "=  ",
        _ => "?  ",
    }
}

fn remark(change: &Change) -> String {
    let physical_id = match change.physical_id.as_str() {
        "" => String::new(),
        id => format!(" ({id})"),
    };
    let consequence = match (change.action.as_str(), change.replacement.as_str()) {
        ("Modify", "True") => ": replaced by a new one, and this one is deleted",
        ("Modify", "Conditional") => ": may be replaced by a new one",
        _ => "",
    };
    format!("{physical_id}{consequence}")
}

fn property_change(property: &PropertyChange) -> String {
    let path = property.path.trim_start_matches("/Properties/");
    let path = path.trim_start_matches('/');
    let values = match (&property.before, &property.after) {
        (Some(before), Some(after)) => {
            let (before, after) = differing(value(before), value(after));
            format!(": {before} -> {after}")
        }
        (None, Some(after)) => format!(": -> {}", value(after)),
        (Some(before), None) => format!(": {before} ->"),
        (None, None) => String::new(),
    };
    let recreation = match property.recreation.as_str() {
        "Always" => "  (forces replacement)",
        "Conditionally" => "  (may force replacement)",
        _ => "",
    };
    format!("{path}{values}{recreation}")
}

/// What AWS cannot know before the deployment, in words.
fn value(value: &str) -> &str {
    match value {
        "{{changeSet:KNOWN_AFTER_APPLY}}" => "(known after the deploy)",
        value => value,
    }
}

/// Two long values without most of what they have in common.
fn differing(before: &str, after: &str) -> (String, String) {
    if before.len().min(after.len()) <= LONG_VALUE {
        return (before.to_owned(), after.to_owned());
    }
    let before: Vec<_> = before.chars().collect();
    let after: Vec<_> = after.chars().collect();
    let shorter = before.len().min(after.len());
    let start = common_start(before.iter(), after.iter());
    let end = common_start(before.iter().rev(), after.iter().rev()).min(shorter - start);
    let start = start.saturating_sub(CONTEXT);
    let end = end.saturating_sub(CONTEXT);
    (cut(&before, start, end), cut(&after, start, end))
}

/// How many items two iterators begin with in common.
fn common_start<'a>(
    left: impl Iterator<Item = &'a char>,
    right: impl Iterator<Item = &'a char>,
) -> usize {
    left.zip(right).take_while(|(l, r)| l == r).count()
}

fn cut(value: &[char], start: usize, end: usize) -> String {
    let middle: String = value[start..value.len() - end].iter().collect();
    let left_out = |count| if count == 0 { "" } else { "…" };
    format!("{}{middle}{}", left_out(start), left_out(end))
}

fn stack_parameter(parameter: &StackParameter) -> String {
    let StackParameter {
        key,
        value,
        resolved,
    } = parameter;
    match resolved {
        Some(resolved) => format!("{key} = {value} -> {resolved}"),
        None => format!("{key} = {value}"),
    }
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
