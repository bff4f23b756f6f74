//! `CreateRepository`, `DescribeRepositories` and `DeleteRepository`.

use serde::{Deserialize, Serialize};

use super::input::{check_name, repository, unknown_repository};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::repositories::Repository;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Create {
    repository_name: String,
    image_tag_mutability: Option<String>,
    image_scanning_configuration: Scanning,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Scanning {
    scan_on_push: Option<bool>,
}

/// A repository, as the sole member of an output.
#[derive(Serialize)]
pub(super) struct One {
    repository: Description,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    repository_arn: String,
    registry_id: &'static str,
    repository_name: String,
    repository_uri: String,
    created_at: f64,
    image_tag_mutability: &'static str,
    image_scanning_configuration: ScanningDescription,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScanningDescription {
    scan_on_push: bool,
}

pub(super) fn create(account: &Account, input: &Create) -> Result<One, AwsError> {
    let name = &input.repository_name;
    check_name(name)?;
    let immutable_tags = input.image_tag_mutability.as_deref() == Some("IMMUTABLE");
    let scan_on_push = input.image_scanning_configuration.scan_on_push == Some(true);
    let repository = Repository::new(immutable_tags, scan_on_push);
    let shown = description(account, name, &repository);
    if account.change(|state| state.repositories.add(name, repository)) {
        return Ok(One { repository: shown });
    }
    Err(AwsError::new(
        "RepositoryAlreadyExistsException",
        format!(
            "The repository with name '{name}' already exists in the registry with id '{ACCOUNT}'"
        ),
    ))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    repository_names: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Described {
    repositories: Vec<Description>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Described, AwsError> {
    let wanted = &input.repository_names;
    account.read(|state| {
        let all = &state.repositories;
        if let Some(missing) = wanted.iter().find(|name| all.get(name).is_none()) {
            return Err(unknown_repository(missing));
        }
        let found = all
            .all()
            .filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name));
        let repositories = found.map(|(name, one)| description(account, name, one));
        Ok(Described {
            repositories: repositories.collect(),
        })
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Delete {
    repository_name: String,
    force: bool,
}

pub(super) fn delete(account: &Account, input: &Delete) -> Result<One, AwsError> {
    let name = &input.repository_name;
    account.change(|state| {
        let found = repository(state, name)?;
        if !input.force && !found.manifests.is_empty() {
            return Err(AwsError::new(
                "RepositoryNotEmptyException",
                format!(
                    "The repository with name '{name}' in registry with id '{ACCOUNT}' cannot be deleted because it still contains images"
                ),
            ));
        }
        let repository = description(account, name, found);
        state.repositories.remove(name);
        Ok(One { repository })
    })
}

fn description(account: &Account, name: &str, repository: &Repository) -> Description {
    Description {
        repository_arn: account.arn("ecr", &format!("repository/{name}")),
        registry_id: ACCOUNT,
        repository_name: name.to_owned(),
        repository_uri: format!("{}/{name}", account.endpoint),
        created_at: repository.created,
        image_tag_mutability: if repository.immutable_tags {
            "IMMUTABLE"
        } else {
            "MUTABLE"
        },
        image_scanning_configuration: ScanningDescription {
            scan_on_push: repository.scan_on_push,
        },
    }
}
