//! Collects the observations of a rollout with calls to ECS, the load balancer and the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use aws_sdk_cloudwatchlogs as logs;
use aws_sdk_ecs as ecs;
use aws_sdk_ecs::primitives::DateTime;
use aws_sdk_elasticloadbalancingv2 as elb;
use deploy::{Cause, Clients, Event, Observation, Observer};

use super::log_lines::{last_lines, log_streams};
use super::observations::{Observations, Progress};
use super::report::{TASKS_SHOWN, cause, progress_line, report};
use super::service::{Service, begun, describe, failed_tasks, messages, service_of};
use super::targets::{is_healthy, target_health, why_unhealthy};
use super::tasks::{Tasks, address_of, id_of, observed, tasks_of};
use crate::https::record_to_make;

/// Observes the service of one operation, and remembers what it has seen.
#[derive(Debug)]
pub(crate) struct ServiceObserver {
    ecs: ecs::Client,
    elb: elb::Client,
    logs: logs::Client,
    seen: Mutex<Observations>,
}

impl Observer for ServiceObserver {
    fn observe<'a>(&'a self, events: &'a [Event]) -> Observation<'a> {
        Box::pin(async move {
            match service_of(events) {
                Some(service) => self.observe_service(service).await,
                None => record_to_make(events),
            }
        })
    }

    fn findings(&self) -> Option<String> {
        self.update(|seen| report(seen))
    }

    fn cause(&self) -> Option<Cause> {
        self.update(|seen| cause(seen))
    }
}

impl ServiceObserver {
    pub(crate) fn new(clients: &Clients) -> Self {
        let config = clients.config();
        Self {
            ecs: ecs::Client::new(config),
            elb: elb::Client::new(config),
            logs: logs::Client::new(config),
            seen: Mutex::default(),
        }
    }

    /// Looks at the service, its targets, its tasks and their logs; returns the progress on one
    /// line. If a call fails, earlier observations stay.
    async fn observe_service(&self, service: Service<'_>) -> Option<String> {
        let state = describe(&self.ecs, service).await?;
        let begun = self.update(|seen| {
            seen.enter(service.since, service.arn);
            if let Some(begun) = begun(&state, service.since) {
                seen.begin(begun);
            }
            seen.begun.unwrap_or(DateTime::from_secs(service.since))
        });
        let tasks = tasks_of(&self.ecs, service, begun).await;
        let (healthy, ()) = tokio::join!(
            self.observe_targets(&state, &tasks),
            self.observe_tasks(&tasks.of_rollout)
        );
        let progress = Progress {
            desired: state.desired_count(),
            running: state.running_count(),
            healthy,
            failed: failed_tasks(&state),
        };
        let older: Vec<_> = tasks.older.iter().filter_map(id_of).collect();
        self.update(|seen| seen.messages.extend(messages(&state, begun, &older)));
        (state.status() == Some("ACTIVE")).then(|| progress_line(&progress))
    }

    /// Counts the healthy targets, and remembers why others are unhealthy, except those of tasks of an
    /// earlier deployment.
    async fn observe_targets(&self, state: &ecs::types::Service, tasks: &Tasks) -> usize {
        let Some(targets) = target_health(&self.elb, state).await else {
            return 0;
        };
        let addresses = |tasks: &[ecs::types::Task]| -> BTreeSet<String> {
            let addresses = tasks.iter().filter_map(address_of);
            addresses.map(str::to_owned).collect()
        };
        let (new, older) = (addresses(&tasks.of_rollout), addresses(&tasks.older));
        let is_of_rollout = |target: &&elb::types::TargetHealthDescription| {
            let address = target.target().and_then(|target| target.id()).unwrap_or("");
            new.contains(address) || !older.contains(address)
        };
        let of_rollout = targets.iter().filter(is_of_rollout);
        let unhealthy = of_rollout.filter_map(why_unhealthy);
        self.update(|seen| seen.unhealthy.extend(unhealthy));
        targets.iter().filter(|target| is_healthy(target)).count()
    }

    /// Remembers the tasks of this rollout, and the last log lines of the latest ones.
    async fn observe_tasks(&self, tasks: &[ecs::types::Task]) {
        let mut streams_of = BTreeMap::new();
        for task in tasks_to_read(tasks) {
            let (Some(definition), Some(id)) = (task.task_definition_arn(), id_of(task)) else {
                continue;
            };
            if !streams_of.contains_key(definition) {
                let streams = log_streams(&self.ecs, definition).await;
                streams_of.insert(definition, streams);
            }
            for stream in &streams_of[definition] {
                if let Some(lines) = last_lines(&self.logs, stream, id).await {
                    let key = (id.to_owned(), stream.container.clone());
                    self.update(|seen| seen.logs.insert(key, lines));
                }
            }
        }
        let tasks = tasks.iter().filter_map(observed);
        self.update(|seen| tasks.for_each(|task| seen.add_task(task)));
    }

    fn update<T>(&self, update: impl FnOnce(&mut Observations) -> T) -> T {
        update(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The tasks whose logs are read: the latest stopped ones, which the report shows, and the latest
/// running ones, which a rollback is about to remove.
///
/// Running tasks are taken separately, so that the tasks of a rollback do not displace the failed
/// ones.
fn tasks_to_read(tasks: &[ecs::types::Task]) -> impl Iterator<Item = &ecs::types::Task> {
    let latest = |stopped: bool| {
        let tasks = tasks.iter().rev();
        tasks
            .filter(move |task| task.stopped_reason().is_some() == stopped)
            .take(TASKS_SHOWN)
    };
    latest(true).chain(latest(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tasks_of_a_rollback_do_not_displace_the_failed_ones() {
        let task = |arn: &str, stopped: Option<&str>| {
            let task = ecs::types::Task::builder().task_arn(arn);
            task.set_stopped_reason(stopped.map(str::to_owned)).build()
        };
        let failed = Some("Essential container in task exited");
        let tasks = [
            task("a", failed),
            task("b", failed),
            task("c", failed),
            task("d", None),
            task("e", None),
            task("f", None),
        ];
        let read = tasks_to_read(&tasks).filter_map(|task| task.task_arn());
        assert_eq!(read.collect::<Vec<_>>(), ["c", "b", "f", "e"]);
    }
}
