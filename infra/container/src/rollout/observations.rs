//! What was seen of a service while it was rolled out: data only.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::primitives::DateTime;

/// Everything that was seen of one rollout.
#[derive(Debug, Clone, Default)]
pub(super) struct Observations {
    /// The operation: when it began, and the ARN of the service.
    operation: Option<(i64, String)>,
    /// When the first deployment of this operation was created.
    pub(super) begun: Option<DateTime>,
    /// The tasks of this rollout that run or have failed, the oldest first.
    pub(super) tasks: Vec<Task>,
    /// The last log lines, by task id and container.
    pub(super) logs: BTreeMap<(String, String), Vec<String>>,
    /// Why a target gets no traffic, by its address.
    pub(super) unhealthy: BTreeMap<String, String>,
    /// Messages of ECS about the deployment and the service.
    pub(super) messages: BTreeSet<String>,
}

/// The progress of a rollout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) desired: i32,
    pub(super) running: i32,
    pub(super) healthy: usize,
    pub(super) failed: i32,
}

/// A task of the rollout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) id: String,
    /// Why it was stopped; `None` while it runs.
    pub(super) stopped: Option<String>,
    pub(super) containers: Vec<Container>,
}

/// A container of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) name: String,
    pub(super) image: Option<String>,
    pub(super) exit_code: Option<i32>,
    pub(super) reason: Option<String>,
}

impl Observations {
    /// Forgets what was seen of another operation, or of another service.
    pub(super) fn enter(&mut self, since: i64, service: &str) {
        let operation = Some((since, service.to_owned()));
        if self.operation != operation {
            *self = Self {
                operation,
                ..Self::default()
            };
        }
    }

    /// Notes when the first deployment of the operation began. What was seen before it belongs to
    /// an earlier deployment.
    pub(super) fn begin(&mut self, begun: DateTime) {
        if self.begun.is_none_or(|known| begun < known) {
            *self = Self {
                operation: self.operation.take(),
                begun: Some(begun),
                ..Self::default()
            };
        }
    }

    /// Adds a task, or replaces what is known of it.
    pub(super) fn add_task(&mut self, task: Task) {
        match self.tasks.iter_mut().find(|known| known.id == task.id) {
            Some(known) => *known = task,
            None => self.tasks.push(task),
        }
    }

    /// The last log lines of a container.
    pub(super) fn log_of(&self, task: &Task, container: &Container) -> Option<&[String]> {
        let key = (task.id.clone(), container.name.clone());
        self.logs.get(&key).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_of_another_operation_is_forgotten() {
        let mut seen = Observations::default();
        let tell = |seen: &mut Observations| seen.messages.insert("unable to".into());
        seen.enter(1, "arn:a");
        tell(&mut seen);
        seen.enter(1, "arn:a");
        assert_eq!(seen.messages.len(), 1);
        seen.begin(DateTime::from_secs(2));
        assert_eq!(seen.messages.len(), 0, "said before the deployment began");
        tell(&mut seen);
        // The deployment of the rollback.
        seen.begin(DateTime::from_secs(5));
        assert_eq!(seen.messages.len(), 1);
        for (since, service) in [(9, "arn:a"), (9, "arn:b")] {
            seen.enter(since, service);
            assert_eq!(seen.messages.len(), 0, "{since} {service}");
            assert_eq!(seen.begun, None);
            tell(&mut seen);
        }
    }

    #[test]
    fn a_task_that_stops_later_is_known_once() {
        let mut seen = Observations::default();
        let running = Task {
            id: "1a".into(),
            ..Task::default()
        };
        let stopped = Task {
            stopped: Some("Essential container in task exited".into()),
            ..running.clone()
        };
        seen.add_task(running);
        seen.add_task(stopped.clone());
        assert_eq!(seen.tasks, [stopped]);
    }
}
