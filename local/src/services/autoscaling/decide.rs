//! Which capacity follows from the alarms that ring. Everything is given: the clock and the account, too.

use super::alarms::Ringing;
use super::policies::Loaded;

/// What a policy wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) policy: String,
    pub(super) capacity: u64,
    /// The capacity that it starts from.
    pub(super) from: u64,
    pub(super) is_out: bool,
    pub(super) cause: String,
}

/// What a policy did in its cooldown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Resting {
    /// The capacity before it scaled out.
    pub(super) out_from: Option<u64>,
    /// Whether it has scaled in.
    pub(super) has_scaled_in: bool,
}

/// The wish of a policy, of whose alarms one rings; `None` if it rests, or wants nothing.
pub(super) fn wish(
    policy: &Loaded,
    ringing: &Ringing,
    current: u64,
    resting: Resting,
) -> Option<Wish> {
    let newest = ringing.values.first().copied()?;
    // What a policy has added in its cooldown counts towards the next capacity: only a larger change
    // adds more.
    let base = resting.out_from.unwrap_or(current);
    let properties = &policy.properties;
    let tracking = &properties.target_tracking_scaling_policy_configuration;
    let steps = &properties.step_scaling_policy_configuration;
    let (capacity, is_out) = match (tracking, steps) {
        (Some(tracking), _) if ringing.is_low => {
            let highest = ringing.values.iter().copied().fold(newest, f64::max);
            let capacity = tracking.capacity(current, highest);
            (gradual(policy, current, capacity), false)
        }
        (Some(tracking), _) => (tracking.capacity(base, newest), true),
        (None, Some(steps)) => {
            let breach = newest - ringing.threshold;
            match steps.capacity(current, breach)? {
                less if less < current => (less, false),
                _ => (steps.capacity(base, breach)?, true),
            }
        }
        (None, None) => return None,
    };
    let rests = resting.has_scaled_in && !is_out;
    (!rests).then(|| Wish {
        policy: policy.arn.clone(),
        capacity,
        from: base,
        is_out,
        cause: format!(
            "monitor alarm {} in state ALARM triggered policy {}",
            ringing.name, properties.policy_name
        ),
    })
}

/// A service loses one task at a time: target tracking scales in more gradually than out
/// (<https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html>).
fn gradual(policy: &Loaded, current: u64, capacity: u64) -> u64 {
    if policy.key.service_namespace == "ecs" {
        capacity.max(current.saturating_sub(1))
    } else {
        capacity
    }
}

/// The wish that counts: the largest of those that scale out. Only if there is none, and if all policies
/// that track a target and may scale in agree, it is the largest of those that scale in.
pub(super) fn choose(wishes: Vec<Wish>, all_agree: bool) -> Option<Wish> {
    let (out, less): (Vec<Wish>, Vec<Wish>) = wishes.into_iter().partition(|wish| wish.is_out);
    let largest = |wishes: Vec<Wish>| wishes.into_iter().max_by_key(|wish| wish.capacity);
    largest(out).or_else(|| largest(less).filter(|_| all_agree))
}

