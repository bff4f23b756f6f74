//! The scaling of a service, as the page shows it.

use super::alarms;
use super::bounds::target;
use super::policies;
use super::target::Key;
use crate::account::Account;
use crate::aws::seconds;
use crate::services::cloudwatch::{Definition, datapoints};

/// How a service scales.
pub(crate) struct ScalingView {
    pub(crate) least: u64,
    pub(crate) most: u64,
    pub(crate) tracked: Vec<TrackedView>,
    /// What the last activity has set, and why.
    pub(crate) last: Option<(String, String)>,
}

/// A metric that a policy keeps at its target value.
pub(crate) struct TrackedView {
    pub(crate) metric: String,
    pub(crate) target: f64,
    /// The newest value.
    pub(crate) value: Option<f64>,
}

/// The scaling of the service `service/CLUSTER/NAME`, if it is a scalable target.
pub(crate) fn view(account: &Account, resource_id: &str) -> Option<ScalingView> {
    let key = Key {
        service_namespace: "ecs".into(),
        resource_id: resource_id.to_owned(),
        scalable_dimension: "ecs:service:DesiredCount".into(),
    };
    let target = target(account, &key)?;
    let arns = policies::of_target(account, &key);
    let last = account.read(|state| {
        let mut all = state.scaling.activities.iter();
        let last = all.find(|one| one.key == key && one.capacity.is_some())?;
        Some((last.description.clone(), last.cause.clone()))
    });
    Some(ScalingView {
        least: target.min_capacity,
        most: target.max_capacity,
        tracked: arns
            .iter()
            .filter_map(|arn| tracked(account, arn))
            .collect(),
        last,
    })
}

/// The metric of the policy's alarm that scales out.
fn tracked(account: &Account, policy: &str) -> Option<TrackedView> {
    let alarm = account.read(|state| {
        let names = alarms::names_of(state, policy).into_iter();
        let mut alarms = names.filter_map(|name| state.alarms.alarms.get(&name));
        alarms.find_map(|alarm| match &alarm.definition {
            Definition::Metric(metric) if metric.comparison_operator.starts_with("Greater") => {
                Some(metric.clone())
            }
            _ => None,
        })
    })?;
    #[expect(clippy::cast_possible_truncation, reason = "a time has ten digits")]
    let now = seconds() as i64;
    let newest = datapoints(account, &alarm, now)
        .into_iter()
        .flatten()
        .next();
    Some(TrackedView {
        metric: alarm.metric_name.unwrap_or_else(|| "expression".to_owned()),
        target: alarm.threshold?,
        value: newest.map(|one| one.value),
    })
}
