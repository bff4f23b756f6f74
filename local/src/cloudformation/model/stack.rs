//! A stack, as CloudFormation records it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::change_set::{ChangeSet, Imports, Invalid, OnFailure};
use super::drift::Drift;
use super::event::{Event, OperationType, STACK_TYPE};
use super::record::Record;
use super::status::{ResourceStatus, StackStatus};
use super::version::Version;
use crate::aws::now;
use crate::services::iam::{self, Principal};

/// A stack, which may be deleted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Stack {
    /// The ARN, which still identifies the stack after its deletion.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: StackStatus,
    pub(crate) status_reason: Option<String>,
    pub(crate) created: String,
    pub(crate) updated: Option<String>,
    pub(crate) deleted: Option<String>,
    pub(crate) termination_protection: bool,
    /// The version that is deployed, or being deployed.
    pub(crate) current: Version,
    /// The version before the running update; a rollback returns to it.
    pub(crate) previous: Option<Box<Version>>,
    /// The resources to delete in the cleanup, at the end of an update or of its rollback.
    pub(crate) garbage: Vec<(String, Record)>,
    /// Express mode: do not wait until resources are in service.
    pub(crate) express: bool,
    /// The client request token of the current or the last operation.
    pub(crate) token: Option<String>,
    /// The id of the current or the last operation.
    pub(crate) operation: String,
    pub(crate) operation_type: OperationType,
    /// Who began the current or the last operation. It needs the permissions of this caller.
    #[serde(default)]
    pub(crate) caller: Principal,
    /// The ARN of the stack that this one is part of.
    #[serde(default)]
    pub(crate) parent: Option<String>,
    /// The result of the last drift detection.
    pub(crate) drift: Option<Drift>,
    pub(crate) on_failure: OnFailure,
    #[serde(default)]
    pub(crate) failure: FailureOptions,
    /// `TimeoutInMinutes` of the creation.
    #[serde(default)]
    pub(crate) timeout: Option<u32>,
    /// The stack policy, as JSON.
    #[serde(default)]
    pub(crate) policy: Option<String>,
    /// The policy that the running update uses instead.
    #[serde(default)]
    pub(crate) policy_during_update: Option<String>,
    /// The client request tokens that were used, and their actions.
    #[serde(default)]
    pub(crate) tokens: BTreeMap<String, String>,
    /// The number of events that the topics of the stack got.
    #[serde(default)]
    pub(crate) notified: usize,
    /// The change set that was executed last.
    #[serde(default)]
    pub(crate) change_set_id: Option<String>,
    /// The last operations with their ids, the newest first.
    #[serde(default)]
    pub(crate) last_operations: Vec<(OperationType, String)>,
    /// The resources that the running operation imports.
    #[serde(default)]
    pub(crate) imports: Imports,
    /// The resources that the deletion retains.
    pub(crate) retain: Vec<String>,
    pub(crate) events: Vec<Event>,
    pub(crate) change_sets: Vec<ChangeSet>,
}

/// What the current operation does if something fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FailureOptions {
    /// Leave everything as it is.
    pub(crate) disable_rollback: bool,
    /// A rollback deletes what the operation has created, whatever its deletion policy says.
    pub(crate) retain_except_on_create: bool,
    /// A deletion goes on without the resources that cannot be deleted.
    pub(crate) force_delete: bool,
}

/// How many operations `LastOperations` lists at most.
const LAST_OPERATIONS: usize = 10;

impl Stack {
    /// Whether `name_or_id` is the name or the ARN of this stack.
    pub(crate) fn is_called(&self, name_or_id: &str) -> bool {
        self.name == name_or_id || self.id == name_or_id
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.status.is_deleted()
    }

    /// Whether an update can start now. A failed operation that was not to be rolled back may be
    /// followed by another one.
    pub(crate) fn can_be_updated(&self) -> bool {
        let paused = matches!(
            self.status,
            StackStatus::CreateFailed | StackStatus::UpdateFailed
        );
        self.status.can_be_updated() || paused && self.failure.disable_rollback
    }

    /// Begins an operation. All events from now on belong to it.
    pub(crate) fn begin(&mut self, operation_type: OperationType, token: Option<String>) {
        self.operation = uuid::Uuid::new_v4().to_string();
        self.operation_type = operation_type;
        let operation = (operation_type, self.operation.clone());
        self.last_operations.insert(0, operation);
        self.last_operations.truncate(LAST_OPERATIONS);
        self.token = token;
        self.caller = iam::caller();
    }

    /// Moves the stack itself to `status`, with an event.
    pub(crate) fn move_to(&mut self, status: StackStatus, reason: Option<&str>) {
        self.status = status;
        self.status_reason = reason.map(str::to_owned);
        self.events.push(Event {
            id: uuid::Uuid::new_v4().to_string(),
            logical_id: self.name.clone(),
            physical_id: self.id.clone(),
            resource_type: STACK_TYPE.to_owned(),
            status: status.to_string(),
            reason: self.status_reason.clone(),
            properties: None,
            ..self.event()
        });
    }

    /// Moves a resource to `status`, with an event. `change` may update the record as well.
    pub(crate) fn move_resource(
        &mut self,
        logical_id: &str,
        status: ResourceStatus,
        reason: Option<&str>,
        change: impl FnOnce(&mut Record),
    ) {
        let record = self
            .current
            .resources
            .entry(logical_id.to_owned())
            .or_default();
        change(record);
        record.status = status;
        record.reason = reason.map(str::to_owned);
        record.timestamp = now();
        let record = record.clone();
        self.add_resource_event(logical_id, &record);
    }

