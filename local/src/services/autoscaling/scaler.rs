//! Scales: lets the policies answer the alarms that ring, and runs the scheduled actions.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::activities::{finish_reached, note_not_scaled, scale};
use super::alarms::{Ringing, ringing};
use super::bounds::target;
use super::decide::{Resting, Wish, bounded, choose, wish};
use super::policies::{self, Loaded};
use super::scheduler::Scheduler;
use super::state::NotScaled;
use super::target::Key;
use super::units::{as_utilization, deregister_gone, refresh, tracks};
use super::{capacity, scalable_target::ScalableTargetProperties};
use crate::account::Account;
use crate::aws::seconds;
use crate::services::cloudwatch::Clock;

/// How often it looks.
const TICK: Duration = Duration::from_millis(250);

/// Scales until the account is gone.
pub(crate) async fn run(account: Weak<Account>) {
    let mut scheduler = Scheduler::new();
    let mut scaler = Scaler::default();
    loop {
        tokio::time::sleep(TICK).await;
        let Some(account) = account.upgrade() else {
            return;
        };
        deregister_gone(&account).await;
        refresh(&account).await;
        scheduler.run_due(&account).await;
        scaler.answer(&account).await;
        finish_reached(&account).await;
    }
}

/// What the policies did last.
#[derive(Default)]
struct Scaler {
    /// The last change of a policy in each direction: when, and from which capacity.
    last: BTreeMap<(String, bool), (f64, u64)>,
    /// When each alarm has called its policy last.
    called: BTreeMap<String, f64>,
}

impl Scaler {
    async fn answer(&mut self, account: &Arc<Account>) {
        let mut by_target: BTreeMap<String, Vec<Loaded>> = BTreeMap::new();
        for policy in account.read(policies::all) {
            let of_target = by_target.entry(policy.key.id()).or_default();
            of_target.push(policy);
        }
        for policies in by_target.values() {
            self.answer_for(account, policies).await;
        }
    }

    /// Answers the alarms of the policies of one target.
    async fn answer_for(&mut self, account: &Arc<Account>, policies: &[Loaded]) {
        let Some(key) = policies.first().map(|policy| &policy.key) else {
            return;
        };
        let now = seconds();
        let mut ringing = self.calling(account, policies, now);
        if ringing.is_empty() {
            return;
        }
        let Some(target) = target(account, key) else {
            return;
        };
        let Some(current) = capacity::read(account, key).await else {
            return;
        };
        let may_shrink = !current.is_deploying;
        let current = current.wanted;
        for (policy, alarm) in &mut ringing {
            if tracks(policy) {
                as_utilization(alarm, current);
            }
        }
        let clock = Clock::new(account.pace);
        let wishes = ringing.iter().filter_map(|(policy, alarm)| {
            wish(policy, alarm, current, self.resting(policy, clock, now))
        });
        let wishes: Vec<Wish> = wishes
            .filter(|wish| !is_suspended(&target, wish.is_out) && (wish.is_out || may_shrink))
            .collect();
        let all_agree = policies.iter().all(|policy| {
            let tracking = &policy
                .properties
                .target_tracking_scaling_policy_configuration;
            let may_shrink = tracking.as_ref().is_some_and(|one| !one.disable_scale_in);
            let mut own = ringing.iter().filter(|(one, _)| one.arn == policy.arn);
            !may_shrink || own.any(|(_, alarm)| alarm.is_low)
        });
        if let Some(chosen) = choose(wishes, all_agree) {
            self.follow(account, key, &target, current, chosen).await;
        }
    }

    /// The alarms that call a policy now: when they begin to ring, and then once a minute.
    fn calling<'a>(
        &mut self,
        account: &Account,
        policies: &'a [Loaded],
        now: f64,
    ) -> Vec<(&'a Loaded, Ringing)> {
        #[expect(clippy::cast_possible_truncation, reason = "a time has ten digits")]
        let second = now as i64;
        let all = policies.iter().flat_map(|policy| {
            let alarms = ringing(account, &policy.arn, second);
            alarms.into_iter().map(move |alarm| (policy, alarm))
        });
        let all: Vec<_> = all.collect();
        let minute = minute(Clock::new(account.pace));
        let is_due = all.iter().any(|(_, alarm)| {
            let called = self.called.get(&alarm.name).copied();
            called.is_none_or(|called| called < alarm.since || now - called >= minute)
        });
        if !is_due {
            return Vec::new();
        }
        let called = all.iter().map(|(_, alarm)| (alarm.name.clone(), now));
        self.called.extend(called);
        all
    }

    /// What a policy did in its cooldown.
    fn resting(&self, policy: &Loaded, clock: Clock, now: f64) -> Resting {
        let rests = |is_out: bool| {
            let (time, from) = self.last.get(&(policy.arn.clone(), is_out)).copied()?;
            let cooldown = cooldown(policy, is_out);
            (now < time + clock.age(cooldown)).then_some(from)
        };
        Resting {
            out_from: rests(true),
            has_scaled_in: rests(false).is_some(),
        }
    }

    async fn follow(
        &mut self,
        account: &Arc<Account>,
        key: &Key,
        target: &ScalableTargetProperties,
        current: u64,
        wish: Wish,
    ) {
        let (least, most) = (target.min_capacity, target.max_capacity);
        let capacity = bounded(&wish, current, least, most);
        if capacity == current {
            if let Some(reason) = reason(&wish, current, least, most) {
                note_not_scaled(account, key, &wish.cause, reason);
            }
            return;
        }
        if scale(account, key, capacity, wish.cause).await {
            let done = (wish.policy, wish.is_out);
            self.last.insert(done, (seconds(), wish.from));
        }
    }
}

/// Why a wish changes nothing; `None` if it only repeats what is so already.
fn reason(wish: &Wish, current: u64, least: u64, most: u64) -> Option<NotScaled> {
    let mut reason = NotScaled {
        code: String::new(),
        max_capacity: None,
        min_capacity: None,
        current_capacity: None,
    };
    if wish.is_out && wish.capacity > current && current >= most {
        reason.code = "AlreadyAtMaxCapacity".into();
        reason.max_capacity = Some(most);
    } else if !wish.is_out && wish.capacity < current && current <= least {
        reason.code = "AlreadyAtMinCapacity".into();
        reason.min_capacity = Some(least);
    } else {
        return None;
    }
    Some(reason)
}

fn is_suspended(target: &ScalableTargetProperties, is_out: bool) -> bool {
    if is_out {
        target.suspended_state.scaling_out
    } else {
        target.suspended_state.scaling_in
    }
}

/// The seconds of a minute of the alarms on this machine.
fn minute(clock: Clock) -> f64 {
    clock.age(60.0)
}

/// The seconds of a cooldown on AWS.
#[expect(clippy::cast_precision_loss, reason = "a cooldown has few digits")]
fn cooldown(policy: &Loaded, is_out: bool) -> f64 {
    let properties = &policy.properties;
    let tracking = &properties.target_tracking_scaling_policy_configuration;
    let steps = &properties.step_scaling_policy_configuration;
    let namespace = &policy.key.service_namespace;
    let seconds = match (tracking, steps) {
        (Some(tracking), _) => tracking.cooldown(is_out, namespace),
        (None, Some(steps)) => steps.cooldown.unwrap_or(300),
        (None, None) => 0,
    };
    seconds as f64
}
