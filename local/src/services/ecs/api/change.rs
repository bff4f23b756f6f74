//! Changes resources in the same way as CloudFormation does. ECS writes `desiredCount` where
//! CloudFormation writes `DesiredCount`.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::account::Account;
use crate::aws::AwsError;
use crate::resources::ResourceType;
use crate::resources::direct::{Words, current, sentence};
use crate::services::ecs::desired_count::TURN;

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

/// How ECS says that something is refused.
pub(super) const WORDS: Words = Words {
    properties: |reason| AwsError::new("InvalidParameterException", reason),
    request: plain,
};

/// Changes properties of a resource, and leaves the others as they are.
///
/// # Errors
/// The message of the resource type, with a code of ECS.
pub(super) async fn update<T: ResourceType>(
    account: &Arc<Account>,
    id: &str,
    changes: Map<String, Value>,
) -> Result<(), AwsError> {
    let _turn = account.turns.take(TURN).await;
    let before = current::<T>(account, id).unwrap_or_default();
    let mut after = before.as_object().cloned().unwrap_or_default();
    after.extend(changes);
    WORDS.update::<T>(account, id, after.into()).await
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
    let sentence = sentence(&reason);
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