    /// Adds an event for a record, even if the stack no longer has the resource.
    pub(crate) fn add_resource_event(&mut self, logical_id: &str, record: &Record) {
        let properties = (!record.properties.is_null()).then(|| {
            self.current
                .mask(&record.mask(&record.properties.to_string()))
        });
        self.events.push(Event {
            id: format!("{logical_id}-{}-{}", record.status, uuid::Uuid::new_v4()),
            logical_id: logical_id.to_owned(),
            physical_id: record.physical_id.clone(),
            resource_type: record.resource_type.clone(),
            status: record.status.to_string(),
            reason: record.reason.clone(),
            properties,
            ..self.event()
        });
    }

    /// Adds an event for each finding of a pre-deployment validation.
    pub(crate) fn add_findings(
        &mut self,
        operation: &str,
        operation_type: OperationType,
        findings: Vec<Invalid>,
    ) {
        for invalid in findings {
            self.events.push(Event {
                id: uuid::Uuid::new_v4().to_string(),
                logical_id: invalid.logical_id.clone(),
                resource_type: invalid.resource_type.clone(),
                operation: operation.to_owned(),
                operation_type,
                finding: Some(invalid.into()),
                ..self.event()
            });
        }
    }

    /// The members that all events of the current operation share.
    fn event(&self) -> Event {
        Event {
            timestamp: now(),
            token: self.token.clone(),
            operation: self.operation.clone(),
            operation_type: self.operation_type,
            ..Event::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::cloudformation::model::{Action, Change, ChangeSetType, Policy};

    fn version() -> Value {
        json!({
            "template": "Resources: {}", "parameters": {}, "tags": {}, "capabilities": [],
            "outputs": {}, "imports": [], "resources": {"A": {
                "resource_type": "AWS::EC2::EIP", "physical_id": "1.2.3.4", "reason": null,
                "status": "CREATE_COMPLETE", "timestamp": "", "properties": {}, "attributes": {},
                "dependencies": [], "deletion_policy": "RetainExceptOnCreate",
                "update_replace_policy": null,
            }},
        })
    }

    fn event() -> Value {
        json!({
            "id": "1", "logical_id": "test", "physical_id": "arn", "resource_type": "T",
            "status": "REVIEW_IN_PROGRESS", "reason": null, "timestamp": "", "properties": null,
            "token": null, "operation": "", "operation_type": "",
        })
    }

    fn modification() -> Value {
        let target = json!({
            "Attribute": "Properties", "Name": "P", "Path": "/Properties/P",
            "RequiresRecreation": "Never", "BeforeValue": null, "AfterValue": "x",
            "AttributeChangeType": "Add",
        });
        let detail = json!({
            "Evaluation": "Static", "ChangeSource": "DirectModification", "Target": target,
        });
        json!({"Type": "Resource", "ResourceChange": {
            "Action": "Modify", "PolicyAction": null, "LogicalResourceId": "B",
            "PhysicalResourceId": "b", "ResourceType": "T", "Replacement": "False",
            "Scope": ["Properties"], "BeforeContext": "{}", "AfterContext": "{}",
            "Details": [detail],
        }})
    }

    fn change_set() -> Value {
        let addition = json!({"Type": "Resource", "ResourceChange": {
            "Action": "Add", "LogicalResourceId": "A", "PhysicalResourceId": null,
            "ResourceType": "AWS::EC2::EIP", "AfterContext": "{}",
        }});
        json!({
            "id": "arn", "name": "first", "description": null, "kind": "CREATE",
            "status": "CREATE_COMPLETE", "status_reason": null, "execution_status": "AVAILABLE",
            "created": "", "on_failure": "ROLLBACK", "express": false, "target": version(),
            "actual": {}, "imports": {}, "changes": [addition, modification()],
        })
    }

    fn stack() -> Value {
        let drift = json!({"status": "IN_SYNC", "expected": {}, "actual": {}});
        json!({
            "id": "arn", "name": "test", "status": "REVIEW_IN_PROGRESS", "status_reason": null,
            "created": "", "updated": null, "deleted": null, "termination_protection": false,
            "current": version(), "previous": null, "garbage": [], "express": false,
            "token": null, "operation": "", "operation_type": "", "on_failure": "", "retain": [],
            "drift": {"id": "1", "time": "", "resources": {"A": drift}},
            "events": [event()], "change_sets": [change_set()],
        })
    }

    #[test]
    fn a_stack_of_an_earlier_data_directory_can_be_read() {
        let stack: Stack = serde_json::from_value(stack()).unwrap();
        assert_eq!(stack.status, StackStatus::ReviewInProgress);
        assert_eq!(stack.on_failure, OnFailure::Rollback);
        assert_eq!(stack.operation_type, OperationType::None);
        let policy = stack.current.resources["A"].deletion_policy;
        assert_eq!(policy, Some(Policy::RetainExceptOnCreate));
        let change_set = &stack.change_sets[0];
        assert_eq!(change_set.kind, ChangeSetType::Create);
        let actions: Vec<Action> = change_set
            .changes
            .iter()
            .map(|Change::Resource(change)| change.action)
            .collect();
        assert_eq!(actions, [Action::Add, Action::Modify]);
        let written = serde_json::to_value(&stack).unwrap();
        assert_eq!(written["current"], version());
        assert_eq!(written["events"], json!([event()]));
    }
}
