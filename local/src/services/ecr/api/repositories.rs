//! `CreateRepository`, `DescribeRepositories` and `DeleteRepository`.

use serde::{Deserialize, Serialize};

use super::input::{check_name, paged, repository, unknown_repository};
use super::settings::{Filter, Scanning, set_mutability};
use super::tags::{self, Tag};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::repositories::Repository;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Create {
    repository_name: String,
    image_tag_mutability: Option<String>,
    image_tag_mutability_exclusion_filters: Vec<Filter>,
    image_scanning_configuration: Scanning,
    encryption_configuration: Option<Encryption>,
    tags: Vec<Tag>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Encryption {
    encryption_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key: Option<String>,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    image_tag_mutability_exclusion_filters: Vec<Filter>,
    image_scanning_configuration: Scanning,
    encryption_configuration: Encryption,
}

pub(super) fn create(account: &Account, input: Create) -> Result<One, AwsError> {
    let name = &input.repository_name;
    check_name(name)?;
    let scan_on_push = input.image_scanning_configuration.scan_on_push == Some(true);
    let mut repository = Repository::new(false, scan_on_push);
    let filters = &input.image_tag_mutability_exclusion_filters;
    set_mutability(
        &mut repository,
        input.image_tag_mutability.as_deref(),
        filters,
    )?;
    let encryption = input.encryption_configuration;
    repository.encryption = encryption.map(|given| (given.encryption_type, given.kms_key));
    tags::set(&mut repository.resource_tags, input.tags)?;
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
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    repositories: Vec<Description>,
    next_token: Option<String>,
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
        let (repositories, next_token) =
            paged(repositories, input.max_results, input.next_token.as_deref())?;
        Ok(Described {
            repositories,
            next_token,
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
        image_tag_mutability: repository.mutability(),
        image_tag_mutability_exclusion_filters: Filter::of(repository),
        image_scanning_configuration: Scanning {
            scan_on_push: Some(repository.scan_on_push),
        },
        encryption_configuration: encryption(repository),
    }
}

/// Without a setting, ECR encrypts with a key of S3.
fn encryption(repository: &Repository) -> Encryption {
    let (encryption_type, kms_key) = repository
        .encryption
        .clone()
        .unwrap_or_else(|| ("AES256".to_owned(), None));
    Encryption {
        encryption_type,
        kms_key,
    }
}
