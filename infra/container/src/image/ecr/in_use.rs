//! The images in use: what runs, what a rollback returns to, and what a deployment brings. A tag
//! of its own keeps each of them from expiring for as long as it is in use.

use std::collections::BTreeSet;

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types::ImageIdentifier;
use deploy::{Clients, Environment};

use super::failed::{code, denied};
use super::images::{delete_tags, images};
use super::{REPOSITORY, in_use_tag, tag, tag_prefix};
use crate::image::Error;

/// What a manifest can be: ECR converts what is not accepted, and its digest would be another one.
const MEDIA_TYPES: [&str; 4] = [
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];

/// Keeps images from expiring; `references` are digests or tags, and one that is missing is passed
/// over. Gives the tags of the environment that protect something now.
pub async fn protect(
    clients: &Clients,
    environment: &Environment,
    references: &[String],
) -> Result<BTreeSet<String>, Error> {
    let ecr = Client::new(clients.config());
    let present = images(&ecr).await?;
    let mut tags = in_use_tags(&present, environment);
    for digest in digests(&present, references) {
        // Nothing else would keep an image without a tag once it is no longer in use.
        if tags_of(&present, &digest).next().is_none() {
            put(&ecr, &digest, &tag(environment, &digest)).await?;
        }
        let protecting = in_use_tag(environment, &digest);
        if !tags.contains(&protecting) {
            put(&ecr, &digest, &protecting).await?;
            tags.insert(protecting);
        }
    }
    Ok(tags)
}

/// Says what is in use now that a deployment has ended: `references` are, and an image that was
/// protected by one of `tags` and is not among them may go.
///
/// What is in use is kept among the last images afterwards. An image that never was, because its
/// deployment failed, goes at once: the protecting tag is the only one it has.
pub async fn settle(
    clients: &Clients,
    environment: &Environment,
    references: &[String],
    tags: &BTreeSet<String>,
) -> Result<(), Error> {
    protect(clients, environment, references).await?;
    let ecr = Client::new(clients.config());
    let present = images(&ecr).await?;
    let used = digests(&present, references);
    for digest in &used {
        let is_kept = tags_of(&present, digest).any(|tag| !tag.starts_with(super::IN_USE));
        if !is_kept {
            put(&ecr, digest, &tag(environment, digest)).await?;
        }
    }
    let wanted: BTreeSet<_> = used
        .iter()
        .map(|digest| in_use_tag(environment, digest))
        .collect();
    let unused = in_use_tags(&present, environment)
        .into_iter()
        .filter(|tag| tags.contains(tag) && !wanted.contains(tag));
    delete_tags(&ecr, unused).await
}

fn in_use_tags(images: &[ImageIdentifier], environment: &Environment) -> BTreeSet<String> {
    let prefix = format!("{}{}", super::IN_USE, tag_prefix(environment));
    let tags = images.iter().filter_map(ImageIdentifier::image_tag);
    tags.filter(|tag| tag.starts_with(&prefix))
        .map(str::to_owned)
        .collect()
}

fn tags_of<'a>(images: &'a [ImageIdentifier], digest: &str) -> impl Iterator<Item = &'a str> {
    images
        .iter()
        .filter(move |image| image.image_digest() == Some(digest))
        .filter_map(ImageIdentifier::image_tag)
}

/// The digests that the references mean, of the images that are there.
fn digests(images: &[ImageIdentifier], references: &[String]) -> BTreeSet<String> {
    let is_meant = |image: &&ImageIdentifier| {
        references.iter().any(|reference| {
            image.image_digest() == Some(reference) || image.image_tag() == Some(reference)
        })
    };
    let meant = images.iter().filter(is_meant);
    meant
        .filter_map(|image| image.image_digest.clone())
        .collect()
}

/// Gives an image one more tag. A tag that it has already is no error.
async fn put(ecr: &Client, digest: &str, tag: &str) -> Result<(), Error> {
    let id = ImageIdentifier::builder().image_digest(digest).build();
    let found = ecr
        .batch_get_image()
        .repository_name(REPOSITORY)
        .image_ids(id)
        .set_accepted_media_types(Some(MEDIA_TYPES.map(str::to_owned).to_vec()))
        .send()
        .await
        .map_err(|err| denied("ecr:BatchGetImage", err.into()))?;
    // Deleted since it was listed: there is nothing left to protect.
    let Some(image) = found.images().first() else {
        return Ok(());
    };
    let put = ecr
        .put_image()
        .repository_name(REPOSITORY)
        .image_tag(tag)
        .image_digest(digest)
        .set_image_manifest(image.image_manifest.clone())
        .set_image_manifest_media_type(image.image_manifest_media_type.clone())
        .send()
        .await
        .map_err(|err| denied("ecr:PutImage", err.into()));
    match put {
        Err(err) if code(&err) != Some("ImageAlreadyExistsException") => Err(err),
        _ => Ok(()),
    }
}
