//! The alarms of policies: those that a target tracking policy makes, and those that call a policy.

use std::collections::BTreeMap;

use super::policies::Loaded;
use super::tracking::{Customized, Predefined, TargetTracking};
use super::units;
use crate::account::{Account, State};
use crate::services::cloudwatch::{
    self, Definition, Dimension, MetricAlarm, MetricDataQuery, StateValue, StoredAlarm as Alarm,
    datapoints,
};

/// An alarm in the state `ALARM` that calls a policy.
#[derive(Debug, Clone)]
pub(super) struct Ringing {
    pub(super) name: String,
    /// When it went into this state, in seconds since 1970.
    pub(super) since: f64,
    pub(super) is_low: bool,
    pub(super) threshold: f64,
    /// The values of the evaluated periods, the newest first.
    pub(super) values: Vec<f64>,
}

/// The alarms of a policy that tracks a target value: three minutes above it scale out, and 15 minutes
/// below 90 % of it scale in. A table has thresholds of its own.
pub(super) fn of(policy: &Loaded) -> Vec<MetricAlarm> {
    let capacity = policy.kept.units.unwrap_or(1);
    let tracking = &policy
        .properties
        .target_tracking_scaling_policy_configuration;
    let Some(tracking) = tracking else {
        return Vec::new();
    };
    let is_service = policy.key.service_namespace == "ecs";
    let counts_units = units::tracks(policy);
    let (above, below) = if counts_units {
        units::thresholds(capacity, tracking.target_value)
    } else {
        (tracking.target_value, tracking.low())
    };
    let high = MetricAlarm {
        threshold: Some(above),
        comparison_operator: "GreaterThanThreshold".to_owned(),
        evaluation_periods: if is_service { 3 } else { 2 },
        ..watching(policy, tracking, "AlarmHigh")
    };
    let low = MetricAlarm {
        threshold: Some(below),
        comparison_operator: "LessThanThreshold".to_owned(),
        evaluation_periods: 15,
        ..watching(policy, tracking, "AlarmLow")
    };
    let on_capacity = counts_units.then(|| units::on_capacity(&high, capacity));
    let low = (!tracking.disable_scale_in).then_some(low);
    let all = std::iter::once(high).chain(low);
    all.chain(on_capacity.into_iter().flatten()).collect()
}

/// An alarm on the metric of a policy, without its condition.
fn watching(policy: &Loaded, tracking: &TargetTracking, kind: &str) -> MetricAlarm {
    let action = format!("{}:createdBy/{}", policy.arn, policy.kept.created_by);
    let (id, random) = (&policy.key.resource_id, uuid::Uuid::new_v4());
    let metric = match (
        &tracking.predefined_metric_specification,
        &tracking.customized_metric_specification,
    ) {
        (Some(predefined), _) => of_predefined(id, predefined),
        (None, Some(custom)) => of_customized(custom),
        (None, None) => MetricAlarm::default(),
    };
    MetricAlarm {
        alarm_name: format!("TargetTracking-{id}-{kind}-{random}"),
        alarm_description: Some(format!(
            "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {action}."
        )),
        actions_enabled: Some(true),
        alarm_actions: vec![action],
        period: metric.metrics.is_empty().then_some(60),
        ..metric
    }
}

fn of_predefined(resource_id: &str, predefined: &Predefined) -> MetricAlarm {
    let name = predefined.predefined_metric_type.as_str();
    let mut parts = resource_id.split('/').skip(1);
    let (first, second) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let label = predefined.resource_label.as_deref().unwrap_or("");
    let (namespace, metric, statistic, dimensions) = match name {
        "ALBRequestCountPerTarget" => {
            let (balancer, group) = label.split_once("/targetgroup/").unwrap_or((label, ""));
            let group = format!("targetgroup/{group}");
            let dimensions = vec![
                dimension("LoadBalancer", balancer),
                dimension("TargetGroup", &group),
            ];
            (
                "AWS/ApplicationELB",
                "RequestCountPerTarget",
                "Sum",
                dimensions,
            )
        }
        "DynamoDBReadCapacityUtilization" => {
            let table = vec![dimension("TableName", first)];
            ("AWS/DynamoDB", "ConsumedReadCapacityUnits", "Sum", table)
        }
        "DynamoDBWriteCapacityUtilization" => {
            let table = vec![dimension("TableName", first)];
            ("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Sum", table)
        }
        _ => {
            let metric = if name.contains("Memory") {
                "MemoryUtilization"
            } else {
                "CPUUtilization"
            };
            let service = vec![
                dimension("ClusterName", first),
                dimension("ServiceName", second),
            ];
            ("AWS/ECS", metric, "Average", service)
        }
    };
    MetricAlarm {
        namespace: Some(namespace.to_owned()),
        metric_name: Some(metric.to_owned()),
        statistic: Some(statistic.to_owned()),
        unit: (namespace == "AWS/ECS").then(|| "Percent".to_owned()),
        dimensions,
        ..MetricAlarm::default()
    }
}

