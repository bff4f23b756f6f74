//! `ListImages`, `DescribeImages` and `BatchGetImage`.

use serde::{Deserialize, Serialize};

use super::input::{Failure, ImageId, digest, find, paged, repository};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::referrers::About;
use crate::services::ecr::repositories::{Manifest, Repository};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    repository_name: String,
    filter: Filter,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Which images to list.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Filter {
    tag_status: Option<String>,
    image_status: Option<String>,
}

impl Filter {
    fn takes(&self, repository: &Repository, digest: &str) -> bool {
        let has_status = match self.tag_status.as_deref() {
            Some("TAGGED") => !repository.tags_of(digest).is_empty(),
            Some("UNTAGGED") => repository.tags_of(digest).is_empty(),
            _ => true,
        };
        // No image is ever archived.
        has_status && matches!(self.image_status.as_deref(), None | Some("ACTIVE" | "ANY"))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    image_ids: Vec<ListedId>,
    next_token: Option<String>,
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
        let digests = digests.filter(|digest| input.filter.takes(repository, digest));
        let ids = digests.flat_map(|digest| ids(repository, digest));
        let (image_ids, next_token) = paged(ids, input.max_results, input.next_token.as_deref())?;
        Ok(Listed {
            image_ids,
            next_token,
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

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    repository_name: String,
    image_ids: Vec<ImageId>,
    filter: Filter,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    image_details: Vec<Detail>,
    next_token: Option<String>,
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
    #[serde(skip_serializing_if = "str::is_empty")]
    artifact_media_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_manifest_digest: Option<String>,
}

/// The named images, or all. A named image that does not exist is an error.
pub(super) fn describe(account: &Account, input: &Describe) -> Result<Described, AwsError> {
    let name = &input.repository_name;
    account.read(|state| {
        let repository = repository(state, name)?;
        let mut wanted = Vec::new();
        for id in &input.image_ids {
            wanted.push(find(repository, name, id)?);
        }
        let images = repository.manifests.iter();
        let images = images
            .filter(|(digest, _)| wanted.is_empty() || wanted.contains(&digest.as_str()))
            .filter(|(digest, _)| input.filter.takes(repository, digest))
            .map(|(digest, manifest)| detail(name, repository, digest, manifest));
        let (image_details, next_token) =
            paged(images, input.max_results, input.next_token.as_deref())?;
        Ok(Described {
            image_details,
            next_token,
        })
    })
}

fn detail(name: &str, repository: &Repository, digest: &str, manifest: &Manifest) -> Detail {
    let tags = repository.tags_of(digest).into_iter();
    let about = About::of(&manifest.text);
    Detail {
        registry_id: ACCOUNT,
        repository_name: name.to_owned(),
        image_digest: digest.to_owned(),
        image_tags: tags.map(str::to_owned).collect(),
        image_size_in_bytes: manifest.size,
        image_pushed_at: manifest.pushed,
        image_manifest_media_type: manifest.media_type.clone(),
        artifact_media_type: about.artifact_type().to_owned(),
        subject_manifest_digest: about.subject().map(str::to_owned),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Get {
    repository_name: String,
    image_ids: Vec<ImageId>,
    accepted_media_types: Vec<String>,
}

impl Get {
    /// ECR converts a manifest that is not of an accepted type.
    fn accepts(&self, media_type: &str) -> Result<(), AwsError> {
        let accepted = &self.accepted_media_types;
        if accepted.is_empty() || accepted.iter().any(|one| one == media_type) {
            return Ok(());
        }
        let wanted = accepted.join(" or ");
        Err(AwsError::unsupported(&format!(
            "the conversion of a manifest from {media_type} to {wanted}"
        )))
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
pub(super) fn get(account: &Account, input: &Get) -> Result<Got, AwsError> {
    let name = &input.repository_name;
    account.read(|state| {
        let repository = repository(state, name)?;
        let mut got = Got::default();
        for id in &input.image_ids {
            let found = digest(repository, id)
                .and_then(|digest| repository.manifests.get_key_value(digest));
            if let Some((_, manifest)) = found {
                input.accepts(&manifest.media_type)?;
            }
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
                None => got.failures.push(Failure::of(id.clone(), repository)),
            }
        }
        Ok(got)
    })
}
