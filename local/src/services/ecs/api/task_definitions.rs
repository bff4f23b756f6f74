//! `DescribeTaskDefinition`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{find::lower_names, tags};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::ecs::task_definition::resolve;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    task_definition: String,
    include: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    task_definition: Description,
    tags: Vec<tags::Tag>,
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
    let with_tags = input.include.iter().any(|one| one == "TAGS");
    let found = account.read(|state| {
        if let Some(arn) = resolve(state, wanted) {
            let item = state.inventory.get(&arn)?;
            let tags = if with_tags {
                tags::of(item)
            } else {
                Vec::new()
            };
            return Some((description(&arn, &item.properties, "ACTIVE")?, tags));
        }
        let mut inactive = state.inactive_task_definitions.iter();
        let (arn, properties) = inactive.find(|(arn, _)| is_wanted(arn))?;
        Some((description(arn, properties, "INACTIVE")?, Vec::new()))
    });
    let (task_definition, tags) = found
        .ok_or_else(|| AwsError::new("ClientException", "Unable to describe task definition."))?;
    Ok(Described {
        task_definition,
        tags,
    })
}

/// Task definition ARNs end with `task-definition/FAMILY:REVISION`.
fn description(arn: &str, properties: &Value, status: &'static str) -> Option<Description> {
    let (family, revision) = arn.rsplit('/').next()?.split_once(':')?;
    let Value::Object(mut properties) = lower_names(properties) else {
        return None;
    };
    // `family` is a field above, and ECS returns the tags beside the task definition.
    let compatibilities = properties.get("requiresCompatibilities").cloned();
    properties
        .entry("compatibilities")
        .or_insert(compatibilities.unwrap_or_else(|| serde_json::json!(["EC2", "FARGATE"])));
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
