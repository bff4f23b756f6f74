//! CloudWatch Logs: what the tasks print, kept by log group.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use crate::resources::{Made, Request};

/// How many lines of a log group are kept.
const KEPT: usize = 1000;

/// The last lines of every log group; they end with the twin.
#[derive(Default)]
pub(crate) struct Groups(Mutex<BTreeMap<String, VecDeque<String>>>);

impl Groups {
    /// Adds a line.
    pub(crate) fn add(&self, group: &str, line: String) {
        let mut groups = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = groups.entry(group.to_owned()).or_default();
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    fn remove(&self, group: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(group);
    }
}

/// Makes an `AWS::Logs::LogGroup`.
pub(crate) fn create(request: &Request) -> Result<Made, String> {
    let name = request.name("LogGroupName");
    if request
        .twin
        .read(|state| state.inventory.get(&name).is_some())
    {
        return Err(format!(
            "Resource of type 'AWS::Logs::LogGroup' with identifier '{name}' already exists."
        ));
    }
    let arn = request.twin.arn("logs", &format!("log-group:{name}:*"));
    Ok(Made::new(name, json!({"Arn": arn})))
}

/// Removes a log group and its lines.
pub(crate) fn delete(request: &Request) {
    request.twin.logs.remove(&request.physical_id);
}
