//! CloudFormation: stacks, change sets and events, as AWS's API gives them.

mod change_set;
pub(crate) mod cidr;
mod describe;
mod drift;
mod engine;
mod events;
mod functions;
mod import;
mod operations;
mod order;
pub(crate) mod stack;
mod target;
mod template;
mod validate;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::describe::look;
pub(crate) use self::functions::KNOWN_AFTER_APPLY;
use self::stack::{ChangeSet, Stack};
use crate::account::{Account, State};
use crate::json;
use crate::protocol::{Answer, AwsError};

/// Answers an action of the API.
pub(crate) async fn handle(account: &Arc<Account>, action: &str, input: &Value) -> Answer {
    match action {
        "CancelUpdateStack" => operations::cancel_update(account, input),
        "ContinueUpdateRollback" => operations::continue_rollback(account, input),
        "CreateChangeSet" => operations::create_change_set(account, input).await,
        "CreateStack" => operations::create_stack(account, input),
        "DeleteChangeSet" => operations::delete_change_set(account, input),
        "DeleteStack" => operations::delete_stack(account, input),
        "DescribeChangeSet" => look(account, describe::describe_change_set, input),
        "DescribeEvents" => look(account, events::describe_events, input),
        "DescribeStackDriftDetectionStatus" => look(account, drift::describe_status, input),
        "DescribeStackEvents" => look(account, describe::describe_stack_events, input),
        "DescribeStackResource" => look(account, describe::describe_stack_resource, input),
        "DescribeStackResourceDrifts" => look(account, drift::describe_resources, input),
        "DescribeStackResources" => look(account, describe::describe_stack_resources, input),
        "DescribeStacks" => look(account, describe::describe_stacks, input),
        "DetectStackDrift" => drift::detect(account, input).await,
        "ExecuteChangeSet" => operations::execute_change_set(account, input),
        "GetTemplate" => look(account, describe::get_template, input),
        "GetTemplateSummary" => look(account, describe::get_template_summary, input),
        "ListChangeSets" => look(account, describe::list_change_sets, input),
        "ListExports" => look(account, describe::list_exports, input),
        "ListStackResources" => look(account, describe::list_stack_resources, input),
        "ListStacks" => look(account, describe::list_stacks, input),
        "UpdateStack" => operations::update_stack(account, input),
        "UpdateTerminationProtection" => operations::update_termination_protection(account, input),
        "ValidateTemplate" => describe::validate_template(input),
        _ => Err(AwsError::unknown_action("CloudFormation", action)),
    }
}

/// The updates that run and can be cancelled, by the ARN of their stack.
#[derive(Default)]
pub(crate) struct Cancellations(Mutex<HashMap<String, watch::Sender<bool>>>);

impl Cancellations {
    /// Enters an operation; the sender's value becomes true when it is to be cancelled.
    fn begin(&self, stack_id: &str) -> watch::Sender<bool> {
        let sender = watch::Sender::new(false);
        self.lock().insert(stack_id.to_owned(), sender.clone());
        sender
    }

    fn cancel(&self, stack_id: &str) {
        if let Some(sender) = self.lock().get(stack_id) {
            sender.send_replace(true);
        }
    }

    fn end(&self, stack_id: &str) {
        self.lock().remove(stack_id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<bool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes up what the end of the last local AWS cut off; the task ends when all of it is settled.
pub(crate) fn resume(account: &Arc<Account>) -> JoinSet<()> {
    let busy = |state: &State| -> Vec<String> {
        let busy = state.stacks.iter().filter(|stack| stack.is_busy());
        busy.map(|stack| stack.id.clone()).collect()
    };
    let stacks = account.read(busy).into_iter();
    stacks
        .map(|stack_id| engine::resume(Arc::clone(account), stack_id))
        .collect()
}

/// A stack by its name while it lives, by its ARN also after.
fn find<'a>(state: &'a State, name_or_id: &str) -> Option<&'a Stack> {
    let by_id = state.stacks.iter().find(|stack| stack.id == name_or_id);
    by_id.or_else(|| {
        state
            .stacks
            .iter()
            .find(|stack| stack.name == name_or_id && !stack.is_deleted())
    })
}

/// A living stack by its name or its ARN, to be changed.
fn find_living<'a>(state: &'a mut State, name_or_id: &str) -> Option<&'a mut Stack> {
    let wanted = |stack: &&mut Stack| stack.name == name_or_id || stack.id == name_or_id;
    state
        .stacks
        .iter_mut()
        .filter(|stack| !stack.is_deleted())
        .find(wanted)
}

fn not_found(name: &str) -> AwsError {
    AwsError::validation(format!("Stack with id {name} does not exist"))
}

fn find_change_set<'a>(
    state: &'a State,
    input: &Value,
) -> Result<(&'a Stack, &'a ChangeSet), AwsError> {
    let wanted = operations::required(input, "ChangeSetName")?;
    let of_stack = json::member(input, "StackName");
    let mut stacks = state
        .stacks
        .iter()
        .filter(|stack| of_stack.is_none_or(|id| stack.name == id || stack.id == id));
    stacks
        .find_map(|stack| {
            let found = stack
                .change_sets
                .iter()
                .find(|known| known.name == wanted || known.id == wanted)?;
            Some((stack, found))
        })
        .ok_or_else(|| {
            AwsError::new(
                "ChangeSetNotFound",
                format!("ChangeSet [{wanted}] does not exist"),
            )
            .with_status(404)
        })
}
