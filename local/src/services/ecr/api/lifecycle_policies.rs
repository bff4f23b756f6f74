//! `GetLifecyclePolicy` and `PutLifecyclePolicy`.

use serde::{Deserialize, Serialize};

use super::input::{change, repository};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::lifecycle::{expire, parse};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Get {
    repository_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Policy {
    registry_id: &'static str,
    repository_name: String,
    lifecycle_policy_text: String,
}

pub(super) fn get(account: &Account, input: &Get) -> Result<Policy, AwsError> {
    let name = &input.repository_name;
    let policy =
        account.read(|state| repository(state, name).map(|one| one.lifecycle_policy.clone()))?;
    existing(name, policy)
}

/// `DeleteLifecyclePolicy`.
pub(super) fn delete(account: &Account, input: &Get) -> Result<Policy, AwsError> {
    let name = &input.repository_name;
    let policy = change(account, name, |repository| {
        repository.lifecycle_policy.take()
    })?;
    existing(name, policy)
}

fn existing(name: &str, policy: Option<String>) -> Result<Policy, AwsError> {
    let lifecycle_policy_text = policy.ok_or_else(|| {
        AwsError::new(
            "LifecyclePolicyNotFoundException",
            format!(
                "Lifecycle policy does not exist for the repository with name '{name}' in the registry with id '{ACCOUNT}'"
            ),
        )
    })?;
    Ok(Policy {
        registry_id: ACCOUNT,
        repository_name: name.to_owned(),
        lifecycle_policy_text,
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Put {
    repository_name: String,
    lifecycle_policy_text: String,
}

pub(super) fn put(account: &Account, input: Put) -> Result<Policy, AwsError> {
    if parse(&input.lifecycle_policy_text).is_none() {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'",
        ));
    }
    change(account, &input.repository_name, |repository| {
        repository.lifecycle_policy = Some(input.lifecycle_policy_text.clone());
        expire(repository);
    })?;
    Ok(Policy {
        registry_id: ACCOUNT,
        repository_name: input.repository_name,
        lifecycle_policy_text: input.lifecycle_policy_text,
    })
}
