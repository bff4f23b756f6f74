//! The actions on aliases.

use serde::{Deserialize, Serialize};

use super::{Nothing, paged};
use crate::account::Account;
use crate::aws::{AwsError, seconds};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Aim {
    alias_name: String,
    target_key_id: String,
}

pub(super) fn create(account: &Account, input: &Aim) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let (alias, key) = (&input.alias_name, &input.target_key_id);
        state.kms.add_alias(account, alias, key)
    })?;
    Ok(Nothing {})
}

pub(super) fn update(account: &Account, input: &Aim) -> Result<Nothing, AwsError> {
    account.change(|state| {
        state.kms.id(account, &input.alias_name)?;
        let key = state.kms.id(account, &input.target_key_id)?;
        if let Some(alias) = state.kms.aliases.get_mut(&input.alias_name) {
            alias.key = key;
            alias.updated = seconds();
        }
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    alias_name: String,
}

pub(super) fn delete(account: &Account, input: &Named) -> Result<Nothing, AwsError> {
    account.change(|state| {
        state.kms.id(account, &input.alias_name)?;
        state.kms.aliases.remove(&input.alias_name);
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    key_id: Option<String>,
    limit: Option<i64>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    aliases: Vec<Alias>,
    next_marker: Option<String>,
    truncated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the API")]
struct Alias {
    alias_name: String,
    alias_arn: String,
    target_key_id: String,
    creation_date: f64,
    last_updated_date: f64,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    account.read(|state| {
        let wanted = input.key_id.as_deref();
        let wanted = wanted.map(|key| state.kms.id(account, key)).transpose()?;
        let all = state.kms.aliases.iter();
        let all = all
            .filter(|(_, alias)| wanted.as_ref().is_none_or(|key| alias.key == *key))
            .map(|(name, alias)| Alias {
                alias_name: name.clone(),
                alias_arn: account.arn("kms", name),
                target_key_id: alias.key.clone(),
                creation_date: alias.created,
                last_updated_date: alias.updated,
            });
        let (aliases, next_marker) = paged(all, input.limit, input.marker.as_deref())?;
        Ok(Listed {
            aliases,
            truncated: next_marker.is_some(),
            next_marker,
        })
    })
}
