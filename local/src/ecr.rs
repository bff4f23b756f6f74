//! ECR: the API beside the registry's protocol.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::account::{ACCOUNT, Account, seconds};
use crate::json;
use crate::protocol::{Answer, AwsError};
use crate::registry::{self, PASSWORD, Repository};

/// How long a login holds, in seconds.
const LOGIN: f64 = 12.0 * 3600.0;

/// What a manifest is that does not say so.
const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Answers an action of the API.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "GetAuthorizationToken" => Ok(json!({"authorizationData": [{
            "authorizationToken": BASE64_STANDARD.encode(format!("AWS:{PASSWORD}")),
            "expiresAt": seconds() + LOGIN,
            "proxyEndpoint": account.endpoint_url(),
        }]})),
        "CreateRepository" => create(account, input),
        "DescribeRepositories" => describe_repositories(account, input),
        "DeleteRepository" => delete(account, input),
        "GetLifecyclePolicy" => get_policy(account, input),
        "PutLifecyclePolicy" => put_policy(account, input),
        "ListImages" => with(
            account,
            input,
            |_, repository| json!({"imageIds": image_ids(repository)}),
        ),
        "DescribeImages" => describe_images(account, input),
        "BatchGetImage" => with(account, input, |name, repository| {
            get_images(name, repository, input)
        }),
        "PutImage" => put_image(account, input),
        "BatchDeleteImage" => change(account, input, |repository| {
            delete_images(repository, input)
        }),
        _ => Err(AwsError::unknown_action("ECR", action)),
    }
}

fn name_of(input: &Value) -> Result<&str, AwsError> {
    let name = json::member(input, "repositoryName").unwrap_or_default();
    let is_good = name.len() >= 2
        && name.split('/').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte)
                })
        });
    if is_good {
        Ok(name)
    } else {
        Err(AwsError::new(
            "InvalidParameterException",
            format!(
                "Invalid parameter at 'repositoryName': '{name}' is lower-case letters, digits, '.', '_', '-' and '/'"
            ),
        ))
    }
}

fn not_found(name: &str) -> AwsError {
    AwsError::new(
        "RepositoryNotFoundException",
        format!(
            "The repository with name '{name}' does not exist in the registry with id '{ACCOUNT}'"
        ),
    )
}

/// Looks at the repository that the input names.
fn with(account: &Account, input: &Value, look: impl FnOnce(&str, &Repository) -> Value) -> Answer {
    let name = name_of(input)?;
    account
        .read(|state| {
            state
                .repositories
                .0
                .get(name)
                .map(|found| look(name, found))
        })
        .ok_or_else(|| not_found(name))
}

/// Changes the repository that the input names.
fn change(
    account: &Account,
    input: &Value,
    change: impl FnOnce(&mut Repository) -> Value,
) -> Answer {
    let name = name_of(input)?;
    account
        .change(|state| state.repositories.0.get_mut(name).map(change))
        .ok_or_else(|| not_found(name))
}

fn create(account: &Account, input: &Value) -> Answer {
    let name = name_of(input)?;
    let repository = Repository {
        created: seconds(),
        immutable_tags: json::member(input, "imageTagMutability") == Some("IMMUTABLE"),
        scan_on_push: json::flag(&input["imageScanningConfiguration"], "scanOnPush"),
        lifecycle_policy: None,
        manifests: std::collections::BTreeMap::new(),
        tags: std::collections::BTreeMap::new(),
    };
    let shown = shown(account, name, &repository);
    let is_new = account.change(|state| {
        let is_new = !state.repositories.0.contains_key(name);
        if is_new {
            state.repositories.0.insert(name.to_owned(), repository);
        }
        is_new
    });
    if is_new {
        return Ok(json!({"repository": shown}));
    }
    Err(AwsError::new(
        "RepositoryAlreadyExistsException",
        format!(
            "The repository with name '{name}' already exists in the registry with id '{ACCOUNT}'"
        ),
    ))
}

fn shown(account: &Account, name: &str, repository: &Repository) -> Value {
    json!({
        "repositoryArn": account.arn("ecr", &format!("repository/{name}")),
        "registryId": ACCOUNT,
        "repositoryName": name,
        "repositoryUri": format!("{}/{name}", account.endpoint),
        "createdAt": repository.created,
        "imageTagMutability": if repository.immutable_tags { "IMMUTABLE" } else { "MUTABLE" },
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
    })
}

fn describe_repositories(account: &Account, input: &Value) -> Answer {
    let wanted = json::strings(input, "repositoryNames");
    account.read(|state| {
        let all = &state.repositories.0;
        if let Some(missing) = wanted.iter().find(|name| !all.contains_key(*name)) {
            return Err(not_found(missing));
        }
        let found = all
            .iter()
            .filter(|(name, _)| wanted.is_empty() || wanted.contains(name));
        let found: Vec<Value> = found.map(|(name, one)| shown(account, name, one)).collect();
        Ok(json!({"repositories": found}))
    })
}

