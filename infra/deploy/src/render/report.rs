use super::{Shown, push, push_line, push_outputs, push_resources};
use crate::stack::task;
use crate::state::StackParameter;
use crate::{HandedOver, Read, Standing};

/// A stack with its outputs, parameters, hand-overs and resources.
#[must_use]
pub fn status(standing: &Standing) -> String {
    let state = &standing.state;
    let name = Shown(&state.name);
    let mut text = format!("{name}: {}", Shown(&state.status));
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
    if !state.outputs.is_empty() {
        text.push_str("\nOutputs:\n");
        push_outputs(&mut text, state);
    }
    let plain = state.parameters.iter().filter(|p| p.resolved.is_none());
    push_section(&mut text, "Parameters", plain.map(parameter));
    push_section(&mut text, "Reads", standing.reads.iter().map(read));
    push_section(
        &mut text,
        "Hands over",
        standing.hands_over.iter().flat_map(handed_over),
    );
    text.push_str("\nResources:\n");
    push_resources(&mut text, &standing.resources);
    text.push_str("\nStack ARN:\n");
    push_line(&mut text, &Shown(&state.id).to_string());
    if standing.reads.iter().any(Read::is_stale) {
        let task = task("deploy", &state.name);
        push(
            &mut text,
            format_args!("\n{name} is stale: `{task}` brings it up to date\n"),
        );
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
    let (name, deployed_value) = (Shown(name), Shown(deployed));
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
        let (stack, value) = (Shown(stack), Shown(deployed));
        if now.as_ref() == Some(deployed) {
            format!("  read by {stack}")
        } else {
            format!("  read by {stack}, which is stale: it stands in {value}")
        }
    }));
    lines
}
