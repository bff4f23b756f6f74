//! `TagResource`, `UntagResource` and `ListTagsForResource`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::input::{change, repository};
use crate::account::Account;
use crate::aws::AwsError;

/// The most tags that a resource has.
const MOST: usize = 50;

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

#[derive(Serialize)]
pub(super) struct Nothing {}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Add {
    resource_arn: String,
    tags: Vec<Tag>,
}

pub(super) fn add(account: &Account, input: Add) -> Result<Nothing, AwsError> {
    let name = name(account, &input.resource_arn)?;
    change(account, name, |repository| {
        set(&mut repository.resource_tags, input.tags)
    })??;
    Ok(Nothing {})
}

/// Adds tags to those of a resource.
///
/// # Errors
/// ECR's message for too many.
pub(super) fn set(known: &mut BTreeMap<String, String>, tags: Vec<Tag>) -> Result<(), AwsError> {
    let mut all = known.clone();
    all.extend(tags.into_iter().map(|tag| (tag.key, tag.value)));
    if all.len() > MOST {
        return Err(AwsError::new(
            "TooManyTagsException",
            format!("The maximum number of tags per resource is {MOST}"),
        ));
    }
    *known = all;
    Ok(())
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Remove {
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(super) fn remove(account: &Account, input: &Remove) -> Result<Nothing, AwsError> {
    let name = name(account, &input.resource_arn)?;
    change(account, name, |repository| {
        let tags = &mut repository.resource_tags;
        tags.retain(|key, _| !input.tag_keys.contains(key));
    })?;
    Ok(Nothing {})
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    resource_arn: String,
}

#[derive(Serialize)]
pub(super) struct Listed {
    tags: Vec<Tag>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    let name = name(account, &input.resource_arn)?;
    account.read(|state| {
        let tags = repository(state, name)?.resource_tags.iter();
        let tags = tags.map(|(key, value)| Tag {
            key: key.clone(),
            value: value.clone(),
        });
        Ok(Listed {
            tags: tags.collect(),
        })
    })
}

/// The name of the repository with this ARN.
fn name<'a>(account: &Account, arn: &'a str) -> Result<&'a str, AwsError> {
    arn.strip_prefix(&account.arn("ecr", "repository/"))
        .ok_or_else(|| {
            AwsError::new(
                "InvalidParameterException",
                format!(
                    "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN: {arn}'"
                ),
            )
        })
}
