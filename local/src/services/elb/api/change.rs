//! Creates, changes and deletes resources in the same way as CloudFormation does.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::account::{Account, State};
use crate::aws::{AwsError, read};
use crate::resources::{self, Request, ResourceType, schema};

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

/// Creates a resource and returns its ARN. `check` gives an error its code.
///
/// # Errors
/// The error of `check`, or of the resource type.
pub(super) async fn create<T: ResourceType>(
    account: &Arc<Account>,
    properties: Map<String, Value>,
    check: impl FnOnce(&State, &T::Properties) -> Result<(), AwsError>,
) -> Result<String, AwsError> {
    let properties = typed::<T>(properties)?;
    let read = read_properties::<T>(&properties)?;
    account.read(|state| check(state, &read))?;
    let request = request::<T>(account, String::new(), properties);
    let made = resources::create(&request, |_, _| ())
        .await
        .map_err(plain)?;
    Ok(made.physical_id)
}

/// Changes properties of a resource.
///
/// # Errors
/// The error of `check`, or of the resource type.
pub(super) async fn update<T: ResourceType>(
    account: &Arc<Account>,
    arn: &str,
    changes: Map<String, Value>,
    check: impl FnOnce(&State, &T::Properties) -> Result<(), AwsError>,
) -> Result<(), AwsError> {
    let before = account.read(|state| {
        let item = state.inventory.get(arn);
        item.map(|item| item.properties.clone())
    });
    let before = before.unwrap_or_default();
    let mut after = before.as_object().cloned().unwrap_or_default();
    after.extend(changes);
    after.retain(|_, value| !value.is_null());
    let after = typed::<T>(after)?;
    let read = read_properties::<T>(&after)?;
    account.read(|state| check(state, &read))?;
    let request = request::<T>(account, arn.to_owned(), after);
    resources::update(&request, &before).await.map_err(plain)?;
    Ok(())
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
    let properties = account.read(|state| {
        let item = state.inventory.get(arn);
        item.map(|item| item.properties.clone())
    });
    let request = request::<T>(account, arn.to_owned(), properties.unwrap_or_default());
    resources::delete(&request)
        .await
        .map_err(|reason| AwsError::new(in_use, sentence(&reason)))
}

fn request<T: ResourceType>(account: &Arc<Account>, id: String, properties: Value) -> Request {
    Request::direct(account, T::NAME, id, properties)
}

/// The properties with the types of the schema: the Query protocol sends text only.
fn typed<T: ResourceType>(properties: Map<String, Value>) -> Result<Value, AwsError> {
    let properties = Value::Object(properties);
    let Some(schema) = schema(T::NAME) else {
        return Ok(properties);
    };
    let properties = schema.coerce(properties);
    schema.check(&properties).map_err(AwsError::validation)?;
    Ok(properties)
}

fn read_properties<T: ResourceType>(properties: &Value) -> Result<T::Properties, AwsError> {
    read(properties).map_err(|err| AwsError::validation(format!("the input cannot be read: {err}")))
}

fn plain(reason: String) -> AwsError {
    AwsError::new("InvalidConfigurationRequest", sentence(&reason))
}

/// The service's own sentence, without what CloudFormation adds to it.
fn sentence(reason: &str) -> String {
    let start = reason
        .split_once("message: \"")
        .map_or(reason, |(_, rest)| rest);
    let sentence = start
        .split_once(" (Service:")
        .map_or(start, |(sentence, _)| sentence);
    sentence.trim_end_matches('"').to_owned()
}
