//! Failures that the user asks for, to see how a deployer reports them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// An operation on a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    Update,
    Delete,
    /// The rollback of an update.
    Rollback,
}

/// One `--fail [OPERATION:]RESOURCE[=REASON]`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    operations: Vec<Operation>,
    logical_id: String,
    reason: String,
    /// As it was written.
    text: String,
    has_struck: bool,
}

impl Rule {
    fn parse(text: &str) -> Result<Self, String> {
        let (what, reason) = text
            .split_once('=')
            .unwrap_or((text, "The local AWS was asked to let this resource fail."));
        let (operations, logical_id) = match what.split_once(':') {
            None => (vec![Operation::Create, Operation::Update], what),
            Some((operation, logical_id)) => (vec![operation_named(operation)?], logical_id),
        };
        if logical_id.is_empty() || !logical_id.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(format!("{logical_id:?} is not a logical id"));
        }
        Ok(Self {
            operations,
            logical_id: logical_id.to_owned(),
            reason: reason.to_owned(),
            text: what.to_owned(),
            has_struck: false,
        })
    }
}

fn operation_named(name: &str) -> Result<Operation, String> {
    match name {
        "create" => Ok(Operation::Create),
        "update" => Ok(Operation::Update),
        "delete" => Ok(Operation::Delete),
        "rollback" => Ok(Operation::Rollback),
        _ => Err(format!(
            "{name:?} is not an operation: use create, update, delete or rollback"
        )),
    }
}

/// Checks the syntax of a `--fail`.
///
/// # Errors
/// One sentence with the mistake.
pub(crate) fn check(text: &str) -> Result<String, String> {
    Rule::parse(text).map(|_| text.to_owned())
}

/// The failures that the user asked for.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Mutex<Vec<Rule>>,
    /// One in this many calls is refused.
    throttle: Option<u64>,
    latency: Duration,
    calls: AtomicU64,
}

impl Faults {
    pub(crate) fn new(throttle: Option<u64>, latency: Duration) -> Self {
        Self {
            throttle,
            latency,
            ..Self::default()
        }
    }

    /// Replaces all rules by `rules`.
    ///
    /// # Errors
    /// One sentence for a rule that cannot be read.
    pub(crate) fn fail(&self, rules: &[String]) -> Result<(), String> {
        let rules: Vec<Rule> = rules
            .iter()
            .map(|rule| Rule::parse(rule))
            .collect::<Result<_, _>>()?;
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules;
        Ok(())
    }

    /// The reason why the operation on a resource fails, if it does.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn strike(&self, operation: Operation, logical_id: &str) -> Result<(), String> {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let hit = rules
            .iter_mut()
            .find(|rule| rule.logical_id == logical_id && rule.operations.contains(&operation));
        hit.map_or(Ok(()), |rule| {
            rule.has_struck = true;
            Err(rule.reason.clone())
        })
    }

    /// The rules that have not made anything fail, and whose resource does not exist, as they were
    /// written.
    pub(crate) fn unused(&self, exists: impl Fn(&str) -> bool) -> Vec<String> {
        let rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let is_unused = |rule: &&Rule| !rule.has_struck && !exists(&rule.logical_id);
        let unused = rules.iter().filter(is_unused);
        unused.map(|rule| rule.text.clone()).collect()
    }

    /// Waits for the delay of every call. Returns whether this call is throttled.
    pub(crate) async fn delay(&self) -> bool {
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        self.throttle
            .is_some_and(|every| every > 0 && call.is_multiple_of(every))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_a_resource_and_may_name_more() {
        let faults = Faults::default();
        faults
            .fail(&["Table".into(), "delete:Vpc=it is mine".into()])
            .unwrap();
        let unused = || faults.unused(|name| name == "Service");
        assert_eq!(unused(), ["Table", "delete:Vpc"]);
        assert!(faults.strike(Operation::Create, "Table").is_err());
        assert_eq!(unused(), ["delete:Vpc"]);
        assert!(faults.unused(|_| true).is_empty());
        assert!(faults.strike(Operation::Update, "Table").is_err());
        assert!(faults.strike(Operation::Rollback, "Table").is_ok());
        assert_eq!(
            faults.strike(Operation::Delete, "Vpc"),
            Err("it is mine".into())
        );
        assert!(faults.strike(Operation::Create, "Vpc").is_ok());
        for wrong in ["", "explode:Vpc", "A-B", "create:"] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
