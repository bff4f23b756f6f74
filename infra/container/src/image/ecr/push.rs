//! Pushes an image to ECR, and predicts its URI.

use deploy::{Clients, Environment, Output};
use oci_spec::distribution::Reference;

use super::account::log_in;
use super::naming::{REPOSITORY, in_use_tag};
use crate::image::registry::push::push as push_to;
use crate::image::{Error, Image, Pushed, Registry};

/// The actions that a policy has to allow for a push. The registry does not name them.
const PUSH: &str = "ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage";

/// Pushes the parts of the image that the repository lacks. Returns the URI to deploy, which
/// contains the digest.
///
/// What is attached to the image is pushed with it.
///
/// The image counts as in use until [`settle`](super::settle) ends that.
pub async fn push(
    clients: &Clients,
    environment: &Environment,
    image: &Image,
    output: Output,
) -> Result<Pushed, Error> {
    let account = log_in(clients).await?;
    let tag = in_use_tag(environment, image.digest());
    let reference = Reference::with_tag(account.host, REPOSITORY.to_owned(), tag);
    let registry = Registry::with_login(reference, account.login, account.is_plain);
    let registry = registry.listing_referrers();
    let pushed = push_to(image, &registry, false, output).await;
    pushed.map_err(|err| match err {
        Error::Forbidden { .. } => Error::EcrDenied {
            action: PUSH,
            message: "the registry refused the push".to_owned(),
        },
        err => err,
    })
}

/// The URI that [`push`] will return. Changes nothing.
pub async fn predict_uri(clients: &Clients, image: &Image) -> Result<String, Error> {
    let account = log_in(clients).await?;
    Ok(format!("{}/{REPOSITORY}@{}", account.host, image.digest()))
}