fn delete(account: &Account, input: &Value) -> Answer {
    let name = name_of(input)?;
    let is_forced = json::flag(input, "force");
    account.change(|state| {
        let found = state.repositories.0.get(name).ok_or_else(|| not_found(name))?;
        if !is_forced && !found.manifests.is_empty() {
            return Err(AwsError::new(
                "RepositoryNotEmptyException",
                format!("The repository with name '{name}' in registry with id '{ACCOUNT}' cannot be deleted because it still contains images"),
            ));
        }
        let shown = shown(account, name, found);
        state.repositories.0.remove(name);
        Ok(json!({"repository": shown}))
    })
}

fn get_policy(account: &Account, input: &Value) -> Answer {
    let name = name_of(input)?;
    let policy = with(account, input, |_, repository| {
        json!(repository.lifecycle_policy)
    })?;
    if policy.is_null() {
        return Err(AwsError::new(
            "LifecyclePolicyNotFoundException",
            format!(
                "Lifecycle policy does not exist for the repository with name '{name}' in the registry with id '{ACCOUNT}'"
            ),
        ));
    }
    Ok(json!({"registryId": ACCOUNT, "repositoryName": name, "lifecyclePolicyText": policy}))
}

fn put_policy(account: &Account, input: &Value) -> Answer {
    let text = json::member(input, "lifecyclePolicyText").unwrap_or_default();
    let rules = serde_json::from_str::<Value>(text).ok();
    if !rules.is_some_and(|policy| policy["rules"].is_array()) {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'",
        ));
    }
    change(account, input, |repository| {
        repository.lifecycle_policy = Some(text.to_owned());
        expire(repository);
        json!({"registryId": ACCOUNT, "repositoryName": input["repositoryName"], "lifecyclePolicyText": text})
    })
}

/// Expires images by the rules of the lifecycle policy that count; ECR does so within a day.
///
/// All rules look at the images as they are before any is removed, by priority. An image that
/// matches the tags of one rule is expired by no later one:
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html>
pub(crate) fn expire(repository: &mut Repository) {
    let policy = repository.lifecycle_policy.as_deref().unwrap_or_default();
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let mut rules: Vec<&Value> = policy["rules"].as_array().into_iter().flatten().collect();
    rules.sort_by_key(|rule| rule["rulePriority"].as_u64());
    let (mut seen, mut expired) = (BTreeSet::new(), Vec::new());
    for rule in rules {
        let selection = &rule["selection"];
        let mut selected: Vec<(f64, &str)> = repository
            .manifests
            .iter()
            .filter(|(digest, _)| is_selected(selection, &repository.tags_of(digest)))
            .map(|(digest, manifest)| (manifest.pushed, digest.as_str()))
            .collect();
        selected.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        if json::member(selection, "countType") == Some("imageCountMoreThan") {
            let count = json::number(selection, "countNumber").unwrap_or(u64::MAX);
            let too_many = selected.iter().zip(0_u64..);
            let too_many = too_many.filter(|(_, newer)| *newer >= count);
            let too_many = too_many.map(|((_, digest), _)| *digest);
            let unprotected = too_many.filter(|digest| !seen.contains(digest));
            expired.extend(unprotected.map(str::to_owned));
        }
        seen.extend(selected.into_iter().map(|(_, digest)| digest));
    }
    for digest in expired {
        remove(repository, &digest);
    }
}

/// Whether a rule is meant for an image with these tags. Each of its prefixes or patterns must be
/// that of a tag.
fn is_selected(selection: &Value, tags: &[&str]) -> bool {
    let has = |test: &dyn Fn(&str) -> bool| tags.iter().any(|tag| test(tag));
    match json::member(selection, "tagStatus") {
        Some("untagged") => tags.is_empty(),
        Some("tagged") => {
            let prefixes = json::strings(selection, "tagPrefixList");
            let patterns = json::strings(selection, "tagPatternList");
            prefixes
                .iter()
                .all(|prefix| has(&|tag| tag.starts_with(prefix)))
                && patterns
                    .iter()
                    .all(|pattern| has(&|tag| matches(pattern, tag)))
        }
        _ => true,
    }
}

/// Whether a tag is of a pattern, in which `*` stands for any text.
fn matches(pattern: &str, tag: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == tag;
    };
    let Some(tail) = tag.strip_prefix(start) else {
        return false;
    };
    let mut ends = tail.char_indices().map(|(end, _)| end).chain([tail.len()]);
    ends.any(|end| matches(rest, &tail[end..]))
}

fn remove(repository: &mut Repository, digest: &str) {
    repository.manifests.remove(digest);
    repository.tags.retain(|_, known| known != digest);
}

fn image_ids(repository: &Repository) -> Vec<Value> {
    let ids = repository.manifests.keys().flat_map(|digest| {
        let tags = repository.tags_of(digest);
        if tags.is_empty() {
            return vec![json!({"imageDigest": digest})];
        }
        let ids = tags
            .iter()
            .map(|tag| json!({"imageDigest": digest, "imageTag": tag}));
        ids.collect()
    });
    ids.collect()
}

