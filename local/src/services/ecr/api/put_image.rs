//! `PutImage`.

use serde::{Deserialize, Serialize};

use super::images::Image;
use super::input::{ImageId, check_name, unknown_repository};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::blobs::digest;
use crate::services::ecr::images::{self, Rejection};

/// The media type of a manifest that does not name one.
const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Input {
    repository_name: String,
    image_manifest: String,
    image_manifest_media_type: Option<String>,
    image_tag: Option<String>,
    image_digest: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Output {
    image: Image,
}

impl From<Rejection> for AwsError {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Invalid(sentence) => Self::new("InvalidParameterException", sentence),
            Rejection::UnknownBlob(sentence) => Self::new("LayersNotFoundException", sentence),
            Rejection::ImmutableTag(sentence) => {
                Self::new("ImageTagAlreadyExistsException", sentence)
            }
        }
    }
}

/// Adds an image by its manifest, or another tag to an existing image.
pub(super) fn put(account: &Account, input: Input) -> Result<Output, AwsError> {
    let name = input.repository_name;
    check_name(&name)?;
    let digest = digest(input.image_manifest.as_bytes());
    check_digest(&digest, input.image_digest.as_deref())?;
    let media_type = input.image_manifest_media_type;
    let media_type = media_type.unwrap_or_else(|| OCI_MANIFEST.to_owned());
    let text = input.image_manifest;
    let manifest = images::manifest(account, media_type.clone(), text.clone())?;
    let tag = input.image_tag;
    account.change(|state| {
        let repository = state.repositories.get_mut(&name);
        let repository = repository.ok_or_else(|| unknown_repository(&name))?;
        let is_there = match &tag {
            Some(tag) => repository.tags.get(tag) == Some(&digest),
            None => repository.manifests.contains_key(&digest),
        };
        if is_there {
            let tag = tag.as_deref().unwrap_or("null");
            return Err(AwsError::new(
                "ImageAlreadyExistsException",
                format!(
                    "Image with digest '{digest}' and tag '{tag}' already exists in the repository with name '{name}' in registry with id '{ACCOUNT}'"
                ),
            ));
        }
        Ok(images::add(repository, &name, tag.as_deref(), &digest, manifest)?)
    })?;
    Ok(Output {
        image: Image {
            registry_id: ACCOUNT,
            repository_name: name,
            image_id: ImageId {
                image_digest: Some(digest),
                image_tag: tag,
            },
            image_manifest: text,
            image_manifest_media_type: media_type,
        },
    })
}

fn check_digest(calculated: &str, given: Option<&str>) -> Result<(), AwsError> {
    match given {
        Some(given) if given != calculated => Err(AwsError::new(
            "ImageDigestDoesNotMatchException",
            format!(
                "The calculated digest '{calculated}' does not match the provided digest '{given}'"
            ),
        )),
        _ => Ok(()),
    }
}
