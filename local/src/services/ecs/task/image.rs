//! The image of a container.

use std::sync::Arc;

use super::built_in::{self, BuiltIn};
use crate::account::Account;
use crate::services::ecr::{self, Image};

/// Where the program of a container comes from.
pub(super) enum Source {
    /// The local AWS's own program.
    BuiltIn(BuiltIn),
    Image(Box<Image>),
}

impl Source {
    /// The digest of the image's manifest.
    pub(super) fn digest(&self) -> Option<String> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Image(image) => Some(image.digest.clone()),
        }
    }
}

/// Finds an image: one that is built into the local AWS, or one of a registry.
///
/// # Errors
/// Fargate's reason for an image that it cannot pull. The words are those of
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html> and of
/// <https://github.com/aws/containers-roadmap/issues/2687>.
pub(super) async fn find(
    account: &Arc<Account>,
    image: &str,
    architecture: &str,
) -> Result<Source, String> {
    if let Some(image) = built_in::find(image) {
        return Ok(Source::BuiltIn(image));
    }
    let pulled = ecr::pull(account, image, architecture).await;
    let pulled = pulled.map_err(|reason| {
        format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): {reason}"
        )
    });
    Ok(Source::Image(Box::new(pulled?)))
}
