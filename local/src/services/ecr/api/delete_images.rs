//! `BatchDeleteImage`.

use serde::{Deserialize, Serialize};

use super::input::{Failure, ImageId, change, digest};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::ecr::repositories::Repository;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Input {
    repository_name: String,
    image_ids: Vec<ImageId>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    image_ids: Vec<ImageId>,
    failures: Vec<Failure>,
}

pub(super) fn delete(account: &Account, input: Input) -> Result<Output, AwsError> {
    change(account, &input.repository_name, |repository| {
        let mut output = Output::default();
        for id in input.image_ids {
            match delete_one(repository, &id) {
                Some(deleted) => output.image_ids.push(deleted),
                None => output.failures.push(Failure::of(id, repository)),
            }
        }
        output
    })
}

/// An id with a tag removes the tag, and the image if that was its last tag. An id with only a
/// digest removes the image with all its tags.
fn delete_one(repository: &mut Repository, id: &ImageId) -> Option<ImageId> {
    let digest = digest(repository, id)?.to_owned();
    let tag = id.tag();
    if let Some(tag) = tag {
        repository.tags.remove(tag);
    }
    if tag.is_none() || repository.tags_of(&digest).is_empty() {
        repository.remove(&digest);
    }
    Some(ImageId {
        image_digest: Some(digest),
        image_tag: tag.map(str::to_owned),
    })
}
