//! The images in use: the running one, the previous one, and the new one of a deployment. While
//! an image is in use, an extra tag keeps it from expiring.

use std::collections::BTreeSet;

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types::ImageIdentifier;
use deploy::{Clients, Environment};

use super::error::{code, denied};
use super::images::{delete_tags, images};
use super::naming::{IN_USE, REPOSITORY, in_use_tag, tag, tag_prefix};
use crate::image::Error;

/// All types of manifests. ECR converts a manifest of another type, which changes its digest.
const MEDIA_TYPES: [&str; 4] = [
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];

/// Keeps images from expiring. `references` are digests or tags; missing ones are skipped. Returns
/// all tags of the environment that now protect an image.
pub async fn protect(
    clients: &Clients,
    environment: &Environment,
    references: &[String],
) -> Result<BTreeSet<String>, Error> {
    let ecr = Client::new(clients.config());
    let present = images(&ecr).await?;
    let mut tags = in_use_tags(&present, environment);
    for digest in digests(&present, references) {
        // ECR would delete an image that has no other tag at the end of its use.
        if tags_of(&present, &digest).next().is_none() {
            add_tag(&ecr, &digest, &tag(environment, &digest)).await?;
        }
        let protecting = in_use_tag(environment, &digest);
        if !tags.contains(&protecting) {
            add_tag(&ecr, &digest, &protecting).await?;
            tags.insert(protecting);
        }
    }
    Ok(tags)
}

/// Updates the protection after a deployment: protects `references`, and deletes those of `tags`
/// that protect no image in use.
///
/// An image that was deployed also gets its permanent tag, so it stays among the last images. The
/// image of a failed deployment has only its in-use tag, so ECR deletes it together with this tag.
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
        let is_kept = tags_of(&present, digest).any(|tag| !tag.starts_with(IN_USE));
        if !is_kept {
            add_tag(&ecr, digest, &tag(environment, digest)).await?;
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
    let prefix = format!("{}{}", IN_USE, tag_prefix(environment));
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

/// The digests of the present images that the references name.
fn digests(images: &[ImageIdentifier], references: &[String]) -> BTreeSet<String> {
    let is_named = |image: &&ImageIdentifier| {
        references.iter().any(|reference| {
            image.image_digest() == Some(reference) || image.image_tag() == Some(reference)
        })
    };
    let named = images.iter().filter(is_named);
    named
        .filter_map(|image| image.image_digest.clone())
        .collect()
}

/// Adds a tag to an image, unless the image has it already.
async fn add_tag(ecr: &Client, digest: &str, tag: &str) -> Result<(), Error> {
    let id = ImageIdentifier::builder().image_digest(digest).build();
    let found = ecr
        .batch_get_image()
        .repository_name(REPOSITORY)
        .image_ids(id)
        .set_accepted_media_types(Some(MEDIA_TYPES.map(str::to_owned).to_vec()))
        .send()
        .await
        .map_err(|err| denied("ecr:BatchGetImage", err.into()))?;
    // The image was deleted since it was listed: there is nothing left to protect.
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
