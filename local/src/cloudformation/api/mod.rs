//! The actions of the API: typed inputs and outputs, the checks of AWS, and its messages.

#![expect(
    clippy::struct_field_names,
    reason = "the members of inputs and outputs have the names that AWS gives them"
)]

mod change_sets;
mod delete;
mod deploy;
mod deployment;
mod drift_detection;
mod events;
mod exports;
mod find;
mod limits;
mod new_stack;
mod page;
mod resource_drifts;
mod resources;
mod rollback;
mod shapes;
mod stack_events;
mod stack_policy;
mod stacks;
mod started;
mod template_url;
mod templates;
mod tokens;
mod wire;

use std::sync::Arc;

use serde_json::Value;

use self::template_url::with_template;
use self::wire::{read, read_two, write};
use crate::account::{Account, State};
use crate::aws::{Answer, AwsError};
use crate::cloudformation::permissions::check_role;

/// Answers an action of the API.
///
/// # Errors
/// AWS's error.
pub(crate) async fn handle(account: &Arc<Account>, action: &str, input: &Value) -> Answer {
    check_role(account, input)?;
    let input = &*with_template(account, input).await?;
    match action {
        "CancelUpdateStack" => write(rollback::cancel(account, &read(input)?)),
        "ContinueUpdateRollback" => write(rollback::continue_rollback(account, read(input)?)),
        "CreateChangeSet" => {
            let (input, deployment) = read_two(input)?;
            write(change_sets::create(account, input, deployment).await)
        }
        "CreateStack" => {
            let (input, deployment) = read_two(input)?;
            write(deploy::create(account, input, deployment))
        }
        "DeleteChangeSet" => write(change_sets::delete(account, &read(input)?)),
        "DeleteStack" => write(delete::delete(account, read(input)?)),
        "DetectStackDrift" => write(drift_detection::detect(account, read(input)?).await),
        "DetectStackResourceDrift" => write(resource_drifts::detect(account, &read(input)?).await),
        "ExecuteChangeSet" => write(change_sets::execute(account, read(input)?)),
        "RollbackStack" => write(rollback::roll_back(account, read(input)?)),
        "SetStackPolicy" => write(stack_policy::set(account, read(input)?)),
        "UpdateStack" => {
            let (input, deployment) = read_two(input)?;
            write(deploy::update(account, input, deployment))
        }
        "UpdateTerminationProtection" => write(delete::protect(account, &read(input)?)),
        _ => account.read(|state| {
            if let Some(stack) = events::followed(state, action, input) {
                account.followers.asks(&stack.id);
            }
            look(state, action, input)
        }),
    }
}

/// Answers an action that changes nothing.
fn look(state: &State, action: &str, input: &Value) -> Answer {
    match action {
        "DescribeAccountLimits" => write(limits::describe(&read(input)?)),
        "DescribeChangeSet" => write(change_sets::describe(state, &read(input)?)),
        "DescribeEvents" => write(events::describe(state, read(input)?)),
        "DescribeStackDriftDetectionStatus" => {
            write(drift_detection::describe_status(state, read(input)?))
        }
        "DescribeStackEvents" => write(stack_events::describe(state, &read(input)?)),
        "DescribeStackResource" => write(resources::describe_one(state, read(input)?)),
        "DescribeStackResourceDrifts" => write(resource_drifts::describe(state, read(input)?)),
        "DescribeStackResources" => write(resources::describe(state, read(input)?)),
        "DescribeStacks" => write(stacks::describe(state, read(input)?)),
        "GetStackPolicy" => write(stack_policy::get(state, &read(input)?)),
        "GetTemplate" => write(templates::get(state, read(input)?)),
        "GetTemplateSummary" => write(templates::summarize(state, read(input)?)),
        "ListChangeSets" => write(change_sets::list(state, &read(input)?)),
        "ListExports" => write(exports::list(state, &read(input)?)),
        "ListImports" => write(exports::imports(state, &read(input)?)),
        "ListStackResources" => write(resources::list(state, &read(input)?)),
        "ListStacks" => write(stacks::list(state, read(input)?)),
        "ValidateTemplate" => write(templates::validate(&read(input)?)),
        _ => Err(AwsError::unknown_action("CloudFormation", action)),
    }
}
