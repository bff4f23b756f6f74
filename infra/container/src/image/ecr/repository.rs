//! Creates and deletes the repository.

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types::{ImageScanningConfiguration, ImageTagMutability};
use deploy::{Clients, Environment};

use super::error::{code, denied, is_missing};
use super::lifecycle;
use super::naming::{REPOSITORY, tag_prefix};
use crate::image::Error;

/// Creates the repository if it is missing. Its lifecycle policy keeps the images in use and the
/// last images of this environment.
///
/// Its tags are immutable, and ECR scans every pushed image.
pub async fn prepare(clients: &Clients, environment: &Environment) -> Result<(), Error> {
    let ecr = Client::new(clients.config());
    let created = ecr
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
    match created.map_err(|err| denied("ecr:CreateRepository", err.into())) {
        Err(err) if code(&err) == Some("RepositoryAlreadyExistsException") => {}
        Err(err) => {
            // A user who may not create the repository may still push to it, if it exists.
            if !exists(&ecr).await.unwrap_or(false) {
                return Err(err);
            }
        }
        Ok(_) => {}
    }
    put_lifecycle_policy(&ecr, environment).await
}

/// Deletes the repository with all its images, and returns whether it existed.
pub async fn delete(clients: &Clients) -> Result<bool, Error> {
    let ecr = Client::new(clients.config());
    let deleted = ecr
        .delete_repository()
        .repository_name(REPOSITORY)
        .force(true);
    match deleted.send().await.map_err(deploy::Error::from) {
        Ok(_) => Ok(true),
        Err(err) if is_missing(&err) => Ok(false),
        Err(err) => Err(denied("ecr:DeleteRepository", err)),
    }
}

async fn put_lifecycle_policy(ecr: &Client, environment: &Environment) -> Result<(), Error> {
    let present = ecr.get_lifecycle_policy().repository_name(REPOSITORY);
    let present = match present.send().await.map_err(deploy::Error::from) {
        Ok(found) => found.lifecycle_policy_text,
        Err(deploy::Error::Aws { code, .. }) if code == "LifecyclePolicyNotFoundException" => None,
        Err(err) => return Err(denied("ecr:GetLifecyclePolicy", err)),
    };
    let prefix = tag_prefix(environment);
    let Some(policy) = lifecycle::updated(present.as_deref(), &prefix)? else {
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

async fn exists(ecr: &Client) -> Result<bool, Error> {
    let found = ecr.describe_repositories().repository_names(REPOSITORY);
    match found.send().await.map_err(deploy::Error::from) {
        Ok(_) => Ok(true),
        Err(err) if is_missing(&err) => Ok(false),
        Err(err) => Err(denied("ecr:DescribeRepositories", err)),
    }
}
