//! The clock of CloudWatch: measures what AWS measures itself, evaluates the alarms, and calls their
//! actions. Beside it, access logs are delivered.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::account::Account;
use crate::aws::milliseconds;
use crate::services::cloudwatch::{self, Clock, Fired};
use crate::services::{autoscaling, ecs, elb, sns};

/// Starts it. It ends with the returned set, or with the account.
pub(super) fn start(account: &Arc<Account>) -> JoinSet<()> {
    let mut running = JoinSet::new();
    running.spawn(watch(Arc::downgrade(account)));
    running.spawn(act(Arc::downgrade(account)));
    running.spawn(autoscaling::run(Arc::downgrade(account)));
    running.spawn(elb::deliver_forever(Arc::downgrade(account)));
    running
}

async fn watch(account: Weak<Account>) {
    let mut measured = 0;
    loop {
        // At the beginning of each second.
        let rest = 1000 - milliseconds().rem_euclid(1000);
        tokio::time::sleep(Duration::from_millis(rest.unsigned_abs())).await;
        let Some(account) = account.upgrade() else {
            return;
        };
        let (now, clock) = (milliseconds() / 1000, Clock::new(account.pace));
        let since = now - measured;
        if since >= clock.shrink(60) {
            // What is measured at the beginning of a second has happened before. A busy machine may
            // have left a second out.
            let counted = i32::try_from(since.min(60)).unwrap_or(60);
            measure(&account, now - 1, 60.0 / f64::from(counted));
            measured = now;
        }
        cloudwatch::evaluate(&account, now);
    }
}

/// Measures what AWS measures once a minute.
fn measure(account: &Account, now: i64, stretch: f64) {
    ecs::measure(account, now);
    elb::measure(account, now, stretch);
}

async fn act(account: Weak<Account>) {
    loop {
        let Some(actions) = account
            .upgrade()
            .map(|account| Arc::clone(&account.alarm_actions))
        else {
            return;
        };
        let fired = actions.next().await;
        let Some(account) = account.upgrade() else {
            return;
        };
        let result = call(&account, &fired);
        if let Err(err) = &result {
            tracing::warn!("the action {} of an alarm failed: {err}", fired.action);
        }
        cloudwatch::acted(&account, &fired, result);
    }
}

/// Calls the action of an alarm: the service that its ARN names.
fn call(account: &Arc<Account>, fired: &Fired) -> Result<(), String> {
    let service = fired.action.split(':').nth(2).unwrap_or("");
    match service {
        "sns" => {
            let (subject, text) = cloudwatch::message(account, fired);
            let message = (subject.as_str(), text.as_str());
            sns::publish_for_alarm(account, &fired.action, &fired.alarm.arn, message)
        }
        // Auto Scaling itself looks which alarms ring: it calls a policy again each minute.
        "autoscaling" => autoscaling::is_policy(account, &fired.action),
        other => Err(format!("The local AWS does not do actions of {other} yet.")),
    }
}
