//! The API of IAM: a line for each action. Only CloudFormation creates and changes roles and policies.

#![expect(
    clippy::struct_field_names,
    reason = "the fields of inputs and outputs have the names of AWS"
)]

mod page;
mod policies;
mod providers;
mod role_policies;
mod roles;
mod simulate;

use serde_json::Value;

use crate::account::Account;
use crate::aws::{Answer, AwsError, answer, percent_encoded};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "GetOpenIDConnectProvider" => answer(input, |input| providers::get(account, &input)),
        "GetPolicy" => answer(input, |input| policies::get(account, &input)),
        "GetPolicyVersion" => answer(input, |input| policies::version(account, &input)),
        "GetRole" => answer(input, |input| roles::get(account, &input)),
        "GetRolePolicy" => answer(input, |input| role_policies::get(account, &input)),
        "ListAttachedRolePolicies" => {
            answer(input, |input| role_policies::attached(account, &input))
        }
        "ListOpenIDConnectProviders" => answer(input, |_: Nothing| Ok(providers::list(account))),
        "ListRolePolicies" => answer(input, |input| role_policies::list(account, &input)),
        "ListRoleTags" => answer(input, |input| roles::tags(account, &input)),
        "ListRoles" => answer(input, |input| roles::list(account, &input)),
        "SimulatePrincipalPolicy" => answer(input, |input| simulate::simulate(account, &input)),
        _ => Err(AwsError::unknown_action("IAM", action)),
    }
}

/// The input of an action without one.
#[derive(serde::Deserialize)]
struct Nothing {}

/// IAM's error for something that does not exist.
fn no_such_entity(sentence: String) -> AwsError {
    AwsError::new("NoSuchEntity", sentence).with_status(404)
}

fn no_such_role(name: &str) -> AwsError {
    no_such_entity(format!("The role with name {name} cannot be found."))
}

/// A document as IAM returns it: percent-encoded JSON.
fn encoded(document: &Value) -> String {
    let text = match document {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    percent_encoded(&text)
}

#[cfg(test)]
mod tests;
