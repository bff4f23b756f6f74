//! The result of the command `status`.

use std::fmt;

use super::stack::{push_outputs, push_resources};
use super::text::{push, push_line};
use super::{Shown, task};
use crate::model::{HandedOver, Read, StackDetails, StackParameter, StackReport, StackState};

/// A stack with its outputs, its parameters, the SSM parameters it reads and writes, and its resources.
#[must_use]
pub fn details(details: &StackDetails) -> String {
    let state = &details.state;
    let mut text = head(state);
    if !state.outputs.is_empty() {
        text.push_str("\nOutputs:\n");
        push_outputs(&mut text, state);
    }
    let plain = state.parameters.iter().filter(|p| p.resolved.is_none());
    push_section(&mut text, "Parameters", plain.map(parameter));
    push_section(
        &mut text,
        "Reads parameters",
        details.reads.iter().map(read),
    );
    push_section(
        &mut text,
        "Writes parameters",
        details.hands_over.iter().flat_map(handed_over),
    );
    text.push_str("\nResources:\n");
    push_resources(&mut text, &details.resources);
    text.push_str("\nStack ARN:\n");
    push_line(&mut text, &Shown(&state.id).to_string());
    if details.reads.iter().any(Read::is_stale) {
        let (name, task) = (Shown(&state.name), task("deploy", &state.name));
        push(
            &mut text,
            format_args!("\n{name} is stale: `{task}` brings it up to date\n"),
        );
    }
    text
}

impl fmt::Display for StackReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.details {
            Some(found) => f.write_str(&details(found)),
            None => writeln!(f, "{} does not exist", self.stack_name),
        }
    }
}

/// The name, the status with its reason, and the protection.
fn head(state: &StackState) -> String {
    let mut text = format!("{}: {}", Shown(&state.name), Shown(&state.status));
    if let Some(changed) = &state.changed {
        push(&mut text, format_args!(" (last changed {changed})"));
    }
    text.push('\n');
    if let Some(reason) = state.reason.as_deref().filter(|reason| !reason.is_empty()) {
        push_line(&mut text, &Shown(reason.trim_end()).to_string());
    }
    if state.termination_protection {
        push_line(&mut text, "Termination protection is on");
    }
    text
}

fn push_section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    for (number, line) in lines.enumerate() {
        if number == 0 {
            push(text, format_args!("\n{title}:\n"));
        }
        push_line(text, &format!("  {line}"));
    }
}

fn parameter(parameter: &StackParameter) -> String {
    format!("{} = {}", Shown(&parameter.key), Shown(&parameter.value))
}

fn read(read: &Read) -> String {
    let Read {
        name,
        deployed,
        now,
    } = read;
    let name = Shown(name);
    let Some(deployed) = deployed else {
        return match now {
            Some(now) => format!("{name} = {} (read by the app while it runs)", Shown(now)),
            None => format!("{name} does not exist: the app has no table"),
        };
    };
    let deployed_value = Shown(deployed);
    match now {
        Some(now) if now == deployed => format!("{name} = {deployed_value}"),
        Some(now) => {
            let now = Shown(now);
            format!("{name} = {deployed_value} at the last deploy, {now} now")
        }
        None => format!("{name} = {deployed_value} at the last deploy, deleted since"),
    }
}

fn handed_over(handed: &HandedOver) -> Vec<String> {
    let HandedOver { name, now, readers } = handed;
    let value = now.as_deref().unwrap_or("(deleted by hand)");
    let mut lines = vec![format!("{} = {}", Shown(name), Shown(value))];
    lines.extend(readers.iter().map(|(stack, deployed)| {
        let stack = Shown(stack);
        match deployed {
            Some(deployed) if now.as_ref() != Some(deployed) => {
                let value = Shown(deployed);
                format!("  read by {stack}, which is stale: it was deployed with {value}")
            }
            _ => format!("  read by {stack}"),
        }
    }));
    lines
}
