//! A stack and what CloudFormation remembers of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::drift::{Actual, Drift};
use super::import::Imports;
use crate::account::now;

/// A stack, living or deleted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Stack {
    /// The ARN: the only name that still resolves after the stack is deleted.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) status_reason: Option<String>,
    pub(crate) created: String,
    pub(crate) updated: Option<String>,
    pub(crate) deleted: Option<String>,
    pub(crate) termination_protection: bool,
    /// What stands now.
    pub(crate) current: Version,
    /// What stood before the update that runs: what a rollback returns to.
    pub(crate) previous: Option<Box<Version>>,
    /// What an update or its rollback still has to delete.
    pub(crate) garbage: Vec<(String, Record)>,
    /// Whether the operation waits for no resource to be in service.
    pub(crate) express: bool,
    /// The token of the operation that runs or ran last.
    pub(crate) token: Option<String>,
    /// The id of that operation.
    pub(crate) operation: String,
    /// What kind of operation it is: `CREATE_STACK`, `UPDATE_STACK`, ….
    pub(crate) operation_type: String,
    /// What the last drift detection has found.
    pub(crate) drift: Option<Drift>,
    /// What a failed creation leads to: ROLLBACK, DELETE or `DO_NOTHING`.
    pub(crate) on_failure: String,
    /// The resources that a delete leaves standing.
    pub(crate) retain: Vec<String>,
    pub(crate) events: Vec<Event>,
    pub(crate) change_sets: Vec<ChangeSet>,
}

/// What a deployment makes of a stack: the input and the resources that came of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) template: String,
    pub(crate) parameters: BTreeMap<String, Parameter>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) resources: BTreeMap<String, Record>,
    pub(crate) outputs: BTreeMap<String, Output>,
    /// The names of the exports of other stacks that this one imports.
    pub(crate) imports: BTreeSet<String>,
}

impl Version {
    /// `text` with every value of a `NoEcho` parameter made unreadable.
    pub(crate) fn mask(&self, text: &str) -> String {
        let secrets = self
            .parameters
            .values()
            .filter(|parameter| parameter.no_echo && !parameter.value.is_empty());
        secrets.fold(text.to_owned(), |text, secret| {
            text.replace(&secret.value, "****")
        })
    }
}

/// A parameter of a stack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parameter {
    /// What the caller gave, or the default.
    pub(crate) value: String,
    /// For the SSM types, the value of the SSM parameter when the stack was deployed.
    pub(crate) resolved: Option<String>,
    pub(crate) no_echo: bool,
    /// What `Ref` gives: a string, or a list for the list types.
    pub(crate) reference: Value,
}

/// An output of a stack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    pub(crate) export: Option<String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) resource_type: String,
    /// Empty as long as nothing was made.
    pub(crate) physical_id: String,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) timestamp: String,
    /// The properties as resolved and sent.
    pub(crate) properties: Value,
    pub(crate) attributes: Map<String, Value>,
    /// The logical ids that this one was made after.
    pub(crate) dependencies: Vec<String>,
    pub(crate) deletion_policy: Option<String>,
    pub(crate) update_replace_policy: Option<String>,
}

/// An event of a stack or of a resource in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) resource_type: String,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) timestamp: String,
    pub(crate) properties: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) operation: String,
    pub(crate) operation_type: String,
}

/// A change set: what would happen, and what execution will do.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// CREATE or UPDATE.
    pub(crate) kind: String,
    /// `CREATE_COMPLETE` or FAILED: the local AWS computes a change set in the call that asks for it.
    pub(crate) status: String,
    pub(crate) status_reason: Option<String>,
    pub(crate) execution_status: String,
    pub(crate) created: String,
    pub(crate) on_failure: String,
    pub(crate) express: bool,
    /// The version to deploy; its resources and outputs are still empty.
    pub(crate) target: Version,
    /// The resource whose properties pre-deployment validation refuses.
    pub(crate) invalid: Option<Invalid>,
    /// What has drifted, where the change set is to take it back.
    pub(crate) actual: Actual,
    /// What is imported.
    pub(crate) imports: Imports,
    /// The entries of `Changes` as DescribeChangeSet gives them.
    pub(crate) changes: Vec<Value>,
}

/// A resource whose properties are wrong.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Invalid {
    pub(crate) logical_id: String,
    pub(crate) resource_type: String,
    pub(crate) reason: String,
}

/// The resource type under which a stack's own events run.
pub(crate) const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

impl Stack {
    /// Whether an operation runs.
    pub(crate) fn is_busy(&self) -> bool {
        self.status.ends_with("_IN_PROGRESS") && self.status != "REVIEW_IN_PROGRESS"
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.status == "DELETE_COMPLETE"
    }

    /// Begins an operation, which all events bear from now on.
    pub(crate) fn begin(&mut self, operation_type: &str, token: Option<&str>) {
        self.operation = uuid::Uuid::new_v4().to_string();
        operation_type.clone_into(&mut self.operation_type);
        self.token = token.map(str::to_owned);
    }

    /// Moves the stack itself to `status`, with an event.
    pub(crate) fn move_to(&mut self, status: &str, reason: Option<&str>) {
        status.clone_into(&mut self.status);
        self.status_reason = reason.map(str::to_owned);
        self.events.push(Event {
            id: uuid::Uuid::new_v4().to_string(),
            logical_id: self.name.clone(),
            physical_id: self.id.clone(),
            resource_type: STACK_TYPE.to_owned(),
            status: status.to_owned(),
            reason: self.status_reason.clone(),
            timestamp: now(),
            properties: None,
            token: self.token.clone(),
            operation: self.operation.clone(),
            operation_type: self.operation_type.clone(),
        });
    }

    /// Moves a resource to `status`, with an event. `change` may update the record as well.
    pub(crate) fn move_resource(
        &mut self,
        logical_id: &str,
        status: &str,
        reason: Option<&str>,
        change: impl FnOnce(&mut Record),
    ) {
        let record = self
            .current
            .resources
            .entry(logical_id.to_owned())
            .or_default();
        change(record);
        status.clone_into(&mut record.status);
        record.reason = reason.map(str::to_owned);
        record.timestamp = now();
        let record = record.clone();
        self.resource_event(logical_id, &record);
    }

    /// Adds an event for a record, also one that is no longer in the stack.
    pub(crate) fn resource_event(&mut self, logical_id: &str, record: &Record) {
        self.events.push(Event {
            id: format!("{logical_id}-{}-{}", record.status, uuid::Uuid::new_v4()),
            logical_id: logical_id.to_owned(),
            physical_id: record.physical_id.clone(),
            resource_type: record.resource_type.clone(),
            status: record.status.clone(),
            reason: record.reason.clone(),
            timestamp: now(),
            properties: (!record.properties.is_null())
                .then(|| self.current.mask(&record.properties.to_string())),
            token: self.token.clone(),
            operation: self.operation.clone(),
            operation_type: self.operation_type.clone(),
        });
    }
}
