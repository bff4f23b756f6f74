//! Creates, changes and deletes resources in the same way as CloudFormation does.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::account::Account;
use crate::aws::AwsError;
use crate::resources::{self, Request, ResourceType, schema};

/// Creates a resource, and returns its id.
///
/// # Errors
/// The message of the resource type, with a code of Auto Scaling.
pub(super) async fn create<T: ResourceType>(
    account: &Arc<Account>,
    properties: Map<String, Value>,
) -> Result<String, AwsError> {
    let properties = typed::<T>(properties)?;
    let request = Request::direct(account, T::NAME, String::new(), properties);
    let made = resources::create(&request, |_, _| ()).await;
    Ok(made.map_err(plain)?.physical_id)
}

/// Gives a resource these properties.
///
/// # Errors
/// The message of the resource type, with a code of Auto Scaling.
pub(super) async fn update<T: ResourceType>(
    account: &Arc<Account>,
    id: &str,
    properties: Map<String, Value>,
) -> Result<(), AwsError> {
    let before = current::<T>(account, id).unwrap_or_default();
    let properties = typed::<T>(properties)?;
    let request = Request::direct(account, T::NAME, id.to_owned(), properties);
    resources::update(&request, &before).await.map_err(plain)?;
    Ok(())
}

/// Deletes a resource.
///
/// # Errors
/// The message of the resource type, with a code of Auto Scaling.
pub(super) async fn delete<T: ResourceType>(
    account: &Arc<Account>,
    id: &str,
) -> Result<(), AwsError> {
    let properties = current::<T>(account, id).unwrap_or_default();
    let request = Request::direct(account, T::NAME, id.to_owned(), properties);
    resources::delete(&request).await.map_err(plain)
}

/// The properties of a resource.
pub(super) fn current<T: ResourceType>(account: &Account, id: &str) -> Option<Value> {
    account.read(|state| {
        let item = state.inventory.get_of(T::NAME, id)?;
        Some(item.properties.clone())
    })
}

fn typed<T: ResourceType>(properties: Map<String, Value>) -> Result<Value, AwsError> {
    let properties = Value::Object(properties);
    let Some(schema) = schema(T::NAME) else {
        return Ok(properties);
    };
    let properties = schema.coerce(properties);
    schema.check(&properties).map_err(plain)?;
    Ok(properties)
}

/// The service's own sentence, without what CloudFormation adds to it.
#[expect(clippy::needless_pass_by_value, reason = "it is used in map_err")]
fn plain(reason: String) -> AwsError {
    let start = reason
        .split_once("message: \"")
        .map_or(reason.as_str(), |(_, rest)| rest);
    let sentence = start
        .split_once(" (Service:")
        .map_or(start, |(sentence, _)| sentence);
    let sentence = sentence.trim_end_matches('"');
    if let Some(what) = sentence
        .strip_prefix("the local AWS does not do ")
        .and_then(|rest| rest.strip_suffix(" yet"))
    {
        return AwsError::unsupported(what);
    }
    let code = if sentence.starts_with("No scalable target registered") {
        "ObjectNotFoundException"
    } else {
        "ValidationException"
    };
    AwsError::new(code, sentence)
}
