//! What was changed by hand.

use super::Shown;
use super::changes::differing;
use super::text::{count, push_line};
use crate::model::{Difference, Drift};

/// What was changed by hand: a line for each resource, and below it one for each property.
#[must_use]
pub fn drift(stack: &str, drifts: &[Drift]) -> String {
    if drifts.is_empty() {
        return format!("{stack}: nothing was changed by hand\n");
    }
    let mut text = format!(
        "{stack}: {} changed by hand\n",
        count(drifts.len(), "resource")
    );
    for drift in drifts {
        let Drift {
            logical_id,
            physical_id,
            resource_type,
            ..
        } = drift;
        let deleted = if drift.is_deleted() { ": deleted" } else { "" };
        let (logical_id, physical_id) = (Shown(logical_id), Shown(physical_id));
        let resource_type = Shown(resource_type);
        push_line(
            &mut text,
            &format!("  !   {resource_type}  {logical_id} ({physical_id}){deleted}"),
        );
        for property in &drift.differences {
            push_line(&mut text, &format!("      {}", difference(property)));
        }
    }
    text
}

fn difference(difference: &Difference) -> String {
    let path = Shown(difference.path.trim_start_matches('/'));
    let (expected, actual) = differing(&difference.expected, &difference.actual);
    let (expected, actual) = (Shown(expected), Shown(actual));
    match difference.kind.as_str() {
        "ADD" => format!("{path}: {actual} was added"),
        "REMOVE" => format!("{path}: {expected} was removed"),
        _ => format!("{path}: {expected} was changed to {actual}"),
    }
}
