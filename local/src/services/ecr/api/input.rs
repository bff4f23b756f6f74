//! Inputs of several actions: the name of a repository, and the ids of images.

use serde::{Deserialize, Serialize};

use crate::account::{Account, State};
use crate::aws::{ACCOUNT, AwsError, page, page_size};
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

    /// The id as ECR's messages show it.
    pub(super) fn shown(&self) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
        format!(
            "{{imageDigest:'{}', imageTag:'{}'}}",
            text(&self.image_digest),
            text(&self.image_tag)
        )
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
    /// Why an id names no image.
    pub(super) fn of(image_id: ImageId, repository: &Repository) -> Self {
        let digest = image_id.image_digest.as_deref();
        let tag = image_id.tag().and_then(|tag| repository.tags.get(tag));
        let (failure_code, failure_reason) = match (image_id.reference(), digest, tag) {
            (None, ..) => (
                "MissingDigestAndTag",
                "Invalid request parameters: both tag and digest cannot be null",
            ),
            (_, Some(digest), Some(of_tag)) if digest != of_tag => (
                "ImageTagDoesNotMatchDigest",
                "The image tag does not match the image digest",
            ),
            (_, Some(digest), _) if !digest.starts_with("sha256:") => (
                "InvalidImageDigest",
                "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
            ),
            _ => ("ImageNotFound", "Requested image not found"),
        };
        Self {
            image_id,
            failure_code,
            failure_reason,
        }
    }
}

/// The digest of the image that an id names: by its tag, its digest, or both, which must agree.
pub(super) fn digest<'a>(repository: &'a Repository, id: &'a ImageId) -> Option<&'a str> {
    let digest = repository.digest(id.reference()?)?;
    let agrees = id
        .image_digest
        .as_deref()
        .is_none_or(|given| given == digest);
    agrees.then_some(digest)
}

/// # Errors
/// ECR's message for an id that names no image.
pub(super) fn find<'a>(
    repository: &'a Repository,
    name: &str,
    id: &'a ImageId,
) -> Result<&'a str, AwsError> {
    digest(repository, id).ok_or_else(|| {
        AwsError::new(
            "ImageNotFoundException",
            format!(
                "The image with imageId {} does not exist within the repository with name '{name}' in the registry with id '{ACCOUNT}'",
                id.shown()
            ),
        )
    })
}

/// The page of a list.
///
/// # Errors
/// ECR's message for a token that is not of this list.
pub(super) fn paged<T>(
    items: impl IntoIterator<Item = T>,
    size: Option<i64>,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    // The largest page of all lists of ECR; without a size, a page has 100.
    let size = page_size(size.or(Some(100)), 1000);
    page(items, size, token).ok_or_else(|| {
        AwsError::new(
            "InvalidParameterException",
            "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid next token'",
        )
    })
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
    unknown_in(name, ACCOUNT)
}

pub(super) fn unknown_in(name: &str, registry: &str) -> AwsError {
    AwsError::new(
        "RepositoryNotFoundException",
        format!(
            "The repository with name '{name}' does not exist in the registry with id '{registry}'"
        ),
    )
}
