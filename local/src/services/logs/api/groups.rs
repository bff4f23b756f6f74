//! `DescribeLogGroups`, and the group that other actions name.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::aws::{AwsError, page, page_size};
use crate::resources::ResourceType as _;
use crate::services::logs::LogGroup;
use crate::services::logs::log_group::LogGroupProperties;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    log_group_name_prefix: String,
    log_group_name_pattern: Option<String>,
    log_group_class: Option<String>,
    log_group_identifiers: Vec<String>,
    next_token: Option<String>,
    limit: Option<i64>,
}

impl Describe {
    fn takes(&self, name: &str, group: &LogGroupProperties) -> bool {
        let class = group.log_group_class.as_deref().unwrap_or("STANDARD");
        let pattern = self.log_group_name_pattern.as_deref().unwrap_or("");
        let ids = &self.log_group_identifiers;
        name.starts_with(&self.log_group_name_prefix)
            && name.to_lowercase().contains(&pattern.to_lowercase())
            && self
                .log_group_class
                .as_deref()
                .is_none_or(|wanted| wanted == class)
            && (ids.is_empty() || ids.iter().any(|id| plain(id) == name))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    log_groups: Vec<Group>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    log_group_name: String,
    arn: String,
    log_group_arn: String,
    retention_in_days: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<String>,
    log_group_class: String,
    deletion_protection_enabled: bool,
    stored_bytes: u64,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Described, AwsError> {
    if input.log_group_name_pattern.is_some() && !input.log_group_name_prefix.is_empty() {
        return Err(AwsError::new(
            "InvalidParameterException",
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    account.read(|state| {
        let groups = state.inventory.of_type(LogGroup::NAME);
        let groups = groups.map(|(name, item)| (name, item, item.read::<LogGroupProperties>()));
        let groups = groups.filter(|(name, _, properties)| input.takes(name, properties));
        let groups = groups.map(|(name, item, properties)| {
            let arn = item.attribute("Arn");
            Group {
                log_group_name: name.to_owned(),
                arn: arn.to_owned(),
                log_group_arn: arn.trim_end_matches(":*").to_owned(),
                retention_in_days: properties.retention_in_days,
                kms_key_id: properties.kms_key_id,
                log_group_class: properties
                    .log_group_class
                    .unwrap_or_else(|| "STANDARD".to_owned()),
                deletion_protection_enabled: properties.deletion_protection_enabled,
                stored_bytes: 0,
            }
        });
        let (log_groups, next_token) = paged(groups, input.limit, input.next_token.as_deref())?;
        Ok(Described {
            log_groups,
            next_token,
        })
    })
}

/// A page of at most 50 items, which is AWS's default, too.
///
/// # Errors
/// AWS's message for a token that is not of this list.
pub(super) fn paged<T>(
    items: impl IntoIterator<Item = T>,
    limit: Option<i64>,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    page(items, page_size(limit, 50), token).ok_or_else(|| {
        AwsError::new(
            "InvalidParameterException",
            "The specified nextToken is invalid.",
        )
    })
}

/// The name of a group that is named by its name or its ARN.
fn plain(identifier: &str) -> &str {
    let of_arn = identifier
        .split_once(":log-group:")
        .filter(|_| identifier.starts_with("arn:"));
    let name = of_arn.map_or(identifier, |(_, name)| name);
    name.strip_suffix(":*").unwrap_or(name)
}

pub(super) fn missing() -> AwsError {
    AwsError::new(
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )
}

/// The group that an input names, in one of two members.
///
/// # Errors
/// AWS's message for a group that does not exist.
pub(super) fn existing<'a>(
    account: &Account,
    name: Option<&'a str>,
    identifier: Option<&'a str>,
) -> Result<&'a str, AwsError> {
    name.or(identifier.map(plain))
        .filter(|group| account.read(|state| state.inventory.has(LogGroup::NAME, group)))
        .ok_or_else(missing)
}
