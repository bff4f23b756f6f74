//! The registry of AWS: the repository of the app, and pushing to it.
//!
//! One repository serves every environment of an account, so that an image that was tried in one
//! is not sent again for another. An image's tag begins with the environment that deployed it. While
//! the image is in use there, it has a second tag that protects it from the lifecycle policy.

mod account;
mod failed;
mod images;
mod in_use;
mod lifecycle;

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types::{ImageScanningConfiguration, ImageTagMutability};
use deploy::{Clients, Environment, Output};
use oci_spec::distribution::Reference;

use super::push::push as push_to;
use super::{Error, Image, Pushed, Registry};
use account::log_in;
use failed::{code, denied, is_missing};
pub use images::{delete, delete_images_of, environments_in_repository, has};
pub use in_use::{protect, settle};

/// The name of the repository.
pub const REPOSITORY: &str = "go-on-aws/showtable";
/// What a policy has to allow for a push: the registry's answer names none of it.
const PUSH: &str = "ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage";
/// How many digits of a digest are enough to tell images apart in a tag.
const DIGITS: usize = 12;

/// Makes the repository where it is missing. Its policy keeps the images in use and the last ones of
/// this environment.
///
/// Its tags are immutable, and what is pushed is scanned.
pub async fn prepare(clients: &Clients, environment: &Environment) -> Result<(), Error> {
    let ecr = Client::new(clients.config());
    let made = ecr
        .create_repository()
        .repository_name(REPOSITORY)
        .image_tag_mutability(ImageTagMutability::Immutable)
        .image_scanning_configuration(
            ImageScanningConfiguration::builder()
                .scan_on_push(true)
                .build(),
        )
        .send()
        .await;
    match made.map_err(|err| denied("ecr:CreateRepository", err.into())) {
        Err(err) if code(&err) == Some("RepositoryAlreadyExistsException") => {}
        Err(err) => {
            // Who may not make it may still push, where somebody else has made it.
            if !is_there(&ecr).await.unwrap_or(false) {
                return Err(err);
            }
        }
        Ok(_) => {}
    }
    keep_the_last(&ecr, environment).await
}

async fn keep_the_last(ecr: &Client, environment: &Environment) -> Result<(), Error> {
    let present = ecr.get_lifecycle_policy().repository_name(REPOSITORY);
    let present = match present.send().await.map_err(deploy::Error::from) {
        Ok(found) => found.lifecycle_policy_text,
        Err(deploy::Error::Aws { code, .. }) if code == "LifecyclePolicyNotFoundException" => None,
        Err(err) => return Err(denied("ecr:GetLifecyclePolicy", err)),
    };
    let Some(policy) = lifecycle::with(present.as_deref(), &tag_prefix(environment))? else {
        return Ok(());
    };
    ecr.put_lifecycle_policy()
        .repository_name(REPOSITORY)
        .lifecycle_policy_text(policy)
        .send()
        .await
        .map_err(|err| denied("ecr:PutLifecyclePolicy", err.into()))?;
    Ok(())
}

/// Sends what the repository lacks of the image, and gives what to deploy: it, by its digest.
///
/// The image counts as in use until [`settle`] says what became of its deployment.
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
    let pushed = push_to(image, &registry, false, output).await;
    pushed.map_err(|err| match err {
        Error::Forbidden { .. } => Error::EcrDenied {
            action: PUSH,
            message: "the registry refused the push".to_owned(),
        },
        err => err,
    })
}

/// What [`push`] will give, found out without changing anything.
pub async fn predict_uri(clients: &Clients, image: &Image) -> Result<String, Error> {
    let account = log_in(clients).await?;
    Ok(format!("{}/{REPOSITORY}@{}", account.host, image.digest()))
}

async fn is_there(ecr: &Client) -> Result<bool, Error> {
    let found = ecr.describe_repositories().repository_names(REPOSITORY);
    match found.send().await.map_err(deploy::Error::from) {
        Ok(_) => Ok(true),
        Err(err) if is_missing(&err) => Ok(false),
        Err(err) => Err(denied("ecr:DescribeRepositories", err)),
    }
}

/// No name of an environment has it, so that no environment's tags begin like another's.
const SEPARATOR: char = '.';

/// What the tag of an image in use begins with. No name of an environment begins like it.
const IN_USE: &str = "_in-use.";

fn tag_prefix(environment: &Environment) -> String {
    format!("{environment}{SEPARATOR}")
}

fn tag(environment: &Environment, digest: &str) -> String {
    let digits = digest.trim_start_matches("sha256:");
    let digits: String = digits.chars().take(DIGITS).collect();
    format!("{}{digits}", tag_prefix(environment))
}

/// The tag that protects an image from the lifecycle policy.
pub(crate) fn in_use_tag(environment: &Environment, digest: &str) -> String {
    format!("{IN_USE}{}", tag(environment, digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_environment_has_the_tags_of_another() {
        let digest = "sha256:0123456789abcdef";
        let environments = ["", "a", "a-b", "default-2"];
        for (index, name) in environments.iter().enumerate() {
            let environment: Environment = name.parse().unwrap();
            let prefix = tag_prefix(&environment);
            for (other, name) in environments.iter().enumerate() {
                let tag = tag(&name.parse().unwrap(), digest);
                assert_eq!(tag.starts_with(&prefix), index == other, "{tag} {prefix}");
                assert!(tag.ends_with(".0123456789ab"), "{tag}");
            }
        }
    }
}
