//! The registry of AWS: the repository of the app, and pushing to it.
//!
//! One repository serves every environment of an account, so that an image that was tried in one
//! is not sent again for another. An image's tag begins with the environment that deployed it.

mod lifecycle;

use std::collections::BTreeSet;

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types::{
    ImageIdentifier, ImageScanningConfiguration, ImageTagMutability, Repository,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deploy::{Clients, Environment, Output};
use oci_client::Reference;

use super::push::{Registry, push as push_to};
use super::{Error, Image, Login, Pushed};

/// The name of the repository.
pub const REPOSITORY: &str = "go-on-aws/showtable";
/// How many digits of a digest are enough to tell images apart in a tag.
const DIGITS: usize = 12;

/// Makes the repository where it is missing, and keeps the last images of this environment in it.
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
            if repository(&ecr).await.ok().flatten().is_none() {
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
    let Some(policy) = lifecycle::with(present.as_deref(), &tag_prefix(environment)) else {
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
pub async fn push(
    clients: &Clients,
    environment: &Environment,
    image: &Image,
    output: Output,
) -> Result<Pushed, Error> {
    let account = log_in(clients).await?;
    let tag = tag(environment, image.digest());
    let reference = Reference::with_tag(account.host, REPOSITORY.to_owned(), tag);
    let registry = Registry::with_login(reference, account.login, account.is_plain);
    push_to(image, &registry, false, output).await
}

/// What [`push`] will give, found out without changing anything.
pub async fn predict_uri(clients: &Clients, image: &Image) -> Result<String, Error> {
    let account = log_in(clients).await?;
    Ok(format!("{}/{REPOSITORY}@{}", account.host, image.digest()))
}

/// The environments whose images are in the repository; nothing where there is no repository.
pub async fn environments_in_repository(clients: &Clients) -> Result<BTreeSet<String>, Error> {
    let images = images(&Client::new(clients.config())).await?;
    let tags = images.iter().filter_map(ImageIdentifier::image_tag);
    // What has another tag was not pushed from here, and belongs to somebody all the same.
    Ok(tags
        .map(|tag| {
            tag.split_once(SEPARATOR)
                .map_or(tag, |(name, _)| name)
                .to_owned()
        })
        .collect())
}

/// Deletes the repository with all images in it; false where there was none.
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

/// Takes the tags of this environment away, and with them the images that no other one has.
pub async fn delete_images_of(clients: &Clients, environment: &Environment) -> Result<(), Error> {
    let ecr = Client::new(clients.config());
    let prefix = tag_prefix(environment);
    let is_ours = |image: &ImageIdentifier| {
        image
            .image_tag()
            .is_some_and(|tag| tag.starts_with(&prefix))
    };
    let images = images(&ecr).await?;
    // By tag alone: by digest, the image would go with the tags of others.
    let tags: Vec<_> = images
        .iter()
        .filter(|image| is_ours(image))
        .map(|image| {
            ImageIdentifier::builder()
                .set_image_tag(image.image_tag.clone())
                .build()
        })
        .collect();
    // As many as one call takes.
    for some in tags.chunks(100) {
        ecr.batch_delete_image()
            .repository_name(REPOSITORY)
            .set_image_ids(Some(some.to_vec()))
            .send()
            .await
            .map_err(|err| denied("ecr:BatchDeleteImage", err.into()))?;
    }
    Ok(())
}

async fn images(ecr: &Client) -> Result<Vec<ImageIdentifier>, Error> {
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

async fn repository(ecr: &Client) -> Result<Option<Repository>, Error> {
    let found = ecr.describe_repositories().repository_names(REPOSITORY);
    match found.send().await.map_err(deploy::Error::from) {
        Ok(found) => Ok(found.repositories.unwrap_or_default().into_iter().next()),
        Err(err) if is_missing(&err) => Ok(None),
        Err(err) => Err(denied("ecr:DescribeRepositories", err)),
    }
}

/// The registry of the account, and the login that AWS gives for twelve hours.
struct Account {
    host: String,
    is_plain: bool,
    login: Login,
}

async fn log_in(clients: &Clients) -> Result<Account, Error> {
    let ecr = Client::new(clients.config());
    let answer = ecr.get_authorization_token().send().await;
    let answer = answer.map_err(|err| denied("ecr:GetAuthorizationToken", err.into()))?;
    let data = answer.authorization_data.unwrap_or_default();
    data.first()
        .and_then(|data| account(data.proxy_endpoint()?, data.authorization_token()?))
        .ok_or(Error::NoEcrLogin)
}

/// The endpoint says whether TLS is spoken: the twin on this machine does without.
fn account(endpoint: &str, token: &str) -> Option<Account> {
    let (scheme, host) = endpoint.split_once("://")?;
    let decoded = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (username, password) = decoded.split_once(':')?;
    Some(Account {
        host: host.trim_end_matches('/').to_owned(),
        is_plain: scheme == "http",
        login: Login::Password {
            username: username.to_owned(),
            password: password.into(),
        },
    })
}

/// No name of an environment has it, so that no environment's tags begin like another's.
const SEPARATOR: char = '.';

fn tag_prefix(environment: &Environment) -> String {
    format!("{environment}{SEPARATOR}")
}

fn tag(environment: &Environment, digest: &str) -> String {
    let digits = digest.trim_start_matches("sha256:");
    let digits: String = digits.chars().take(DIGITS).collect();
    format!("{}{digits}", tag_prefix(environment))
}

fn denied(action: &'static str, err: deploy::Error) -> Error {
    match err {
        deploy::Error::Aws { code, message } if code.starts_with("AccessDenied") => {
            Error::EcrDenied { action, message }
        }
        err => err.into(),
    }
}

fn code(err: &Error) -> Option<&str> {
    match err {
        Error::Deploy(deploy::Error::Aws { code, .. }) => Some(code),
        _ => None,
    }
}

fn is_missing(err: &deploy::Error) -> bool {
    matches!(err, deploy::Error::Aws { code, .. } if code == "RepositoryNotFoundException")
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn the_endpoint_of_a_login_says_where_and_how() {
        let token = STANDARD.encode("AWS:secret:with:colons");
        let found = account("http://127.0.0.1:4566", &token).unwrap();
        assert_eq!(
            (found.host.as_str(), found.is_plain),
            ("127.0.0.1:4566", true)
        );
        let Login::Password { username, password } = found.login else {
            panic!("a password is expected");
        };
        assert_eq!(username, "AWS");
        assert_eq!(password.expose_secret(), "secret:with:colons");
        let host = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
        let found = account(&format!("https://{host}"), &token).unwrap();
        assert_eq!((found.host.as_str(), found.is_plain), (host, false));
        assert!(account(&format!("https://{host}"), "not base64").is_none());
    }

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
