//! `DescribeLogGroups`, and the group that other actions name.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::logs::LogGroup;
use crate::services::logs::log_group::LogGroupProperties;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    log_group_name_prefix: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    log_groups: Vec<Group>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    log_group_name: String,
    arn: String,
    log_group_arn: String,
    retention_in_days: Option<u64>,
    stored_bytes: u64,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Described {
    let log_groups = account.read(|state| {
        let groups = state
            .inventory
            .of_type(LogGroup::NAME)
            .filter(|(name, _)| name.starts_with(&input.log_group_name_prefix));
        let groups = groups.map(|(name, item)| {
            let properties: LogGroupProperties = item.read();
            let arn = item.attribute("Arn");
            Group {
                log_group_name: name.to_owned(),
                arn: arn.to_owned(),
                log_group_arn: arn.trim_end_matches(":*").to_owned(),
                retention_in_days: properties.retention_in_days,
                stored_bytes: 0,
            }
        });
        groups.collect()
    });
    Described { log_groups }
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
    name.or(identifier)
        .filter(|group| account.read(|state| state.inventory.has(LogGroup::NAME, group)))
        .ok_or_else(|| {
            AwsError::new(
                "ResourceNotFoundException",
                "The specified log group does not exist.",
            )
        })
}
