//! Creates, changes and deletes resources in the same way as CloudFormation does. ECS writes
//! `desiredCount` where CloudFormation writes `DesiredCount`.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::account::Account;
use crate::aws::AwsError;
use crate::resources::{self, Request, ResourceType, schema};

/// The maps whose keys are the user's own.
const MAPS: [&str; 3] = ["options", "dockerLabels", "driverOpts"];

/// The members that are properties of a resource type, in CloudFormation's spelling.
///
/// # Errors
/// A member that is not one of `used`, by its name.
pub(super) fn properties(input: &Value, used: &[&str]) -> Result<Map<String, Value>, AwsError> {
    let given = input.as_object().into_iter().flatten();
    let mut properties = Map::new();
    for (name, value) in given.filter(|(_, value)| !says_nothing(value)) {
        if !used.contains(&name.as_str()) {
            return Err(AwsError::not_yet(name));
        }
        properties.insert(upper(name), upper_names(value));
    }
    Ok(properties)
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn upper(name: &str) -> String {
    let mut upper = name.to_owned();
    if let Some(first) = upper.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    upper
}

/// The members in CloudFormation's spelling.
pub(super) fn upper_names(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, member)| !says_nothing(member))
            .map(|(name, member)| {
                let member = if MAPS.contains(&name.as_str()) {
                    member.clone()
                } else {
                    upper_names(member)
                };
                (upper(name), member)
            })
            .collect(),
        Value::Array(items) => items.iter().map(upper_names).collect(),
        scalar => scalar.clone(),
    }
}

/// Creates a resource, and returns its id.
///
/// # Errors
/// The message of the resource type, with a code of ECS.
pub(super) async fn create<T: ResourceType>(
    account: &Arc<Account>,
    properties: Map<String, Value>,
) -> Result<String, AwsError> {
    let properties = typed::<T>(properties)?;
    let request = request::<T>(account, String::new(), properties);
    let made = resources::create(&request, |_, _| ())
        .await
        .map_err(plain)?;
    Ok(made.physical_id)
}

/// Changes properties of a resource.
///
/// # Errors
/// The message of the resource type, with a code of ECS.
pub(super) async fn update<T: ResourceType>(
    account: &Arc<Account>,
    id: &str,
    changes: Map<String, Value>,
) -> Result<(), AwsError> {
    let before = current::<T>(account, id);
    let mut after = before.as_object().cloned().unwrap_or_default();
    after.extend(changes);
    let request = request::<T>(account, id.to_owned(), typed::<T>(after)?);
    resources::update(&request, &before).await.map_err(plain)?;
    Ok(())
}

/// Deletes a resource.
///
/// # Errors
/// The message of the resource type, with a code of ECS.
pub(super) async fn delete<T: ResourceType>(
    account: &Arc<Account>,
    id: &str,
) -> Result<(), AwsError> {
    let request = request::<T>(account, id.to_owned(), current::<T>(account, id));
    resources::delete(&request).await.map_err(plain)
}

fn current<T: ResourceType>(account: &Account, id: &str) -> Value {
    account.read(|state| {
        let mut items = state.inventory.of_type(T::NAME);
        let item = items.find(|(known, _)| *known == id);
        item.map(|(_, item)| item.properties.clone())
            .unwrap_or_default()
    })
}

fn request<T: ResourceType>(account: &Arc<Account>, id: String, properties: Value) -> Request {
    Request::direct(account, T::NAME, id, properties)
}

fn typed<T: ResourceType>(properties: Map<String, Value>) -> Result<Value, AwsError> {
    let properties = Value::Object(properties);
    let Some(schema) = schema(T::NAME) else {
        return Ok(properties);
    };
    let properties = schema.coerce(properties);
    schema
        .check(&properties)
        .map_err(|reason| AwsError::new("InvalidParameterException", reason))?;
    Ok(properties)
}

/// What the handlers of CloudFormation put before the sentences of ECS.
const OPENINGS: [&str; 3] = [
    "CreateCluster Invalid Request: ",
    "CreateService error: ",
    "UpdateService error: ",
];

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
    let sentence = sentence
        .strip_prefix("Invalid request provided: ")
        .unwrap_or(sentence);
    if let Some(sentence) = sentence.strip_prefix("Create TaskDefinition: ") {
        return AwsError::new("ClientException", sentence);
    }
    let opening = OPENINGS.iter().find_map(|one| sentence.strip_prefix(one));
    let sentence = opening.unwrap_or(sentence);
    let code = match sentence {
        _ if sentence.starts_with("TaskDefinition") || sentence.contains("not idempotent") => {
            "ClientException"
        }
        "Cluster not found." => "ClusterNotFoundException",
        "The Cluster cannot be deleted while Services are active." => {
            "ClusterContainsServicesException"
        }
        "The Cluster cannot be deleted while Tasks are active." => "ClusterContainsTasksException",
        _ => "InvalidParameterException",
    };
    AwsError::new(code, sentence)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_become_properties_and_the_users_own_keys_stay() {
        let input = json!({
            "desiredCount": 2,
            "containerDefinitions": [{"logConfiguration": {"options": {"awslogs-group": "a"}}}],
            "tags": [],
        });
        let used = ["desiredCount", "containerDefinitions"];
        assert_eq!(
            Value::Object(properties(&input, &used).unwrap()),
            json!({
                "DesiredCount": 2,
                "ContainerDefinitions": [{"LogConfiguration": {"Options": {"awslogs-group": "a"}}}],
            })
        );
        let err = properties(&input, &["desiredCount"]).unwrap_err();
        assert_eq!(err, AwsError::not_yet("containerDefinitions"));
    }
}
