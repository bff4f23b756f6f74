//! Starts an operation: the change set's version becomes the current one.

use crate::aws::now;
use crate::cloudformation::model::{
    ChangeSet, ChangeSetType, OnFailure, OperationType, Stack, StackStatus, Version,
};
use crate::cloudformation::plan::with_drift;

/// Makes the version of `change_set` the current one, and moves the stack to an `IN_PROGRESS`
/// status.
pub(crate) fn start(
    stack: &mut Stack,
    change_set: ChangeSet,
    token: Option<String>,
    disable_rollback: bool,
) {
    let (operation, status) = match change_set.kind {
        ChangeSetType::Create => (OperationType::CreateStack, StackStatus::CreateInProgress),
        ChangeSetType::Update => (OperationType::UpdateStack, StackStatus::UpdateInProgress),
        ChangeSetType::Import => (OperationType::UpdateStack, StackStatus::ImportInProgress),
    };
    stack.begin(operation, token);
    stack.drift = None;
    stack.on_failure = if disable_rollback {
        OnFailure::DoNothing
    } else {
        change_set.on_failure
    };
    stack.change_sets.clear();
    stack.express = change_set.express;
    let version = Version {
        resources: with_drift(&stack.current, &change_set.actual).resources,
        outputs: stack.current.outputs.clone(),
        ..change_set.target
    };
    let before = std::mem::replace(&mut stack.current, version);
    if change_set.kind != ChangeSetType::Create {
        stack.previous = Some(Box::new(before));
        stack.updated = Some(now());
    }
    stack.move_to(status, Some("User Initiated"));
}
