//! Starts an operation: the change set's version becomes the current one.

use std::collections::BTreeMap;

use crate::aws::now;
use crate::cloudformation::model::{
    ChangeSet, ChangeSetType, FailureOptions, Imports, OnFailure, OperationType, Origin, Stack,
    StackStatus, Version,
};
use crate::cloudformation::plan::with_drift;

/// Makes the version of `change_set` the current one, and moves the stack to an `IN_PROGRESS`
/// status.
pub(crate) fn start(
    stack: &mut Stack,
    change_set: ChangeSet,
    token: Option<String>,
    failure: FailureOptions,
) {
    let (operation, status) = match change_set.kind {
        ChangeSetType::Create => (OperationType::CreateStack, StackStatus::CreateInProgress),
        ChangeSetType::Update => (OperationType::UpdateStack, StackStatus::UpdateInProgress),
        ChangeSetType::Import => (OperationType::UpdateStack, StackStatus::ImportInProgress),
    };
    stack.begin(operation, token);
    stack.drift = None;
    stack.failure = failure;
    stack.change_set_id = (change_set.origin == Origin::Caller).then_some(change_set.id);
    stack.imports = match change_set.kind {
        ChangeSetType::Import => Imports::new(),
        _ => change_set.imports,
    };
    stack.on_failure = if failure.disable_rollback {
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
        stack.previous = Some(last_stable(stack, before));
        stack.updated = Some(now());
    }
    stack.move_to(status, Some("User Initiated"));
}

/// The version to which a rollback returns. After a failed operation that was not rolled back, it is
/// the one before that; a stack that was never created completely has no resources then.
fn last_stable(stack: &mut Stack, before: Version) -> Box<Version> {
    match stack.status {
        StackStatus::UpdateFailed => stack.previous.take().unwrap_or_else(|| Box::new(before)),
        StackStatus::CreateFailed => Box::new(Version {
            resources: BTreeMap::new(),
            outputs: BTreeMap::new(),
            ..before
        }),
        _ => Box::new(before),
    }
}
