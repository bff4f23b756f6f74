//! `DescribeSecret`, `ListSecrets` and `ListSecretVersionIds`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::manage::Tag;
use crate::account::Account;
use crate::aws::{AwsError, page, page_size};
use crate::services::secretsmanager::secrets::Stored;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Describe {
    secret_id: String,
}

/// A secret without its value.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the API")]
pub(super) struct Description {
    #[serde(rename = "ARN")]
    arn: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<String>,
    last_changed_date: f64,
    created_date: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_date: Option<f64>,
    tags: Vec<Tag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_ids_to_stages: Option<BTreeMap<String, Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_versions_to_stages: Option<BTreeMap<String, Vec<String>>>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Description, AwsError> {
    account.read(|state| {
        let (name, secret) = state.secrets.get(&input.secret_id)?;
        Ok(Description {
            version_ids_to_stages: Some(stages(secret)),
            ..description(name, secret)
        })
    })
}

fn description(name: &str, secret: &Stored) -> Description {
    let tags = secret.tags.iter();
    Description {
        arn: secret.arn.clone(),
        name: name.to_owned(),
        description: secret.description.clone(),
        kms_key_id: secret.kms_key_id.clone(),
        last_changed_date: secret.changed,
        created_date: secret.created,
        deleted_date: secret.deleted.map(|(marked, _)| marked),
        tags: tags
            .map(|(key, value)| Tag {
                key: key.clone(),
                value: value.clone(),
            })
            .collect(),
        version_ids_to_stages: None,
        secret_versions_to_stages: None,
    }
}

fn stages(secret: &Stored) -> BTreeMap<String, Vec<String>> {
    let versions = secret.versions.iter();
    let labelled = versions.filter(|(_, version)| !version.labels.is_empty());
    labelled
        .map(|(id, version)| (id.clone(), version.labels.clone()))
        .collect()
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    include_planned_deletion: bool,
    max_results: Option<i64>,
    next_token: Option<String>,
    filters: Vec<Filter>,
    sort_order: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Filter {
    key: String,
    values: Vec<String>,
}

impl Filter {
    /// Whether a secret has one of the values. A value that begins with `!` is one to leave out.
    fn takes(&self, name: &str, secret: &Stored) -> bool {
        let prefixes = |text: &str, value: &str| {
            text.to_ascii_lowercase()
                .starts_with(&value.to_ascii_lowercase())
        };
        let has = |value: &str| match self.key.as_str() {
            "name" => prefixes(name, value),
            "description" => prefixes(secret.description.as_deref().unwrap_or(""), value),
            "tag-key" => secret.tags.keys().any(|key| key.starts_with(value)),
            "tag-value" => secret.tags.values().any(|tag| tag.starts_with(value)),
            "all" => {
                prefixes(name, value)
                    || prefixes(secret.description.as_deref().unwrap_or(""), value)
                    || secret
                        .tags
                        .iter()
                        .any(|(key, tag)| prefixes(key, value) || prefixes(tag, value))
            }
            // No secret here has an owning service or replicas.
            _ => false,
        };
        self.values
            .iter()
            .any(|value| match value.strip_prefix('!') {
                Some(value) => !has(value),
                None => has(value),
            })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    secret_list: Vec<Description>,
    next_token: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    account.read(|state| {
        let secrets = state.secrets.0.iter();
        let mut found: Vec<(&String, &Stored)> = secrets
            .filter(|(_, secret)| input.include_planned_deletion || secret.deleted.is_none())
            .filter(|(name, secret)| input.filters.iter().all(|one| one.takes(name, secret)))
            .collect();
        found.sort_by(|(_, one), (_, other)| one.created.total_cmp(&other.created));
        if input.sort_order.as_deref() == Some("desc") {
            found.reverse();
        }
        let all = found.into_iter().map(|(name, secret)| Description {
            secret_versions_to_stages: Some(stages(secret)),
            ..description(name, secret)
        });
        let (secret_list, next_token) = paged(all, input.max_results, input.next_token.as_deref())?;
        Ok(Listed {
            secret_list,
            next_token,
        })
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Versions {
    secret_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
    include_deprecated: bool,
}

pub(super) fn versions(account: &Account, input: &Versions) -> Result<Value, AwsError> {
    account.read(|state| {
        let (name, secret) = state.secrets.get(&input.secret_id)?;
        let all = secret.versions.iter();
        let all = all
            .filter(|(_, version)| input.include_deprecated || !version.labels.is_empty())
            .map(|(id, version)| {
                json!({
                    "VersionId": id, "VersionStages": version.labels, "CreatedDate": version.created,
                })
            });
        let (page, next_token) = paged(all, input.max_results, input.next_token.as_deref())?;
        Ok(json!({
            "ARN": secret.arn, "Name": name, "Versions": page, "NextToken": next_token,
        }))
    })
}

fn paged<T>(
    items: impl IntoIterator<Item = T>,
    size: Option<i64>,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    page(items, page_size(size, 100), token).ok_or_else(|| {
        AwsError::new(
            "InvalidNextTokenException",
            "The NextToken value is invalid.",
        )
    })
}
