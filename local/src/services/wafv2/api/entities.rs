//! What the actions on web ACLs and on IP sets have in common.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::WORDS;
use crate::account::{Account, Item};
use crate::aws::{Answer, AwsError, page, page_size};
use crate::resources::ResourceType;
use crate::services::wafv2::named::{by_name, lock_token, summary};
use crate::services::wafv2::words::{self, NONEXISTENT};

/// The members of a list.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    scope: String,
    next_marker: Option<String>,
    limit: Option<i64>,
}

/// The members that name a resource, and say what the client has seen of it.
const NAMES: [&str; 4] = ["Name", "Id", "Scope", "LockToken"];

/// Creates a resource; `properties` are the members of the input that are properties.
pub(super) async fn create<T: ResourceType>(
    account: &Arc<Account>,
    input: &Value,
    properties: &[&str],
) -> Answer {
    let given = members(input, properties, &[])?;
    let id = WORDS.create::<T>(account, given.into()).await?;
    let item = account.read(|state| state.inventory.get_of(T::NAME, &id).cloned());
    let item = item.ok_or_else(|| words::error(NONEXISTENT))?;
    Ok(json!({"Summary": summary(&item)}))
}

/// Gives a resource the properties of the input. Those that are not given go, as on AWS, but for its name
/// and its tags.
pub(super) async fn update<T: ResourceType>(
    account: &Arc<Account>,
    input: &Value,
    properties: &[&str],
    kept: &[&str],
) -> Answer {
    let mut given = members(input, properties, &NAMES)?;
    let _turn = account.turns.take("wafv2").await;
    let (id, item) = seen::<T>(account, input)?;
    for name in kept {
        if let Some(value) = item.properties.get(*name) {
            given.insert((*name).to_owned(), value.clone());
        }
    }
    WORDS.update::<T>(account, &id, given.into()).await?;
    let item = account.read(|state| state.inventory.get_of(T::NAME, &id).cloned());
    let token = item.map(|item| lock_token(&item));
    Ok(json!({"NextLockToken": token}))
}

pub(super) async fn delete<T: ResourceType>(account: &Arc<Account>, input: &Value) -> Answer {
    members(input, &[], &NAMES)?;
    let _turn = account.turns.take("wafv2").await;
    let (id, _) = seen::<T>(account, input)?;
    WORDS.delete::<T>(account, &id).await?;
    Ok(json!({}))
}

pub(super) fn list<T: ResourceType>(account: &Account, input: &List, member: &str) -> Answer {
    let all: Vec<Value> = account.read(|state| {
        let items = state.inventory.of_type(T::NAME);
        let items = items.filter(|(id, _)| id.ends_with(&input.scope));
        items.map(|(_, item)| summary(item)).collect()
    });
    let size = page_size(input.limit, 100);
    let (page, next) = page(all, size, input.next_marker.as_deref())
        .ok_or_else(|| AwsError::new("WAFInvalidParameterException", "The marker is not valid."))?;
    Ok(json!({member: page, "NextMarker": next}))
}

/// The resource that an input names.
///
/// # Errors
/// It does not exist.
pub(super) fn find<T: ResourceType>(
    account: &Account,
    input: &Value,
) -> Result<(String, Item), AwsError> {
    by_name(account, T::NAME, input).ok_or_else(|| words::error(NONEXISTENT))
}

/// The resource that an input names, if it is as the client has seen it.
fn seen<T: ResourceType>(account: &Account, input: &Value) -> Result<(String, Item), AwsError> {
    let (id, item) = find::<T>(account, input)?;
    if input["LockToken"] != lock_token(&item) {
        return Err(words::changed());
    }
    Ok((id, item))
}

/// The members that are properties.
///
/// # Errors
/// A member that is neither a property nor one of `others`, by its name.
fn members(
    input: &Value,
    properties: &[&str],
    others: &[&str],
) -> Result<Map<String, Value>, AwsError> {
    let mut found = Map::new();
    for (name, value) in input.as_object().into_iter().flatten() {
        if properties.contains(&name.as_str()) {
            found.insert(name.clone(), value.clone());
        } else if !others.contains(&name.as_str()) && !value.is_null() {
            return Err(AwsError::not_yet(name));
        }
    }
    Ok(found)
}
