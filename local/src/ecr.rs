//! ECR: the API beside the registry's protocol.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::json;
use crate::protocol::{Answer, AwsError};
use crate::registry::{PASSWORD, Repository};
use crate::twin::{ACCOUNT, Twin, seconds};

/// How long a login holds, in seconds.
const LOGIN: f64 = 12.0 * 3600.0;

/// Answers an action of the API.
pub(crate) fn handle(twin: &Twin, action: &str, input: &Value) -> Answer {
    match action {
        "GetAuthorizationToken" => Ok(json!({"authorizationData": [{
            "authorizationToken": BASE64_STANDARD.encode(format!("AWS:{PASSWORD}")),
            "expiresAt": seconds() + LOGIN,
            "proxyEndpoint": twin.endpoint_url(),
        }]})),
        "CreateRepository" => create(twin, input),
        "DescribeRepositories" => describe_repositories(twin, input),
        "DeleteRepository" => delete(twin, input),
        "GetLifecyclePolicy" => get_policy(twin, input),
        "PutLifecyclePolicy" => put_policy(twin, input),
        "ListImages" => with(
            twin,
            input,
            |_, repository| json!({"imageIds": image_ids(repository)}),
        ),
        "DescribeImages" => describe_images(twin, input),
        "BatchDeleteImage" => change(twin, input, |repository| delete_images(repository, input)),
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
fn with(twin: &Twin, input: &Value, look: impl FnOnce(&str, &Repository) -> Value) -> Answer {
    let name = name_of(input)?;
    twin.read(|state| {
        state
            .repositories
            .0
            .get(name)
            .map(|found| look(name, found))
    })
    .ok_or_else(|| not_found(name))
}

/// Changes the repository that the input names.
fn change(twin: &Twin, input: &Value, change: impl FnOnce(&mut Repository) -> Value) -> Answer {
    let name = name_of(input)?;
    twin.change(|state| state.repositories.0.get_mut(name).map(change))
        .ok_or_else(|| not_found(name))
}

fn create(twin: &Twin, input: &Value) -> Answer {
    let name = name_of(input)?;
    let repository = Repository {
        created: seconds(),
        immutable_tags: json::member(input, "imageTagMutability") == Some("IMMUTABLE"),
        scan_on_push: json::flag(&input["imageScanningConfiguration"], "scanOnPush"),
        lifecycle_policy: None,
        manifests: std::collections::BTreeMap::new(),
        tags: std::collections::BTreeMap::new(),
    };
    let shown = shown(twin, name, &repository);
    let is_new = twin.change(|state| {
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

fn shown(twin: &Twin, name: &str, repository: &Repository) -> Value {
    json!({
        "repositoryArn": twin.arn("ecr", &format!("repository/{name}")),
        "registryId": ACCOUNT,
        "repositoryName": name,
        "repositoryUri": format!("{}/{name}", twin.endpoint),
        "createdAt": repository.created,
        "imageTagMutability": if repository.immutable_tags { "IMMUTABLE" } else { "MUTABLE" },
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
    })
}

fn describe_repositories(twin: &Twin, input: &Value) -> Answer {
    let wanted = json::strings(input, "repositoryNames");
    twin.read(|state| {
        let all = &state.repositories.0;
        if let Some(missing) = wanted.iter().find(|name| !all.contains_key(*name)) {
            return Err(not_found(missing));
        }
        let found = all
            .iter()
            .filter(|(name, _)| wanted.is_empty() || wanted.contains(name));
        let found: Vec<Value> = found.map(|(name, one)| shown(twin, name, one)).collect();
        Ok(json!({"repositories": found}))
    })
}

fn delete(twin: &Twin, input: &Value) -> Answer {
    let name = name_of(input)?;
    let is_forced = json::flag(input, "force");
    twin.change(|state| {
        let found = state.repositories.0.get(name).ok_or_else(|| not_found(name))?;
        if !is_forced && !found.manifests.is_empty() {
            return Err(AwsError::new(
                "RepositoryNotEmptyException",
                format!("The repository with name '{name}' in registry with id '{ACCOUNT}' cannot be deleted because it still contains images"),
            ));
        }
        let shown = shown(twin, name, found);
        state.repositories.0.remove(name);
        Ok(json!({"repository": shown}))
    })
}

fn get_policy(twin: &Twin, input: &Value) -> Answer {
    let name = name_of(input)?;
    let policy = with(twin, input, |_, repository| {
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

fn put_policy(twin: &Twin, input: &Value) -> Answer {
    let text = json::member(input, "lifecyclePolicyText").unwrap_or_default();
    let rules = serde_json::from_str::<Value>(text).ok();
    if !rules.is_some_and(|policy| policy["rules"].is_array()) {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'",
        ));
    }
    change(twin, input, |repository| {
        repository.lifecycle_policy = Some(text.to_owned());
        expire(repository);
        json!({"registryId": ACCOUNT, "repositoryName": input["repositoryName"], "lifecyclePolicyText": text})
    })
}

/// Expires images by the rules of the lifecycle policy that count; ECR does so within a day.
pub(crate) fn expire(repository: &mut Repository) {
    let policy = repository.lifecycle_policy.as_deref().unwrap_or_default();
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    for rule in policy["rules"].as_array().into_iter().flatten() {
        let selection = &rule["selection"];
        let count =
            json::number(selection, "countNumber").and_then(|count| usize::try_from(count).ok());
        let (Some("imageCountMoreThan"), Some(count)) =
            (json::member(selection, "countType"), count)
        else {
            continue;
        };
        let prefixes = json::strings(selection, "tagPrefixList");
        let is_meant = |digest: &str| {
            let tags = repository.tags_of(digest);
            prefixes.is_empty()
                || tags
                    .iter()
                    .any(|tag| prefixes.iter().any(|prefix| tag.starts_with(prefix)))
        };
        let mut meant: Vec<(f64, String)> = repository
            .manifests
            .iter()
            .filter(|(digest, _)| is_meant(digest))
            .map(|(digest, manifest)| (manifest.pushed, digest.clone()))
            .collect();
        meant.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        for (_, digest) in meant.into_iter().skip(count) {
            remove(repository, &digest);
        }
    }
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
fn describe_images(twin: &Twin, input: &Value) -> Answer {
    let name = name_of(input)?;
    let ids = input["imageIds"].as_array();
    let references: Vec<&str> = ids.into_iter().flatten().filter_map(reference).collect();
    twin.read(|state| {
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

/// By tag only the tag goes, and the image with its last one; by digest the image goes with all.
fn delete_images(repository: &mut Repository, input: &Value) -> Value {
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for id in input["imageIds"].as_array().into_iter().flatten() {
        let tag = json::member(id, "imageTag");
        let digest = reference(id).and_then(|reference| repository.digest(reference));
        let Some(digest) = digest.map(str::to_owned) else {
            failures.push(json!({"imageId": id, "failureCode": "ImageNotFound", "failureReason": "Requested image not found"}));
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
