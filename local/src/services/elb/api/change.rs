//! Creates, changes and deletes resources in the same way as CloudFormation does.

use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::sync::OwnedMutexGuard;

use crate::account::{Account, State};
use crate::aws::{AwsError, read};
use crate::resources::ResourceType;
use crate::resources::direct::{Words, current, sentence};

/// The members of an input that a resource type has as properties.
///
/// # Errors
/// A member that the local AWS does not use, by its name.
pub(super) fn members(input: &Value, used: &[&str]) -> Result<Map<String, Value>, AwsError> {
    let given = input.as_object().into_iter().flatten();
    let given = given.filter(|(name, value)| {
        let is_protocol = ["Action", "Version"].contains(&name.as_str());
        !is_protocol && !value.is_null() && **value != ""
    });
    let mut properties = Map::new();
    for (name, value) in given {
        if !used.contains(&name.as_str()) {
            return Err(AwsError::not_yet(name));
        }
        properties.insert(name.clone(), value.clone());
    }
    Ok(properties)
}

/// How ELB says that something is refused.
const WORDS: Words = Words {
    properties: AwsError::validation,
    request: |reason| AwsError::new("InvalidConfigurationRequest", sentence(&reason)),
};

/// Creates a resource and returns its ARN. `check` gives an error its code.
///
/// # Errors
/// The error of `check`, or of the resource type.
pub(super) async fn create<T: ResourceType>(
    account: &Arc<Account>,
    properties: Map<String, Value>,
    check: impl FnOnce(&State, &T::Properties) -> Result<(), AwsError>,
) -> Result<String, AwsError> {
    let properties = WORDS.typed::<T>(properties.into())?;
    let read = read_properties::<T>(&properties)?;
    account.read(|state| check(state, &read))?;
    WORDS.create::<T>(account, properties).await
}

/// Changes properties of a resource, and leaves the others as they are.
///
/// # Errors
/// The error of `check`, or of the resource type.
pub(super) async fn update<T: ResourceType>(
    account: &Arc<Account>,
    arn: &str,
    changes: Map<String, Value>,
    check: impl FnOnce(&State, &T::Properties) -> Result<(), AwsError>,
) -> Result<(), AwsError> {
    let _turn = turn(account).await;
    update_in_turn::<T>(account, arn, changes, check).await
}

/// Puts the secret that is there into actions with `UseExistingClientSecret`.
pub(super) fn keep_secret<T: ResourceType>(
    account: &Arc<Account>,
    arn: &str,
    changes: &mut Map<String, Value>,
    actions: &str,
) {
    let before = current::<T>(account, arn).unwrap_or_default();
    let before = before[actions].as_array().cloned().unwrap_or_default();
    let of = |action: &Value| action["AuthenticateOidcConfig"]["ClientSecret"].clone();
    let secret = before.iter().map(of).find(Value::is_string);
    let after = changes.get_mut(actions).and_then(Value::as_array_mut);
    for action in after.into_iter().flatten() {
        let config = action.get_mut("AuthenticateOidcConfig");
        let Some(config) = config.and_then(Value::as_object_mut) else {
            continue;
        };
        let keeps = config.get("UseExistingClientSecret");
        let keeps = keeps.is_some_and(|keeps| *keeps == true || *keeps == "true");
        if let Some(secret) = secret.clone()
            && keeps
            && !config.contains_key("ClientSecret")
        {
            config.remove("UseExistingClientSecret");
            config.insert("ClientSecret".to_owned(), secret);
        }
    }
}

/// Waits for a turn, for changes that follow from what is there.
pub(super) async fn turn(account: &Account) -> OwnedMutexGuard<()> {
    account.turns.take("elasticloadbalancing").await
}

/// Changes properties of a resource in a turn that has been taken.
///
/// # Errors
/// The error of `check`, or of the resource type.
pub(super) async fn update_in_turn<T: ResourceType>(
    account: &Arc<Account>,
    arn: &str,
    changes: Map<String, Value>,
    check: impl FnOnce(&State, &T::Properties) -> Result<(), AwsError>,
) -> Result<(), AwsError> {
    let before = current::<T>(account, arn).unwrap_or_default();
    let mut after = before.as_object().cloned().unwrap_or_default();
    after.extend(changes);
    after.retain(|_, value| !value.is_null());
    let after = WORDS.typed::<T>(after.into())?;
    let read = read_properties::<T>(&after)?;
    account.read(|state| check(state, &read))?;
    WORDS.update::<T>(account, arn, after).await
}

/// Deletes a resource.
///
/// # Errors
/// The message of the resource type, with the code `in_use`.
pub(super) async fn delete<T: ResourceType>(
    account: &Arc<Account>,
    arn: &str,
    in_use: &str,
) -> Result<(), AwsError> {
    let deleted = WORDS.delete::<T>(account, arn).await;
    deleted.map_err(|err| AwsError::new(in_use, err.message))
}

fn read_properties<T: ResourceType>(properties: &Value) -> Result<T::Properties, AwsError> {
    read(properties).map_err(|err| AwsError::validation(format!("the input cannot be read: {err}")))
}
