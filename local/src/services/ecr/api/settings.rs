//! `PutImageTagMutability` and `PutImageScanningConfiguration`.

use serde::{Deserialize, Serialize};

use super::input::change;
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::repositories::{Repository, UNFIT, has_its_filters};

/// Whether tags can be moved, with exceptions.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Mutability {
    repository_name: String,
    image_tag_mutability: Option<String>,
    image_tag_mutability_exclusion_filters: Vec<Filter>,
}

/// A pattern of tags.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Filter {
    filter_type: String,
    filter: String,
}

impl Filter {
    /// The exceptions of a repository.
    pub(super) fn of(repository: &Repository) -> Vec<Self> {
        let patterns = repository.mutability_exceptions.iter();
        patterns
            .map(|pattern| Self {
                filter_type: "WILDCARD".to_owned(),
                filter: pattern.clone(),
            })
            .collect()
    }
}

/// Sets the mutability of a repository.
///
/// # Errors
/// ECR's message for filters without an exclusion, and the other way round.
pub(super) fn set_mutability(
    repository: &mut Repository,
    wanted: Option<&str>,
    filters: &[Filter],
) -> Result<(), AwsError> {
    let wanted = wanted.unwrap_or("MUTABLE");
    if !has_its_filters(Some(wanted), !filters.is_empty()) {
        return Err(AwsError::new("InvalidParameterException", UNFIT));
    }
    repository.immutable_tags = wanted.starts_with("IMMUTABLE");
    let patterns = filters.iter().map(|one| one.filter.clone());
    repository.mutability_exceptions = patterns.collect();
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MutabilityOutput {
    registry_id: &'static str,
    repository_name: String,
    image_tag_mutability: Option<String>,
    image_tag_mutability_exclusion_filters: Vec<Filter>,
}

pub(super) fn put_mutability(
    account: &Account,
    input: Mutability,
) -> Result<MutabilityOutput, AwsError> {
    let wanted = input.image_tag_mutability;
    let filters = input.image_tag_mutability_exclusion_filters;
    change(account, &input.repository_name, |repository| {
        set_mutability(repository, wanted.as_deref(), &filters)
    })??;
    Ok(MutabilityOutput {
        registry_id: ACCOUNT,
        repository_name: input.repository_name,
        image_tag_mutability: wanted,
        image_tag_mutability_exclusion_filters: filters,
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PutScanning {
    repository_name: String,
    image_scanning_configuration: Scanning,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Scanning {
    pub(super) scan_on_push: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScanningOutput {
    registry_id: &'static str,
    repository_name: String,
    image_scanning_configuration: Scanning,
}

pub(super) fn put_scanning(
    account: &Account,
    input: PutScanning,
) -> Result<ScanningOutput, AwsError> {
    let on_push = input.image_scanning_configuration.scan_on_push == Some(true);
    change(account, &input.repository_name, |repository| {
        repository.scan_on_push = on_push;
    })?;
    Ok(ScanningOutput {
        registry_id: ACCOUNT,
        repository_name: input.repository_name,
        image_scanning_configuration: Scanning {
            scan_on_push: Some(on_push),
        },
    })
}