/// The capacity of a wish within the bounds. A capacity that was set outside of them by hand is brought
/// back only by a change in that direction
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html>).
pub(super) fn bounded(wish: &Wish, current: u64, least: u64, most: u64) -> u64 {
    let capacity = wish.capacity.clamp(least, most.max(least));
    if wish.is_out {
        capacity.max(current)
    } else {
        capacity.min(current)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::services::autoscaling::state::Policy;
    use crate::services::autoscaling::target::Key;

    fn policy(properties: serde_json::Value) -> Loaded {
        Loaded {
            arn: "arn".into(),
            key: Key {
                service_namespace: "ecs".into(),
                resource_id: "service/c/s".into(),
                scalable_dimension: "ecs:service:DesiredCount".into(),
            },
            properties: serde_json::from_value(properties).unwrap(),
            kept: Policy::default(),
        }
    }

    fn tracking() -> Loaded {
        policy(json!({
            "PolicyName": "cpu",
            "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50},
        }))
    }

    fn wanting(capacity: u64, is_out: bool) -> Wish {
        Wish {
            policy: String::new(),
            capacity,
            from: 0,
            is_out,
            cause: String::new(),
        }
    }

    fn ringing(is_low: bool, values: &[f64]) -> Ringing {
        Ringing {
            name: "alarm".into(),
            since: 0.0,
            is_low,
            threshold: 50.0,
            values: values.to_vec(),
        }
    }

    #[test]
    fn target_tracking_scales_out_by_the_metric_and_in_by_one_task() {
        let wants = |is_low, values: &[f64], current| {
            let wish = wish(
                &tracking(),
                &ringing(is_low, values),
                current,
                Resting::default(),
            );
            wish.map(|wish| (wish.capacity, wish.is_out))
        };
        assert_eq!(wants(false, &[100.0, 60.0], 2), Some((4, true)));
        assert_eq!(wants(true, &[10.0, 5.0], 5), Some((4, false)));
        assert_eq!(wants(true, &[0.0, 44.0], 5), Some((5, false)));
        assert_eq!(wants(true, &[], 5), None);
        let cause = wish(&tracking(), &ringing(false, &[60.0]), 1, Resting::default());
        assert_eq!(
            cause.unwrap().cause,
            "monitor alarm alarm in state ALARM triggered policy cpu"
        );
    }

    #[test]
    fn a_resting_policy_only_adds_what_a_larger_change_would_add() {
        let rested = |out_from, has_scaled_in| Resting {
            out_from,
            has_scaled_in,
        };
        let out = |metric, resting| wish(&tracking(), &ringing(false, &[metric]), 4, resting);
        let capacity = |wish: Option<Wish>| wish.map(|wish| wish.capacity);
        assert_eq!(capacity(out(100.0, rested(Some(2), false))), Some(4));
        assert_eq!(capacity(out(150.0, rested(Some(2), false))), Some(6));
        assert_eq!(capacity(out(100.0, rested(None, true))), Some(8));
        let less = wish(&tracking(), &ringing(true, &[1.0]), 4, rested(None, true));
        assert_eq!(less, None);
    }

    #[test]
    fn steps_scale_both_ways() {
        let steps = policy(json!({
            "PolicyName": "steps",
            "StepScalingPolicyConfiguration": {
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": [
                    {"MetricIntervalUpperBound": 0, "ScalingAdjustment": -2},
                    {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 3},
                ],
            },
        }));
        let wants = |value, resting| {
            let wish = wish(&steps, &ringing(false, &[value]), 5, resting);
            wish.map(|wish| (wish.capacity, wish.is_out))
        };
        assert_eq!(wants(60.0, Resting::default()), Some((8, true)));
        assert_eq!(wants(40.0, Resting::default()), Some((3, false)));
        let resting = Resting {
            out_from: Some(2),
            has_scaled_in: true,
        };
        assert_eq!(wants(60.0, resting), Some((5, true)));
        assert_eq!(wants(40.0, resting), None);
    }

    #[test]
    fn more_wins_over_less_and_less_needs_all() {
        let chosen =
            |wishes: &[Wish], agree| choose(wishes.to_vec(), agree).map(|one| one.capacity);
        let (out, more, less, least) = (
            wanting(3, true),
            wanting(6, true),
            wanting(2, false),
            wanting(1, false),
        );
        assert_eq!(chosen(&[out.clone(), more, less.clone()], true), Some(6));
        assert_eq!(chosen(&[less.clone(), least.clone()], true), Some(2));
        assert_eq!(chosen(&[less, least], false), None);
        assert_eq!(chosen(&[], true), None);
    }

    #[test]
    fn a_capacity_outside_of_the_bounds_is_brought_back_by_a_change_in_that_direction() {
        for (capacity, is_out, current, expected) in [
            (9, true, 3, 5),
            (1, true, 1, 2),
            (0, false, 3, 2),
            (4, true, 8, 8),
            (7, false, 8, 5),
            (0, false, 1, 1),
        ] {
            let bounded = bounded(&wanting(capacity, is_out), current, 2, 5);
            assert_eq!(bounded, expected, "{capacity} {is_out} {current}");
        }
    }
}
