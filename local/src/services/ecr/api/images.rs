//! `ListImages`, `DescribeImages` and `BatchGetImage`.

use serde::{Deserialize, Serialize};

use super::input::{Failure, ImageId, repository};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::repositories::{Manifest, Repository};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    repository_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    image_ids: Vec<ListedId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedId {
    image_digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_tag: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    account.read(|state| {
        let repository = repository(state, &input.repository_name)?;
        let digests = repository.manifests.keys();
        Ok(Listed {
            image_ids: digests.flat_map(|digest| ids(repository, digest)).collect(),
        })
    })
}

/// An id for every tag of an image, or one id without a tag if it has none.
fn ids(repository: &Repository, digest: &str) -> Vec<ListedId> {
    let id = |tag: Option<&str>| ListedId {
        image_digest: digest.to_owned(),
        image_tag: tag.map(str::to_owned),
    };
    let tags = repository.tags_of(digest);
    if tags.is_empty() {
        return vec![id(None)];
    }
    tags.into_iter().map(|tag| id(Some(tag))).collect()
}

/// The input of the actions on named images.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Named {
    repository_name: String,
    image_ids: Vec<ImageId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    image_details: Vec<Detail>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    registry_id: &'static str,
    repository_name: String,
    image_digest: String,
    image_tags: Vec<String>,
    image_size_in_bytes: u64,
    image_pushed_at: f64,
    image_manifest_media_type: String,
}

/// The named images, or all. A named image that does not exist is an error.
pub(super) fn describe(account: &Account, input: &Named) -> Result<Described, AwsError> {
    let name = &input.repository_name;
    account.read(|state| {
        let repository = repository(state, name)?;
        let mut wanted = Vec::new();
        for reference in input.image_ids.iter().filter_map(ImageId::reference) {
            let digest = repository.digest(reference).ok_or_else(|| {
                AwsError::new(
                    "ImageNotFoundException",
                    format!("The image with imageId '{reference}' does not exist within the repository with name '{name}' in the registry with id '{ACCOUNT}'"),
                )
            })?;
            wanted.push(digest);
        }
        let images = repository.manifests.iter();
        let images =
            images.filter(|(digest, _)| wanted.is_empty() || wanted.contains(&digest.as_str()));
        Ok(Described {
            image_details: images
                .map(|(digest, manifest)| detail(name, repository, digest, manifest))
                .collect(),
        })
    })
}

fn detail(name: &str, repository: &Repository, digest: &str, manifest: &Manifest) -> Detail {
    let tags = repository.tags_of(digest).into_iter();
    Detail {
        registry_id: ACCOUNT,
        repository_name: name.to_owned(),
        image_digest: digest.to_owned(),
        image_tags: tags.map(str::to_owned).collect(),
        image_size_in_bytes: manifest.size,
        image_pushed_at: manifest.pushed,
        image_manifest_media_type: manifest.media_type.clone(),
    }
}

#[derive(Default, Serialize)]
pub(super) struct Got {
    images: Vec<Image>,
    failures: Vec<Failure>,
}

/// An image with its manifest.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Image {
    pub(super) registry_id: &'static str,
    pub(super) repository_name: String,
    pub(super) image_id: ImageId,
    pub(super) image_manifest: String,
    pub(super) image_manifest_media_type: String,
}

/// The manifests of the named images.
pub(super) fn get(account: &Account, input: Named) -> Result<Got, AwsError> {
    let name = &input.repository_name;
    account.read(|state| {
        let repository = repository(state, name)?;
        let mut got = Got::default();
        for id in input.image_ids {
            let reference = id.reference();
            let digest = reference.and_then(|reference| repository.digest(reference));
            let found = digest.and_then(|digest| repository.manifests.get_key_value(digest));
            match found {
                Some((digest, manifest)) => got.images.push(Image {
                    registry_id: ACCOUNT,
                    repository_name: name.clone(),
                    image_id: ImageId {
                        image_digest: Some(digest.clone()),
                        image_tag: id.tag().map(str::to_owned),
                    },
                    image_manifest: manifest.text.clone(),
                    image_manifest_media_type: manifest.media_type.clone(),
                }),
                None => got.failures.push(Failure::not_found(id)),
            }
        }
        Ok(got)
    })
}
