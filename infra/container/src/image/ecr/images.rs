//! Lists, finds and deletes images and their tags.

use std::collections::BTreeSet;

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types::{ImageDetail, ImageIdentifier};
use deploy::{Clients, Environment};

use super::error::{denied, is_missing};
use super::naming::{IN_USE, REPOSITORY, SEPARATOR, is_of_attachment, tag_prefix};
use crate::image::Error;

/// The environments that have images in the repository; empty without a repository.
pub async fn environments_in_repository(clients: &Clients) -> Result<BTreeSet<String>, Error> {
    let images = images(&Client::new(clients.config())).await?;
    let tags = images.iter().filter_map(ImageIdentifier::image_tag);
    // Somebody else may have pushed an image with another tag. Such a tag counts as an environment.
    Ok(tags
        .filter(|tag| !is_of_attachment(tag))
        .map(|tag| tag.strip_prefix(IN_USE).unwrap_or(tag))
        .map(|tag| {
            tag.split_once(SEPARATOR)
                .map_or(tag, |(name, _)| name)
                .to_owned()
        })
        .collect())
}

/// Returns whether the repository has the image with this digest or tag.
pub async fn has(clients: &Clients, reference: &str) -> Result<bool, Error> {
    let image = ImageIdentifier::builder();
    let image = if reference.contains(':') {
        image.image_digest(reference)
    } else {
        image.image_tag(reference)
    };
    let image = image.build();
    let described = Client::new(clients.config())
        .describe_images()
        .repository_name(REPOSITORY)
        .image_ids(image);
    match described.send().await.map_err(deploy::Error::from) {
        Ok(_) => Ok(true),
        Err(err) if is_missing(&err) => Ok(false),
        Err(err) => Err(denied("ecr:DescribeImages", err)),
    }
}

/// Deletes the tags of this environment, and so the images without a tag of another environment.
pub async fn delete_images_of(clients: &Clients, environment: &Environment) -> Result<(), Error> {
    let ecr = Client::new(clients.config());
    let prefix = tag_prefix(environment);
    let is_ours = |image: &ImageIdentifier| {
        image
            .image_tag()
            .map(|tag| tag.strip_prefix(IN_USE).unwrap_or(tag))
            .is_some_and(|tag| tag.starts_with(&prefix))
    };
    let images = images(&ecr).await?;
    let ours = images.iter().filter(|image| is_ours(image));
    delete_tags(&ecr, ours.filter_map(|image| image.image_tag.clone())).await
}

/// Deletes tags. ECR deletes an image with its last tag. (Deleting it by digest would also delete the
/// tags of other environments.)
pub(super) async fn delete_tags(
    ecr: &Client,
    tags: impl Iterator<Item = String>,
) -> Result<(), Error> {
    let tags: Vec<_> = tags
        .map(|tag| ImageIdentifier::builder().image_tag(tag).build())
        .collect();
    // One call takes at most 100.
    for some in tags.chunks(100) {
        ecr.batch_delete_image()
            .repository_name(REPOSITORY)
            .set_image_ids(Some(some.to_vec()))
            .send()
            .await
            .map_err(|err| denied("ecr:BatchDeleteImage", err.into()))?;
    }
    if !tags.is_empty() {
        delete_orphans(ecr).await;
    }
    Ok(())
}

/// Deletes what was attached to images that are gone. ECR does this only for images that expire.
///
/// A user who may not do it leaves some small manifests behind, which is no reason to fail.
async fn delete_orphans(ecr: &Client) {
    let pages = ecr.describe_images().repository_name(REPOSITORY);
    let mut pages = pages.into_paginator().items().send();
    let mut images = Vec::new();
    while let Some(image) = pages.next().await {
        // With a part of the images only, what belongs to the others would look left behind.
        let Ok(image) = image else { return };
        images.push(image);
    }
    let present: BTreeSet<_> = images
        .iter()
        .filter_map(ImageDetail::image_digest)
        .collect();
    let is_orphan = |image: &&ImageDetail| {
        let subject = image.subject_manifest_digest();
        subject.is_some_and(|subject| !present.contains(subject))
    };
    let orphans = images.iter().filter(is_orphan);
    let ids = orphans.map(|one| {
        ImageIdentifier::builder()
            .set_image_digest(one.image_digest.clone())
            .build()
    });
    let ids: Vec<_> = ids.collect();
    for some in ids.chunks(100) {
        let deletion = ecr.batch_delete_image().repository_name(REPOSITORY);
        let _ = deletion.set_image_ids(Some(some.to_vec())).send().await;
    }
}

/// All tags in the repository, each with the digest of its image.
pub(super) async fn images(ecr: &Client) -> Result<Vec<ImageIdentifier>, Error> {
    let pages = ecr.list_images().repository_name(REPOSITORY);
    let mut pages = pages.into_paginator().items().send();
    let mut images = Vec::new();
    while let Some(image) = pages.next().await {
        match image.map_err(deploy::Error::from) {
            Ok(image) => images.push(image),
            Err(err) if is_missing(&err) => return Ok(Vec::new()),
            Err(err) => return Err(denied("ecr:ListImages", err)),
        }
    }
    Ok(images)
}
