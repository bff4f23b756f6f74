//! `SetStackPolicy` and `GetStackPolicy`.

use serde::{Deserialize, Serialize};

use super::find::{living_stack, stack};
use super::wire::{Nothing, required};
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::cloudformation::model::{Stack, Version};
use crate::cloudformation::plan::StackPolicy;
use crate::cloudformation::template::Template;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SetInput {
    stack_name: String,
    stack_policy_body: Option<String>,
}

pub(super) fn set(account: &Account, input: SetInput) -> Result<Nothing, AwsError> {
    let body = required(input.stack_policy_body, "StackPolicyBody")?;
    account.change(|state| {
        let stack = living_stack(state, &input.stack_name)?;
        check(&body, &stack.current)?;
        stack.policy = Some(body);
        Ok(Nothing {})
    })
}

/// Checks a policy for the resources of a version.
///
/// # Errors
/// `ValidationError` in AWS's words for a policy that is malformed, or names a resource that the
/// template does not have.
pub(super) fn check(body: &str, version: &Version) -> Result<(), AwsError> {
    let policy = StackPolicy::read(body)?;
    let Ok(template) = Template::parse(&version.template) else {
        return Ok(());
    };
    if template.unprocessed.is_some() {
        // Its resources are known after the transform only.
        return Ok(());
    }
    policy.check_resources(|name| template.resources.contains_key(name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetInput {
    stack_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetOutput<'a> {
    stack_policy_body: Option<&'a str>,
}

pub(super) fn get<'a>(state: &'a State, input: &GetInput) -> Result<GetOutput<'a>, AwsError> {
    let Stack { policy, .. } = stack(state, &input.stack_name)?;
    Ok(GetOutput {
        stack_policy_body: policy.as_deref(),
    })
}
