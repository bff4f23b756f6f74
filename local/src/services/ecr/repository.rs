//! `AWS::ECR::Repository`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::lifecycle::{expire, parse};
use super::permissions::check_key;
use super::repositories::{Repository as Stored, UNFIT, has_its_filters};
use crate::account::{Account, State};
use crate::aws::ACCOUNT;
use crate::aws::json::text;
use crate::resources::{Found, Made, Request, ResourceType, members, refusal, refused_by};

pub(crate) struct Repository;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RepositoryProperties {
    repository_name: Option<String>,
    image_tag_mutability: Option<String>,
    image_tag_mutability_exclusion_filters: Vec<Exclusion>,
    image_scanning_configuration: Scanning,
    lifecycle_policy: Lifecycle,
    repository_policy_text: Option<Value>,
    encryption_configuration: Encryption,
    empty_on_delete: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Encryption {
    encryption_type: Option<String>,
    kms_key: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Scanning {
    scan_on_push: bool,
}

/// A pattern of tags with the other mutability.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Exclusion {
    image_tag_mutability_exclusion_filter_value: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Lifecycle {
    lifecycle_policy_text: Option<String>,
}

impl ResourceType for Repository {
    const NAME: &'static str = "AWS::ECR::Repository";
    const SCHEMA: &'static str = include_str!("repository.json");
    const IDENTIFIER: Option<&'static str> = Some("RepositoryName");
    type Properties = RepositoryProperties;

    fn exists(_: &Account, state: &State, name: &str) -> bool {
        state.repositories.get(name).is_some()
    }

    async fn create(request: &Request, properties: &RepositoryProperties) -> Result<Made, String> {
        check(properties)?;
        if let Some(key) = &properties.encryption_configuration.kms_key {
            check_key(&request.account, &request.caller, key)
                .map_err(|sentence| refused_by("Ecr", "KmsException", &sentence))?;
        }
        // A generated name is in lower case, as the rules for names need it.
        let name = properties
            .repository_name
            .clone()
            .unwrap_or_else(|| request.name(None).to_ascii_lowercase());
        let attributes = attributes(&request.account, &name);
        Ok(Made::new(name, attributes))
    }

    fn record(
        state: &mut State,
        properties: &RepositoryProperties,
        name: &str,
    ) -> Result<(), String> {
        let mut repository = Stored::new(false, false);
        apply(&mut repository, properties);
        if state.repositories.add(name, repository) {
            return Ok(());
        }
        let sentence = format!(
            "The repository with name '{name}' already exists in the registry with id '{ACCOUNT}'"
        );
        Err(refusal(&sentence, "Ecr", 400))
    }

    async fn update(
        request: &Request,
        _: &RepositoryProperties,
        properties: &RepositoryProperties,
    ) -> Result<(), String> {
        check(properties)?;
        let name = &request.physical_id;
        request.account.change(|state| {
            let repository = state.repositories.get_mut(name);
            let repository = repository.ok_or_else(|| missing(name))?;
            apply(repository, properties);
            Ok(())
        })
    }

    async fn delete(request: &Request, properties: &RepositoryProperties) -> Result<(), String> {
        let name = &request.physical_id;
        request.account.change(|state| {
            let holds_images = state
                .repositories
                .get(name)
                .is_some_and(|repository| !repository.manifests.is_empty());
            if holds_images && !properties.empty_on_delete {
                let sentence = format!(
                    "The repository with name '{name}' in registry with id '{ACCOUNT}' cannot be deleted because it still contains images"
                );
                return Err(refusal(&sentence, "Ecr", 400));
            }
            state.repositories.remove(name);
            Ok(())
        })
    }

    async fn read(account: &Account, name: &str, expected: &Value) -> Found {
        account.read(|state| {
            let Some(repository) = state.repositories.get(name) else {
                return Found::Gone;
            };
            let mut actual = expected.clone();
            if expected.get("ImageTagMutability").is_some() {
                actual["ImageTagMutability"] = repository.mutability().into();
            }
            if expected.get("LifecyclePolicy").is_some() {
                actual["LifecyclePolicy"] = match &repository.lifecycle_policy {
                    Some(text) => json!({"LifecyclePolicyText": text}),
                    None => Value::Null,
                };
            }
            Found::Properties(actual)
        })
    }

    fn attributes(account: &Account, name: &str, _: &Value) -> Map<String, Value> {
        members(attributes(account, name))
    }
}

fn check(properties: &RepositoryProperties) -> Result<(), String> {
    let policy = properties.lifecycle_policy.lifecycle_policy_text.as_deref();
    if policy.is_some_and(|text| parse(text).is_none()) {
        let sentence = "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'";
        return Err(refusal(sentence, "Ecr", 400));
    }
    let mutability = properties.image_tag_mutability.as_deref();
    let has_filters = !properties.image_tag_mutability_exclusion_filters.is_empty();
    if has_its_filters(mutability, has_filters) {
        return Ok(());
    }
    Err(refusal(UNFIT, "Ecr", 400))
}

fn apply(repository: &mut Stored, properties: &RepositoryProperties) {
    let mutability = properties.image_tag_mutability.as_deref();
    let filters = properties.image_tag_mutability_exclusion_filters.iter();
    let patterns = filters.map(|one| one.image_tag_mutability_exclusion_filter_value.clone());
    repository.immutable_tags = mutability.is_some_and(|name| name.starts_with("IMMUTABLE"));
    repository.mutability_exceptions = patterns.collect();
    repository.scan_on_push = properties.image_scanning_configuration.scan_on_push;
    repository
        .lifecycle_policy
        .clone_from(&properties.lifecycle_policy.lifecycle_policy_text);
    repository.policy = properties.repository_policy_text.as_ref().map(text);
    let encryption = &properties.encryption_configuration;
    repository.encryption = encryption
        .encryption_type
        .clone()
        .map(|kind| (kind, encryption.kms_key.clone()));
    expire(repository);
}

fn missing(name: &str) -> String {
    let sentence = format!(
        "The repository with name '{name}' does not exist in the registry with id '{ACCOUNT}'"
    );
    refusal(&sentence, "Ecr", 400)
}

fn attributes(account: &Account, name: &str) -> Value {
    json!({
        "Arn": account.arn("ecr", &format!("repository/{name}")),
        "RepositoryUri": format!("{}/{name}", account.endpoint),
    })
}
