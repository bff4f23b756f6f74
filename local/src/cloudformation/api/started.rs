//! An operation that has started, or has failed before it creates a resource.

use std::sync::Arc;

use serde::Serialize;

use super::new_stack::put;
use crate::account::{Account, State};
use crate::cloudformation::engine;
use crate::cloudformation::model::{
    ChangeSet, Invalid, OnFailure, OperationType, Stack, StackStatus,
};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    stack_id: String,
    operation_id: String,
}

/// A stack whose operation has started, or has failed its validation already.
pub(super) struct Started {
    output: Output,
    status: StackStatus,
}

impl Started {
    pub(super) fn new(state: &mut State, mut stack: Stack, failure: Option<Failure>) -> Self {
        match failure {
            Some(Failure::Findings(findings)) => fail(&mut stack, findings),
            Some(Failure::Reason(reason)) => roll_back(&mut stack, &reason),
            None => {}
        }
        let started = Self {
            output: Output {
                stack_id: stack.id.clone(),
                operation_id: stack.operation.clone(),
            },
            status: stack.status,
        };
        put(state, stack);
        started
    }

    /// A request that was accepted before.
    pub(super) fn again(stack: &Stack) -> Self {
        Self {
            output: Output {
                stack_id: stack.id.clone(),
                operation_id: stack.operation.clone(),
            },
            // Its operation runs already.
            status: StackStatus::ReviewInProgress,
        }
    }

    pub(super) fn go_on(self, account: &Arc<Account>) -> Output {
        let (account, stack_id) = (Arc::clone(account), self.output.stack_id.clone());
        match self.status {
            StackStatus::CreateInProgress | StackStatus::UpdateInProgress => {
                tokio::spawn(engine::deploy(account, stack_id));
            }
            StackStatus::DeleteInProgress => {
                tokio::spawn(engine::delete(account, stack_id));
            }
            _ => {}
        }
        self.output
    }
}

/// Why an operation fails before it creates a resource.
pub(super) enum Failure {
    Findings(Vec<Invalid>),
    Reason(String),
}

/// The failure of a change set whose operation begins nevertheless.
pub(super) fn failure(change_set: &mut ChangeSet) -> Option<Failure> {
    if change_set.fails_late {
        return change_set.status_reason.take().map(Failure::Reason);
    }
    let findings = std::mem::take(&mut change_set.findings);
    (!findings.is_empty()).then_some(Failure::Findings(findings))
}

/// Rolls the operation back before it creates a resource. The stack has only events of itself, as
/// those of a key pair that does not exist in public reports.
fn roll_back(stack: &mut Stack, reason: &str) {
    let requested = |what: &str| format!("{reason}. {what} requested by user.");
    match (stack.operation_type, stack.on_failure) {
        (OperationType::UpdateStack, _) => {
            stack.move_to(StackStatus::UpdateRollbackInProgress, Some(reason));
            stack.move_to(StackStatus::UpdateRollbackComplete, None);
        }
        (_, OnFailure::DoNothing) => stack.move_to(StackStatus::CreateFailed, Some(reason)),
        (_, OnFailure::Rollback) => {
            let reason = requested("Rollback");
            stack.move_to(StackStatus::RollbackInProgress, Some(&reason));
            stack.move_to(StackStatus::RollbackComplete, None);
        }
        (_, OnFailure::Delete) => {
            let reason = requested("Delete");
            stack.move_to(StackStatus::DeleteInProgress, Some(&reason));
        }
    }
}

/// Ends the operation before it creates a resource. The stack has only events of itself. The message
/// is from public reports; AWS documents the rest:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>.
fn fail(stack: &mut Stack, findings: Vec<Invalid>) {
    let reason = format!(
        "Validation failed with {} error(s). Call DescribeEvents to retrieve the full list of issues with resource and property details, resolve each error, then retry the operation.",
        findings.len()
    );
    let reason = Some(reason.as_str());
    let operation = stack.operation.clone();
    stack.add_findings(&operation, stack.operation_type, findings);
    match (stack.operation_type, stack.on_failure) {
        (OperationType::UpdateStack, _) => {
            stack.move_to(StackStatus::UpdateFailed, reason);
            stack.move_to(StackStatus::UpdateRollbackComplete, reason);
        }
        (_, OnFailure::DoNothing) => stack.move_to(StackStatus::CreateFailed, reason),
        (_, OnFailure::Rollback) => {
            stack.move_to(StackStatus::CreateFailed, reason);
            stack.move_to(StackStatus::RollbackComplete, reason);
        }
        (_, OnFailure::Delete) => {
            stack.move_to(StackStatus::CreateFailed, reason);
            stack.move_to(StackStatus::DeleteInProgress, reason);
        }
    }
}
