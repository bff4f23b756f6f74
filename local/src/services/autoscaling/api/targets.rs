//! `RegisterScalableTarget`, `DeregisterScalableTarget` and `DescribeScalableTargets`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::change::WORDS;
use super::{Filter, invalid, listed, not_registered};
use crate::account::{Account, State};
use crate::aws::{ACCOUNT, Answer, PARTITION};
use crate::resources::ResourceType as _;
use crate::resources::direct::current;
use crate::services::autoscaling::ScalableTarget;
use crate::services::autoscaling::scalable_target::{ScalableTargetProperties, Suspended};
use crate::services::autoscaling::target::Key;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Register {
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
    min_capacity: Option<i64>,
    max_capacity: Option<i64>,
    #[serde(rename = "RoleARN")]
    role_arn: Option<String>,
    suspended_state: Option<Map<String, Value>>,
    tags: BTreeMap<String, String>,
}

impl Register {
    fn key(&self) -> Key {
        Key::new(
            &self.service_namespace,
            &self.resource_id,
            &self.scalable_dimension,
        )
    }

    /// The properties of the target: those that it has, and the given ones.
    fn properties(&self, before: Option<Value>) -> Map<String, Value> {
        let before = before.unwrap_or_else(|| {
            let tags = self.tags.iter();
            let tags = tags.map(|(key, value)| json!({"Key": key, "Value": value}));
            let mut properties = json!({
                "ServiceNamespace": self.service_namespace,
                "ResourceId": self.resource_id,
                "ScalableDimension": self.scalable_dimension,
            });
            if !self.tags.is_empty() {
                properties["Tags"] = tags.collect();
            }
            properties
        });
        let mut properties = before.as_object().cloned().unwrap_or_default();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                properties.insert(name.to_owned(), value);
            }
        };
        set("MinCapacity", self.min_capacity.map(Value::from));
        set("MaxCapacity", self.max_capacity.map(Value::from));
        set("RoleARN", self.role_arn.clone().map(Value::from));
        if let Some(given) = &self.suspended_state {
            let suspended = properties
                .entry("SuspendedState")
                .or_insert_with(|| json!({}));
            if let Some(members) = suspended.as_object_mut() {
                members.extend(given.clone());
            }
        }
        properties
    }
}

/// Registers a target, or changes it: what is not given stays as it is.
pub(super) async fn register(account: &Arc<Account>, input: &Register) -> Answer {
    let id = input.key().id();
    let before = current::<ScalableTarget>(account, &id);
    if before.is_some() {
        if !input.tags.is_empty() {
            return Err(invalid(
                "Tags can only be specified when a scalable target is created. Use TagResource to tag an existing scalable target.",
            ));
        }
        let properties = input.properties(before);
        WORDS
            .update::<ScalableTarget>(account, &id, properties.into())
            .await?;
    } else {
        if input.min_capacity.is_none() || input.max_capacity.is_none() {
            return Err(invalid(
                "Both minimum capacity and maximum capacity must be specified to register a new scalable target",
            ));
        }
        let properties = input.properties(None).into();
        WORDS.create::<ScalableTarget>(account, properties).await?;
    }
    let arn = account.read(|state| arn(account, state, &id));
    Ok(json!({"ScalableTargetARN": arn}))
}

/// Deregisters a target; its policies and scheduled actions go with it.
pub(super) async fn deregister(account: &Arc<Account>, key: &Key) -> Answer {
    let id = key.id();
    if current::<ScalableTarget>(account, &id).is_none() {
        return Err(not_registered(key));
    }
    WORDS.delete::<ScalableTarget>(account, &id).await?;
    Ok(json!({}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Describe {
    service_namespace: String,
    resource_ids: Vec<String>,
    scalable_dimension: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Answer {
    let dimension = input.scalable_dimension.as_deref();
    let filter = Filter::new(&input.service_namespace, &input.resource_ids, dimension)?;
    let all = account.read(|state| {
        let items = state.inventory.of_type(ScalableTarget::NAME);
        let all = items.map(|(id, item)| (id, item.read::<ScalableTargetProperties>()));
        let taken = all.filter(|(_, target)| filter.takes(&target.key));
        let shown = taken.map(|(id, target)| described(account, state, id, &target));
        shown.collect::<Vec<_>>()
    });
    listed(
        "ScalableTargets",
        all,
        input.max_results,
        input.next_token.as_deref(),
    )
}

fn described(
    account: &Account,
    state: &State,
    id: &str,
    target: &ScalableTargetProperties,
) -> Value {
    let mut shown = json!(target.key);
    let Suspended {
        scaling_in,
        scaling_out,
        scheduled,
    } = target.suspended_state;
    shown["MinCapacity"] = target.min_capacity.into();
    shown["MaxCapacity"] = target.max_capacity.into();
    shown["RoleARN"] = role(&target.key.service_namespace).into();
    shown["CreationTime"] = state.scaling.targets.get(id).map(|one| one.created).into();
    shown["SuspendedState"] = json!({
        "DynamicScalingInSuspended": scaling_in,
        "DynamicScalingOutSuspended": scaling_out,
        "ScheduledScalingSuspended": scheduled,
    });
    shown["ScalableTargetARN"] = arn(account, state, id).into();
    shown
}

/// The service-linked role, which Auto Scaling uses whatever role was given
/// (<https://github.com/aws/aws-cli/issues/3165>).
fn role(namespace: &str) -> String {
    let name = match namespace {
        "dynamodb" => "DynamoDBTable",
        _ => "ECSService",
    };
    format!(
        "arn:{PARTITION}:iam::{ACCOUNT}:role/aws-service-role/{namespace}.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_{name}"
    )
}

/// The ARN of a target.
pub(super) fn arn(account: &Account, state: &State, id: &str) -> Option<String> {
    let target = state.scaling.targets.get(id)?;
    let resource = format!("scalable-target/{}", target.arn_id);
    Some(account.arn("application-autoscaling", &resource))
}
