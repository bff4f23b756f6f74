//! Whether a resource would be ready in time on AWS.
//!
//! A resource that needs another one without depending on it races it. Here everything is made in
//! milliseconds and would always be ready. The usual durations on AWS decide instead, so that the
//! result is the same each time.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::subject::Subject;
use super::table::handler;
use crate::cloudformation::Stack;

/// Whether AWS usually still makes the resource with this id when it begins to make the one of
/// `subject`.
pub(crate) fn is_late(subject: &Subject<'_>, physical_id: &str) -> bool {
    let Some(stack) = subject.stack else {
        return false;
    };
    let records = &stack.current.resources;
    let other = records
        .iter()
        .find(|(_, record)| record.physical_id == physical_id);
    let (Some((other, _)), Some(own)) = (other, records.get(subject.logical_id)) else {
        return false;
    };
    let mut known = BTreeMap::new();
    let mut begins = Duration::ZERO;
    for name in &own.dependencies {
        begins = begins.max(end(stack, name, &mut known));
    }
    begins < end(stack, other, &mut known)
}

/// How long AWS usually takes for all resources of the running operation.
pub(crate) fn usual_duration(stack: &Stack) -> Duration {
    let mut known = BTreeMap::new();
    let names = stack.current.resources.keys();
    let ends = names.map(|name| end(stack, name, &mut known));
    ends.max().unwrap_or_default()
}

/// How long AWS usually takes to create or delete a resource with these properties.
pub(crate) fn usual_duration_of(resource_type: &str, properties: &Value) -> Duration {
    let handler = handler(resource_type);
    let takes = handler.map(|handler| handler.usual_duration(properties));
    takes.unwrap_or_default()
}

/// When a resource is usually ready, counted from the beginning of the operation.
fn end<'a>(stack: &'a Stack, name: &'a str, known: &mut BTreeMap<&'a str, Duration>) -> Duration {
    let Some(record) = stack.current.resources.get(name) else {
        return Duration::ZERO;
    };
    let before = stack
        .previous
        .as_ref()
        .and_then(|version| version.existing_resource(name));
    if before.is_some_and(|before| before.physical_id == record.physical_id) {
        return Duration::ZERO;
    }
    if let Some(known) = known.get(name) {
        return *known;
    }
    let begins = record
        .dependencies
        .iter()
        .map(|name| end(stack, name, known))
        .max();
    let takes = usual_duration_of(&record.resource_type, &record.properties);
    let ends = begins.unwrap_or_default() + takes;
    known.insert(name, ends);
    ends
}
