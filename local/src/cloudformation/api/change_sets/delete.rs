//! `DeleteChangeSet`.

use serde::Deserialize;

use crate::account::Account;
use crate::aws::AwsError;
use crate::cloudformation::api::wire::Nothing;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloudformation::api) struct Input {
    change_set_name: String,
    stack_name: Option<String>,
}

pub(in crate::cloudformation::api) fn delete(
    account: &Account,
    input: &Input,
) -> Result<Nothing, AwsError> {
    let name = &input.change_set_name;
    let of_stack = input.stack_name.as_deref();
    if of_stack.is_none() && !name.starts_with("arn:") {
        return Err(AwsError::validation(
            "StackName must be specified if the ChangeSetName is not specified as an ARN.",
        ));
    }
    account.change(|state| {
        let stacks = state.stacks.iter_mut();
        for stack in stacks.filter(|stack| of_stack.is_none_or(|wanted| stack.is_called(wanted))) {
            stack.change_sets.retain(|known| !known.is_called(name));
        }
    });
    Ok(Nothing {})
}
