//! Inputs of several actions: the name of a repository, and the ids of images.

use serde::{Deserialize, Serialize};

use crate::account::{Account, State};
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::repositories::Repository;

/// An image by its tag, its digest or both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ImageId {
    pub(super) image_digest: Option<String>,
    pub(super) image_tag: Option<String>,
}

impl ImageId {
    /// The tag, else the digest.
    pub(super) fn reference(&self) -> Option<&str> {
        self.tag()
            .or(self.image_digest.as_deref())
            .filter(|reference| !reference.is_empty())
    }

    pub(super) fn tag(&self) -> Option<&str> {
        self.image_tag.as_deref().filter(|tag| !tag.is_empty())
    }
}

/// A requested image that does not exist.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure {
    image_id: ImageId,
    failure_code: &'static str,
    failure_reason: &'static str,
}

impl Failure {
    pub(super) fn not_found(image_id: ImageId) -> Self {
        Self {
            image_id,
            failure_code: "ImageNotFound",
            failure_reason: "Requested image not found",
        }
    }
}

/// # Errors
/// ECR's message for a name that is not allowed.
pub(super) fn check_name(name: &str) -> Result<(), AwsError> {
    let is_allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_allowed);
    if name.len() >= 2 && name.split('/').all(is_part) {
        return Ok(());
    }
    Err(AwsError::new(
        "InvalidParameterException",
        format!(
            "Invalid parameter at 'repositoryName': '{name}' is lower-case letters, digits, '.', '_', '-' and '/'"
        ),
    ))
}

/// # Errors
/// ECR's message for a name that is not allowed, or a repository that does not exist.
pub(super) fn repository<'a>(state: &'a State, name: &str) -> Result<&'a Repository, AwsError> {
    check_name(name)?;
    state
        .repositories
        .get(name)
        .ok_or_else(|| unknown_repository(name))
}

/// Changes a repository.
///
/// # Errors
/// The same as [`repository`].
pub(super) fn change<T>(
    account: &Account,
    name: &str,
    change: impl FnOnce(&mut Repository) -> T,
) -> Result<T, AwsError> {
    check_name(name)?;
    account
        .change(|state| state.repositories.get_mut(name).map(change))
        .ok_or_else(|| unknown_repository(name))
}

pub(super) fn unknown_repository(name: &str) -> AwsError {
    AwsError::new(
        "RepositoryNotFoundException",
        format!(
            "The repository with name '{name}' does not exist in the registry with id '{ACCOUNT}'"
        ),
    )
}
