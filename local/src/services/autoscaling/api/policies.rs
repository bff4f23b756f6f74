//! `PutScalingPolicy`, `DeleteScalingPolicy` and `DescribeScalingPolicies`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::change::WORDS;
use super::{Filter, listed, not_found};
use crate::account::{Account, State};
use crate::aws::Answer;
use crate::resources::ResourceType as _;
use crate::resources::direct::current;
use crate::services::autoscaling::policies::{self, Loaded};
use crate::services::autoscaling::target::Key;
use crate::services::autoscaling::{ScalingPolicy, alarms};
use crate::services::cloudwatch;

/// The members that are left as they are if they are not given.
const CONFIGURATIONS: [&str; 2] = [
    "StepScalingPolicyConfiguration",
    "TargetTrackingScalingPolicyConfiguration",
];

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Put {
    policy_name: String,
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
    policy_type: Option<String>,
    step_scaling_policy_configuration: Option<Value>,
    target_tracking_scaling_policy_configuration: Option<Value>,
}

impl Put {
    fn key(&self) -> Key {
        Key::new(
            &self.service_namespace,
            &self.resource_id,
            &self.scalable_dimension,
        )
    }

    fn properties(self) -> Map<String, Value> {
        let given = [
            ("PolicyName", Some(self.policy_name.into())),
            ("ServiceNamespace", Some(self.service_namespace.into())),
            ("ResourceId", Some(self.resource_id.into())),
            ("ScalableDimension", Some(self.scalable_dimension.into())),
            ("PolicyType", self.policy_type.map(Value::from)),
            (CONFIGURATIONS[0], self.step_scaling_policy_configuration),
            (
                CONFIGURATIONS[1],
                self.target_tracking_scaling_policy_configuration,
            ),
        ];
        let given = given.into_iter();
        given
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }
}

/// Makes a policy, or changes the one of this name.
pub(super) async fn put(account: &Arc<Account>, input: Put) -> Answer {
    let key = input.key();
    let known = policies::find(account, &key, &input.policy_name);
    let mut properties = input.properties();
    let arn = if let Some(arn) = known {
        let before = current::<ScalingPolicy>(account, &arn).unwrap_or_default();
        for name in CONFIGURATIONS.iter().chain(&["PolicyType"]) {
            if let (None, Some(kept)) = (properties.get(*name), before.get(*name)) {
                properties.insert((*name).to_owned(), kept.clone());
            }
        }
        WORDS
            .update::<ScalingPolicy>(account, &arn, properties.into())
            .await?;
        arn
    } else {
        properties
            .entry("PolicyType")
            .or_insert_with(|| "StepScaling".into());
        WORDS
            .create::<ScalingPolicy>(account, properties.into())
            .await?
    };
    let alarms = account.read(|state| alarms_of(account, state, &arn));
    Ok(json!({"PolicyARN": arn, "Alarms": alarms}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Delete {
    policy_name: String,
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
}

pub(super) async fn delete(account: &Arc<Account>, input: &Delete) -> Answer {
    let key = Key::new(
        &input.service_namespace,
        &input.resource_id,
        &input.scalable_dimension,
    );
    let known = policies::find(account, &key, &input.policy_name);
    let arn = known.ok_or_else(|| {
        let (named, name) = (key.named(), &input.policy_name);
        not_found(format!(
            "No scaling policy found for {named}, policy name: {name}"
        ))
    })?;
    WORDS.delete::<ScalingPolicy>(account, &arn).await?;
    Ok(json!({}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Describe {
    policy_names: Vec<String>,
    service_namespace: String,
    resource_id: Option<String>,
    scalable_dimension: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Answer {
    let dimension = input.scalable_dimension.as_deref();
    let filter = Filter::new(
        &input.service_namespace,
        input.resource_id.as_slice(),
        dimension,
    )?;
    let names = &input.policy_names;
    let all = account.read(|state| {
        let all = policies::all(state).into_iter();
        let taken = all.filter(|policy| {
            filter.takes(&policy.key)
                && (names.is_empty() || names.contains(&policy.properties.policy_name))
        });
        let shown = taken.map(|policy| described(account, state, &policy));
        shown.collect::<Vec<_>>()
    });
    listed(
        "ScalingPolicies",
        all,
        input.max_results,
        input.next_token.as_deref(),
    )
}

fn described(account: &Account, state: &State, policy: &Loaded) -> Value {
    let mut shown = json!(policy.key);
    shown["PolicyARN"] = policy.arn.clone().into();
    shown["PolicyName"] = policy.properties.policy_name.clone().into();
    shown["CreationTime"] = policy.kept.created.into();
    shown["Alarms"] = alarms_of(account, state, &policy.arn);
    let item = state.inventory.get_of(ScalingPolicy::NAME, &policy.arn);
    let item = item.map(|item| &item.properties);
    for name in CONFIGURATIONS.iter().chain(&["PolicyType"]) {
        if let Some(value) = item.and_then(|properties| properties.get(*name)) {
            shown[*name] = value.clone();
        }
    }
    shown
}

/// The alarms that have the policy as an action.
fn alarms_of(account: &Account, state: &State, arn: &str) -> Value {
    let names = alarms::names_of(state, arn).into_iter();
    names
        .map(|name| {
            let alarm = cloudwatch::arn(account, &name);
            json!({"AlarmName": name, "AlarmARN": alarm})
        })
        .collect()
}
