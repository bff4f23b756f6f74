//! The API of Secrets Manager: a line for each action.

mod manage;
mod policies;
mod shown;
mod values;

use serde_json::Value;

use crate::account::Account;
use crate::aws::{Answer, AwsError, answer};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "CreateSecret" => answer(input, |input| manage::create(account, input)),
        "DeleteSecret" => answer(input, |input| manage::delete(account, &input)),
        "DeleteResourcePolicy" => answer(input, |input| policies::delete(account, &input)),
        "DescribeSecret" => answer(input, |input| shown::describe(account, &input)),
        "GetRandomPassword" => answer(input, |input| values::random(&input)),
        "GetResourcePolicy" => answer(input, |input| policies::get(account, &input)),
        "GetSecretValue" => answer(input, |input| values::get(account, &input)),
        "ListSecrets" => answer(input, |input| shown::list(account, &input)),
        "ListSecretVersionIds" => answer(input, |input| shown::versions(account, &input)),
        "PutResourcePolicy" => answer(input, |input| policies::put(account, input)),
        "PutSecretValue" => answer(input, |input| values::put(account, input)),
        "RestoreSecret" => answer(input, |input| manage::restore(account, &input)),
        "TagResource" => answer(input, |input| manage::tag(account, input)),
        "UntagResource" => answer(input, |input| manage::untag(account, &input)),
        "UpdateSecret" => answer(input, |input| manage::update(account, input)),
        "ValidateResourcePolicy" => answer(input, |input| Ok(policies::validate(account, &input))),
        _ => Err(AwsError::unknown_action("Secrets Manager", action)),
    }
}

/// The id of a version: the token that the client gave, or a new one.
fn version_id(token: Option<String>) -> String {
    token.unwrap_or_else(|| uuid::Uuid::new_v4().to_string())
}
