//! Tasks that fail: those that exit, and those that the load balancer finds unhealthy.

use std::time::{Duration, Instant};

use deploy::render::Shown;

use super::registration::Registration;
use super::{DesiredState, Runner, Task};
use crate::services::ecs::ledger::StopCode;
use crate::services::ecs::task::{End, Stage};
use crate::services::elb::Health;

/// The shortest and the longest pause before a failed task is replaced. The first one is replaced at
/// once.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The pause is doubled at most this often. After that it exceeds the longest pause anyway.
const DOUBLINGS: u64 = 6;

impl Runner {
    /// Removes the tasks that have ended, and stops those that are unhealthy.
    pub(super) fn remove_failed(&mut self, wanted: &DesiredState) {
        for index in (0..self.tasks.len()).rev() {
            if let Stage::Ended(end) = self.tasks[index].running.stage() {
                let task = self.tasks.swap_remove(index);
                self.ended(&task, &end);
            } else if self.tasks[index].container_health == "UNHEALTHY" {
                let task = self.tasks.swap_remove(index);
                self.unhealthy_container(task);
            } else if self.is_unhealthy(&self.tasks[index], wanted) {
                let task = self.tasks.swap_remove(index);
                self.unhealthy(task);
            }
        }
    }

    /// Whether the load balancer finds the task unhealthy, after the grace period.
    fn is_unhealthy(&self, task: &Task, wanted: &DesiredState) -> bool {
        let unhealthy = unhealthy(task).is_some();
        let grace = self.account.pace.shrink(wanted.grace);
        unhealthy
            && task
                .running_since
                .is_some_and(|since| since.elapsed() > grace)
    }

    fn ended(&mut self, task: &Task, end: &End) {
        let was_healthy = if self.is_rolling_out() {
            task.is_stable()
        } else {
            task.is_healthy()
        };
        for one in &task.registrations {
            one.targets.remove(&one.target);
        }
        if end.code == StopCode::TaskFailedToStart {
            let reason = &end.reason;
            self.event(&format!(
                "was unable to start a task (task {}): {reason}",
                task.id
            ));
        }
        self.failed(task, was_healthy, &end.detail);
    }

    /// The service stops a task whose containers are unhealthy
    /// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html>).
    fn unhealthy_container(&mut self, task: Task) {
        self.event(&format!(
            "(task {}) failed container health checks.",
            task.id
        ));
        self.failed(&task, false, "it failed container health checks");
        self.stop(task, "Task failed container health checks");
    }

    fn unhealthy(&mut self, task: Task) {
        let Some(one) = unhealthy(&task) else {
            return;
        };
        let (group, port, why) = (one.group.clone(), one.port, one.target.reason());
        if let Some(blocked) = one.target.blocked() {
            let hint = format!("the load balancer does not reach its port {port}: {blocked}");
            self.account.tasks.ledger().hint(&task.id, &hint);
        }
        self.event(&format!(
            "(port {port}) is unhealthy in (target-group {group}) due to (reason {why})."
        ));
        let reason = format!("it failed the load balancer's health checks: {why}");
        self.failed(&task, false, &reason);
        let reason = format!("Task failed ELB health checks in (target-group {group})");
        self.stop(task, &reason);
    }

    fn failed(&mut self, task: &Task, was_healthy: bool, reason: &str) {
        let shown = Shown(reason);
        tracing::warn!("service {}: task {} stopped: {shown}", self.name, task.id);
        self.event(&format!("(task {}) failed: {reason}", task.id));
        // A task that was in service is replaced at once; only failed starts are throttled.
        if !was_healthy {
            self.count_failed_start(&task.deployment);
        }
    }

    /// Counts a task that never became healthy, and waits longer before the next start.
    fn count_failed_start(&mut self, deployment: &str) {
        if deployment != self.deployment.id() {
            return;
        }
        self.failures += 1;
        self.deployment.record.failed += 1;
        self.next_start = Instant::now() + pause_after(self.failures);
    }
}

/// The first registration whose target the load balancer finds unhealthy.
fn unhealthy(task: &Task) -> Option<&Registration> {
    let mut registrations = task.registrations.iter();
    registrations.find(|one| one.target.health() == Health::Unhealthy)
}

/// How long to wait after this many failures: not at all, then 0.1 s, 0.2 s, at most 5 s.
fn pause_after(failures: u64) -> Duration {
    if failures <= 1 {
        return Duration::ZERO;
    }
    let doublings = u32::try_from((failures - 2).min(DOUBLINGS)).expect("it is at most 6");
    (SHORTEST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_five_seconds() {
        for (failures, milliseconds) in
            [(1, 0), (2, 100), (3, 200), (7, 3200), (8, 5000), (99, 5000)]
        {
            let expected = Duration::from_millis(milliseconds);
            assert_eq!(pause_after(failures), expected, "{failures}");
        }
    }
}
