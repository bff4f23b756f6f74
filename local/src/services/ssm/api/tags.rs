//! `AddTagsToResource`, `RemoveTagsFromResource` and `ListTagsForResource`.

use serde::{Deserialize, Serialize};

use super::Empty;
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::services::ssm::parameters::Stored;

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Add {
    resource_type: String,
    resource_id: String,
    tags: Vec<Tag>,
}

pub(super) fn add(account: &Account, input: Add) -> Result<Empty, AwsError> {
    account.change(|state| {
        let parameter = parameter(state, &input.resource_type, &input.resource_id)?;
        let tags = input.tags.into_iter();
        parameter.tags.extend(tags.map(|tag| (tag.key, tag.value)));
        Ok(Empty {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Remove {
    resource_type: String,
    resource_id: String,
    tag_keys: Vec<String>,
}

pub(super) fn remove(account: &Account, input: &Remove) -> Result<Empty, AwsError> {
    account.change(|state| {
        let parameter = parameter(state, &input.resource_type, &input.resource_id)?;
        parameter
            .tags
            .retain(|key, _| !input.tag_keys.contains(key));
        Ok(Empty {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    resource_type: String,
    resource_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    tag_list: Vec<Tag>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    account.change(|state| {
        let parameter = parameter(state, &input.resource_type, &input.resource_id)?;
        let tags = parameter.tags.iter().map(|(key, value)| Tag {
            key: key.clone(),
            value: value.clone(),
        });
        Ok(Listed {
            tag_list: tags.collect(),
        })
    })
}

/// The parameter with tags; the local AWS has no other resource of SSM.
fn parameter<'a>(state: &'a mut State, kind: &str, id: &str) -> Result<&'a mut Stored, AwsError> {
    if kind != "Parameter" {
        return Err(AwsError::unsupported(&format!("tags of the type {kind}")));
    }
    state.parameters.get_mut(id).ok_or_else(|| {
        AwsError::new(
            "InvalidResourceId",
            "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
        )
    })
}
