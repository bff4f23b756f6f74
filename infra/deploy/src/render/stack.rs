//! A deployed stack: its outputs and its resources.

use std::fmt;

use super::Shown;
use super::text::{push_line, short_type, width};
use crate::model::{Deployed, Resource, StackState};

/// The result of a deployment: the outputs and the ARN.
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
        text.push('\n');
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

pub(super) fn push_outputs(text: &mut String, state: &StackState) {
    for (key, value) in &state.outputs {
        let (name, key, value) = (Shown(&state.name), Shown(key), Shown(value));
        push_line(text, &format!("{name}.{key} = {value}"));
    }
}

/// Appends the resources, narrow enough for a terminal of 80 columns. The ids have lines of their
/// own, since those of some types are ARNs.
pub(super) fn push_resources(text: &mut String, resources: &[Resource]) {
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