fn of_customized(custom: &Customized) -> MetricAlarm {
    if !custom.metrics.is_empty() {
        return MetricAlarm {
            metrics: custom.metrics.iter().map(by_the_minute).collect(),
            ..MetricAlarm::default()
        };
    }
    let dimensions = custom.dimensions.iter();
    MetricAlarm {
        namespace: Some(custom.namespace.clone()),
        metric_name: Some(custom.metric_name.clone()),
        statistic: Some(custom.statistic.clone()),
        unit: custom.unit.clone(),
        dimensions: dimensions
            .map(|one| dimension(&one.name, &one.value))
            .collect(),
        ..MetricAlarm::default()
    }
}

/// A query of a policy has no period: it is a minute.
fn by_the_minute(query: &MetricDataQuery) -> MetricDataQuery {
    let mut query = query.clone();
    match &mut query.metric_stat {
        Some(stat) => stat.period = 60,
        None => query.period = Some(60),
    }
    query
}

fn dimension(name: &str, value: &str) -> Dimension {
    Dimension {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

pub(super) fn put(account: &Account, alarm: MetricAlarm) {
    cloudwatch::put_alarm(account, Definition::Metric(alarm), BTreeMap::new());
}

pub(super) fn remove(account: &Account, names: &[String]) {
    for name in names {
        cloudwatch::remove_alarm(account, name);
    }
}

/// The names of the alarms that call a policy.
pub(super) fn names_of(state: &State, policy: &str) -> Vec<String> {
    let all = state.alarms.alarms.iter();
    let calling = all.filter(|(_, alarm)| calls(alarm, policy));
    calling.map(|(name, _)| name.clone()).collect()
}

/// The alarms that call a policy now.
pub(super) fn ringing(account: &Account, policy: &str, now: i64) -> Vec<Ringing> {
    let ringing: Vec<Alarm> = account.read(|state| {
        let all = state.alarms.alarms.values();
        let ringing = all.filter(|alarm| {
            alarm.state.value == StateValue::Alarm && alarm.acts() && calls(alarm, policy)
        });
        ringing.cloned().collect()
    });
    let ringing = ringing.into_iter();
    ringing
        .filter_map(|alarm| {
            let Definition::Metric(metric) = &alarm.definition else {
                return None;
            };
            let name = metric.metric_name.as_deref().unwrap_or("");
            // These ring for the alarms, not for the capacity.
            if metric.namespace.as_deref() == Some("AWS/DynamoDB")
                && name.starts_with("Provisioned")
            {
                return None;
            }
            let periods = usize::try_from(metric.evaluation_periods).unwrap_or(1);
            let known = datapoints(account, metric, now).into_iter().flatten();
            Some(Ringing {
                name: metric.alarm_name.clone(),
                since: alarm.state.transitioned,
                is_low: metric.comparison_operator.starts_with("Less"),
                threshold: metric.threshold.unwrap_or(0.0),
                values: known.map(|one| one.value).take(periods).collect(),
            })
        })
        .collect()
}

/// Checks that the action of an alarm is a policy.
///
/// # Errors
/// One sentence if there is no such policy.
pub(crate) fn is_policy(account: &Account, action: &str) -> Result<(), String> {
    let policy = action.split(":createdBy/").next().unwrap_or(action);
    let exists = account.read(|state| state.scaling.policies.contains_key(policy));
    exists
        .then_some(())
        .ok_or_else(|| format!("No scaling policy found for ARN {policy}"))
}

/// Whether the policy is an action of the alarm. The action of an alarm that a policy has made says who
/// has made it: `ARN:createdBy/ID`.
fn calls(alarm: &Alarm, policy: &str) -> bool {
    let actions = alarm.actions(StateValue::Alarm).iter();
    let mut policies = actions.map(|action| action.split(":createdBy/").next());
    policies.any(|action| action == Some(policy))
}
