//! The API of KMS: a line for each action.

mod aliases;
mod data;
mod manage;
mod tags;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::Account;
use crate::aws::{Answer, AwsError, answer, page, page_size};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "CancelKeyDeletion" => answer(input, |input| manage::cancel(account, &input)),
        "CreateAlias" => answer(input, |input| aliases::create(account, &input)),
        "CreateKey" => answer(input, |input| manage::create(account, input)),
        "Decrypt" => answer(input, |input| data::decrypt(account, &input)),
        "DeleteAlias" => answer(input, |input| aliases::delete(account, &input)),
        "DescribeKey" => answer(input, |input| manage::describe(account, &input)),
        "DisableKey" => answer(input, |input| manage::enable(account, &input, false)),
        "DisableKeyRotation" => answer(input, |input| manage::rotate(account, &input, false)),
        "EnableKey" => answer(input, |input| manage::enable(account, &input, true)),
        "EnableKeyRotation" => answer(input, |input| manage::rotate(account, &input, true)),
        "Encrypt" => answer(input, |input| data::encrypt(account, &input)),
        "GenerateDataKey" => answer(input, |input| data::generate(account, &input)),
        "GenerateDataKeyWithoutPlaintext" => {
            answer(input, |input| data::generate_hidden(account, &input))
        }
        "GenerateRandom" => answer(input, |input| data::random(&input)),
        "GetKeyPolicy" => answer(input, |input| manage::policy(account, &input)),
        "GetKeyRotationStatus" => answer(input, |input| manage::rotation(account, &input)),
        "ListAliases" => answer(input, |input| aliases::list(account, &input)),
        "ListKeyPolicies" => answer(input, |input| manage::policies(account, &input)),
        "ListKeys" => answer(input, |input| manage::list(account, &input)),
        "ListResourceTags" => answer(input, |input| tags::list(account, &input)),
        "PutKeyPolicy" => answer(input, |input| manage::put_policy(account, input)),
        "ScheduleKeyDeletion" => answer(input, |input| manage::schedule(account, &input)),
        "TagResource" => answer(input, |input| tags::add(account, input)),
        "UntagResource" => answer(input, |input| tags::remove(account, &input)),
        "UpdateAlias" => answer(input, |input| aliases::update(account, &input)),
        "UpdateKeyDescription" => answer(input, |input| manage::update(account, input)),
        _ => Err(AwsError::unknown_action("KMS", action)),
    }
}

#[derive(Serialize)]
struct Nothing {}

/// The input of an action on one key.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Named {
    key_id: String,
}

/// A page of a list: the items, and the marker of the next page.
fn paged<T>(
    items: impl IntoIterator<Item = T>,
    limit: Option<i64>,
    marker: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    page(items, page_size(limit.or(Some(100)), 1000), marker)
        .ok_or_else(|| AwsError::new("InvalidMarkerException", "Invalid marker"))
}
