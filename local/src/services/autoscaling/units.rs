//! Target tracking of a table: its policies name a percentage, its alarms count units.
//!
//! The alarms are those of AWS: measured (finding DDB-TABLE-314 of ack-api-quirks, October 2026), and in
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html>.

use std::sync::Arc;

use super::alarms::Ringing;
use super::policies::{self, Loaded};
use super::{capacity, scalable_target::ScalableTarget};
use crate::account::Account;
use crate::resources::{Request, ResourceType as _};
use crate::services::cloudwatch::MetricAlarm;

/// The seconds of a period in which units are counted.
const PERIOD: f64 = 60.0;

/// How far below its target, in percent, a table scales in.
const BELOW: f64 = 20.0;

/// Whether the policy tracks the utilization of a table.
pub(super) fn tracks(policy: &Loaded) -> bool {
    let tracking = &policy
        .properties
        .target_tracking_scaling_policy_configuration;
    let predefined = tracking
        .as_ref()
        .and_then(|tracking| tracking.predefined_metric_specification.as_ref());
    predefined.is_some_and(|one| one.predefined_metric_type.starts_with("DynamoDB"))
}

/// The units that a percentage of the capacity consumes in a period.
fn consumed(capacity: u64, percent: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "capacities are small")]
    let units = capacity as f64 * percent * PERIOD / 100.0;
    // Without the rounding, 70 % of 3 is 125.99999999999999 in a period.
    (units * 1e6).round() / 1e6
}

/// The thresholds above which the table scales out, and below which it scales in.
pub(super) fn thresholds(capacity: u64, target: f64) -> (f64, f64) {
    let low = (target - BELOW).max(0.0);
    (consumed(capacity, target), consumed(capacity, low))
}

/// The alarms that ring when the capacity was changed by hand: the other alarms are then made anew.
pub(super) fn on_capacity(consumed: &MetricAlarm, capacity: u64) -> [MetricAlarm; 2] {
    let metric = consumed.metric_name.as_deref().unwrap_or("");
    let name = |kind: &str| consumed.alarm_name.replace("AlarmHigh", kind);
    #[expect(clippy::cast_precision_loss, reason = "capacities are small")]
    let alarm = |kind: &str, comparison: &str| MetricAlarm {
        alarm_name: name(kind),
        metric_name: Some(metric.replace("Consumed", "Provisioned")),
        statistic: Some("Average".to_owned()),
        period: Some(300),
        evaluation_periods: 3,
        threshold: Some(capacity as f64),
        comparison_operator: comparison.to_owned(),
        ..consumed.clone()
    };
    [
        alarm("ProvisionedCapacityHigh", "GreaterThanThreshold"),
        alarm("ProvisionedCapacityLow", "LessThanThreshold"),
    ]
}

/// The utilization in percent, in place of the units of an alarm that rings.
pub(super) fn as_utilization(ringing: &mut Ringing, capacity: u64) {
    #[expect(clippy::cast_precision_loss, reason = "capacities are small")]
    let whole = capacity.max(1) as f64 * PERIOD;
    for value in &mut ringing.values {
        *value = *value / whole * 100.0;
    }
}

/// Makes the alarms of tables anew whose capacity has changed.
pub(super) async fn refresh(account: &Account) {
    for policy in account.read(policies::all) {
        if !tracks(&policy) {
            continue;
        }
        let now = capacity::read(account, &policy.key).await;
        if let Some(now) = now
            && policy.kept.units != Some(now.wanted)
        {
            policies::put_alarms(account, &policy.arn, Some(now.wanted));
        }
    }
}

/// Deregisters the targets whose service was deleted, with their policies
/// (<https://github.com/eagletmt/hako/pull/69>). The target of a table stays.
pub(super) async fn deregister_gone(account: &Arc<Account>) {
    let targets: Vec<(String, serde_json::Value)> = account.read(|state| {
        let items = state.inventory.of_type(ScalableTarget::NAME);
        let items = items.map(|(id, item)| (id.to_owned(), item.properties.clone()));
        items.collect()
    });
    for (id, properties) in targets {
        let target: Result<super::scalable_target::ScalableTargetProperties, _> =
            crate::aws::read(&properties);
        let Ok(target) = target else { continue };
        let is_service = target.key.service_namespace == "ecs";
        if !is_service || capacity::read(account, &target.key).await.is_some() {
            continue;
        }
        let request = Request::direct(account, ScalableTarget::NAME, id.clone(), properties);
        if ScalableTarget::delete(&request, &target).await.is_ok() {
            account.change(|state| state.inventory.remove(ScalableTarget::NAME, &id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_units_in_a_minute() {
        for (capacity, target, high, low) in [
            (5, 70.0, 210.0, 150.0),
            (1, 50.0, 30.0, 18.0),
            (3, 70.0, 126.0, 90.0),
            (10, 10.0, 60.0, 0.0),
        ] {
            let found = format!("{:?}", thresholds(capacity, target));
            assert_eq!(found, format!("{:?}", (high, low)));
        }
        let mut ringing = Ringing {
            name: String::new(),
            since: 0.0,
            is_low: false,
            threshold: 210.0,
            values: vec![300.0, 150.0],
        };
        as_utilization(&mut ringing, 5);
        assert_eq!(format!("{:?}", ringing.values), "[100.0, 50.0]");
    }
}
