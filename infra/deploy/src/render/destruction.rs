//! What is lost when resources are deleted or replaced, shown before anybody approves it.

use std::fmt::Display;

use super::drift;
use super::stack::push_resources;
use super::text::count;
use crate::model::{Drift, Resource};

/// What a destroy deletes.
#[must_use]
pub fn destruction(stack: &str, resources: &[Resource]) -> String {
    let mut text = format!(
        "{stack} will be deleted, with {}:\n",
        count(resources.len(), "resource")
    );
    push_resources(&mut text, resources);
    text
}

/// What was changed by hand in resources that are about to be deleted or replaced.
pub(crate) fn drift_before_loss<E: Display>(noun: &str, found: Result<&[Drift], E>) -> String {
    match found {
        Ok([]) => format!("Nothing was changed by hand in the {noun}"),
        Ok(drifts) => drift(&format!("The {noun}"), drifts),
        Err(err) => format!("Drift cannot be checked: {err}"),
    }
}

/// The question before a stack is deleted; it names what would be lost.
pub(crate) fn question_of_destruction(losses: &[String]) -> String {
    if losses.is_empty() {
        return "Delete all of this?".to_owned();
    }
    format!("Delete all of this, with {}?", losses.join(" and "))
}
