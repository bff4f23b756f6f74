//! `DescribeTaskDefinition`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::account::Account;
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::ecs::TaskDefinition;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    task_definition: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    task_definition: Description,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    task_definition_arn: String,
    family: String,
    revision: u32,
    status: &'static str,
    /// The properties, as ECS spells them.
    #[serde(flatten)]
    properties: Map<String, Value>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Described, AwsError> {
    let wanted = input.task_definition.as_str();
    let is_wanted = |arn: &str| arn == wanted || arn.rsplit('/').next() == Some(wanted);
    let found = account.read(|state| {
        let mut active = state.inventory.of_type(TaskDefinition::NAME);
        if let Some((arn, item)) = active.find(|(arn, _)| is_wanted(arn)) {
            return description(arn, &item.properties, "ACTIVE");
        }
        let mut inactive = state.inactive_task_definitions.iter();
        let (arn, properties) = inactive.find(|(arn, _)| is_wanted(arn))?;
        description(arn, properties, "INACTIVE")
    });
    let task_definition = found
        .ok_or_else(|| AwsError::new("ClientException", "Unable to describe task definition."))?;
    Ok(Described { task_definition })
}

/// Task definition ARNs end with `task-definition/FAMILY:REVISION`.
fn description(arn: &str, properties: &Value, status: &'static str) -> Option<Description> {
    let (family, revision) = arn.rsplit('/').next()?.split_once(':')?;
    let Value::Object(mut properties) = lower_names(properties) else {
        return None;
    };
    // `family` is a field above, and ECS returns the tags beside the task definition.
    properties.remove("family");
    properties.remove("tags");
    Some(Description {
        task_definition_arn: arn.to_owned(),
        family: family.to_owned(),
        revision: revision.parse().ok()?,
        status,
        properties,
    })
}

/// CloudFormation writes `ContainerDefinitions`, ECS writes `containerDefinitions`. The names of
/// log options stay as they are.
fn lower_names(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| {
                let mut lower = name.clone();
                if let Some(first) = lower.get_mut(..1) {
                    first.make_ascii_lowercase();
                }
                let member = if name == "Options" {
                    member.clone()
                } else {
                    lower_names(member)
                };
                (lower, member)
            })
            .collect(),
        Value::Array(items) => items.iter().map(lower_names).collect(),
        scalar => scalar.clone(),
    }
}