/// The images that are named by tag or digest, or all; one that is not there is an error.
fn describe_images(account: &Account, input: &Value) -> Answer {
    let name = name_of(input)?;
    let ids = input["imageIds"].as_array();
    let references: Vec<&str> = ids.into_iter().flatten().filter_map(reference).collect();
    account.read(|state| {
        let repository = state.repositories.0.get(name).ok_or_else(|| not_found(name))?;
        let mut wanted = Vec::new();
        for reference in references {
            let digest = repository.digest(reference).ok_or_else(|| {
                AwsError::new(
                    "ImageNotFoundException",
                    format!("The image with imageId '{reference}' does not exist within the repository with name '{name}' in the registry with id '{ACCOUNT}'"),
                )
            })?;
            wanted.push(digest);
        }
        let mut details = details(name, repository);
        let is_wanted = |one: &Value| wanted.iter().any(|digest| one["imageDigest"] == *digest);
        details.retain(|one| wanted.is_empty() || is_wanted(one));
        Ok(json!({"imageDetails": details}))
    })
}

/// What an image is named by: its tag, else its digest.
fn reference(id: &Value) -> Option<&str> {
    json::member(id, "imageTag").or(json::member(id, "imageDigest"))
}

fn details(name: &str, repository: &Repository) -> Vec<Value> {
    let details = repository.manifests.iter().map(|(digest, manifest)| {
        json!({
            "registryId": ACCOUNT,
            "repositoryName": name,
            "imageDigest": digest,
            "imageTags": repository.tags_of(digest),
            "imageSizeInBytes": manifest.size,
            "imagePushedAt": manifest.pushed,
            "imageManifestMediaType": manifest.media_type,
        })
    });
    details.collect()
}

/// The manifests of images that are named by tag or digest.
fn get_images(name: &str, repository: &Repository, input: &Value) -> Value {
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in input["imageIds"].as_array().into_iter().flatten() {
        let digest = reference(id).and_then(|reference| repository.digest(reference));
        let Some((digest, manifest)) =
            digest.and_then(|digest| repository.manifests.get_key_value(digest))
        else {
            failures.push(not_there(id));
            continue;
        };
        images.push(json!({
            "registryId": ACCOUNT,
            "repositoryName": name,
            "imageId": {"imageDigest": digest, "imageTag": json::member(id, "imageTag")},
            "imageManifest": manifest.text,
            "imageManifestMediaType": manifest.media_type,
        }));
    }
    json!({"images": images, "failures": failures})
}

/// Adds an image by its manifest, or one more tag to an image that is there.
fn put_image(account: &Account, input: &Value) -> Answer {
    let name = name_of(input)?;
    let text = json::member(input, "imageManifest").unwrap_or_default();
    let media_type = json::member(input, "imageManifestMediaType").unwrap_or(OCI_MANIFEST);
    let tag = json::member(input, "imageTag");
    let digest = registry::digest(text.as_bytes());
    if let Some(given) = json::member(input, "imageDigest").filter(|given| *given != digest) {
        return Err(AwsError::new(
            "ImageDigestDoesNotMatchException",
            format!(
                "The calculated digest '{digest}' does not match the provided digest '{given}'"
            ),
        ));
    }
    let manifest = registry::new(account, media_type.to_owned(), text.to_owned())?;
    account.change(|state| {
        let repository = state.repositories.0.get_mut(name);
        let repository = repository.ok_or_else(|| not_found(name))?;
        let is_there = match tag {
            Some(tag) => repository.tags.get(tag) == Some(&digest),
            None => repository.manifests.contains_key(&digest),
        };
        if is_there {
            return Err(AwsError::new(
                "ImageAlreadyExistsException",
                format!("Image with digest '{digest}' and tag '{}' already exists in the repository with name '{name}' in registry with id '{ACCOUNT}'", tag.unwrap_or("null")),
            ));
        }
        Ok(registry::add(repository, name, tag, &digest, manifest)?)
    })?;
    Ok(json!({"image": {
        "registryId": ACCOUNT,
        "repositoryName": name,
        "imageId": {"imageDigest": digest, "imageTag": tag},
        "imageManifest": text,
        "imageManifestMediaType": media_type,
    }}))
}

fn not_there(id: &Value) -> Value {
    json!({"imageId": id, "failureCode": "ImageNotFound", "failureReason": "Requested image not found"})
}

/// By tag only the tag goes, and the image with its last one; by digest the image goes with all.
fn delete_images(repository: &mut Repository, input: &Value) -> Value {
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for id in input["imageIds"].as_array().into_iter().flatten() {
        let tag = json::member(id, "imageTag");
        let digest = reference(id).and_then(|reference| repository.digest(reference));
        let Some(digest) = digest.map(str::to_owned) else {
            failures.push(not_there(id));
            continue;
        };
        if let Some(tag) = tag {
            repository.tags.remove(tag);
        }
        if tag.is_none() || repository.tags_of(&digest).is_empty() {
            remove(repository, &digest);
        }
        deleted.push(json!({"imageDigest": digest, "imageTag": tag}));
    }
    json!({"imageIds": deleted, "failures": failures})
}
