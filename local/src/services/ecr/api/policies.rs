//! `GetRepositoryPolicy`, `SetRepositoryPolicy` and `DeleteRepositoryPolicy`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::input::{change, repository};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::policies::check;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Named {
    repository_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Policy {
    registry_id: &'static str,
    repository_name: String,
    policy_text: String,
}

impl Policy {
    /// The policy of a repository.
    ///
    /// # Errors
    /// ECR's message if it has none.
    fn of(name: String, policy: Option<String>) -> Result<Self, AwsError> {
        let missing = || {
            AwsError::new(
                "RepositoryPolicyNotFoundException",
                format!(
                    "Repository policy does not exist for the repository with name '{name}' in the registry with id '{ACCOUNT}'"
                ),
            )
        };
        let policy_text = policy.ok_or_else(missing)?;
        Ok(Self {
            registry_id: ACCOUNT,
            repository_name: name,
            policy_text,
        })
    }
}

pub(super) fn get(account: &Account, input: Named) -> Result<Policy, AwsError> {
    let name = input.repository_name;
    let policy = account.read(|state| repository(state, &name).map(|one| one.policy.clone()))?;
    Policy::of(name, policy)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Set {
    repository_name: String,
    policy_text: String,
    /// Also sets a policy that would forbid to set another. That is not checked here.
    #[serde(rename = "force")]
    _force: bool,
}

pub(super) fn set(account: &Account, input: Set) -> Result<Policy, AwsError> {
    let policy = Value::from(input.policy_text.as_str());
    account
        .read(|state| check(state, &account.region, &policy))
        .map_err(|sentence| AwsError::new("InvalidParameterException", sentence))?;
    change(account, &input.repository_name, |repository| {
        repository.policy = Some(input.policy_text.clone());
    })?;
    Policy::of(input.repository_name, Some(input.policy_text))
}

pub(super) fn delete(account: &Account, input: Named) -> Result<Policy, AwsError> {
    let policy = change(account, &input.repository_name, |repository| {
        repository.policy.take()
    })?;
    Policy::of(input.repository_name, policy)
}
