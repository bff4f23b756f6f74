//! Reads the tasks of a rollout from ECS.

use aws_sdk_ecs as ecs;

use super::observations::{Container, Task};
use super::service::Service;

/// The tasks of the rollout that run or have failed, the oldest first.
pub(super) async fn tasks_of(client: &ecs::Client, service: Service<'_>) -> Vec<ecs::types::Task> {
    let mut tasks = Vec::new();
    for status in [
        ecs::types::DesiredStatus::Stopped,
        ecs::types::DesiredStatus::Running,
    ] {
        let listed = list(client, service, status).await;
        tasks.extend(listed.into_iter().flatten());
    }
    tasks.retain(|task| {
        let created = task
            .created_at()
            .map_or(i64::MAX, ecs::primitives::DateTime::secs);
        created >= service.since && !was_scaled_in(task)
    });
    tasks.sort_by_key(|task| {
        task.created_at()
            .map(|time| (time.secs(), time.subsec_nanos()))
    });
    tasks
}

async fn list(
    client: &ecs::Client,
    service: Service<'_>,
    status: ecs::types::DesiredStatus,
) -> Option<Vec<ecs::types::Task>> {
    let list = client.list_tasks().cluster(service.cluster);
    let list = list.service_name(service.name).desired_status(status);
    let arns = list.send().await.ok()?.task_arns?;
    if arns.is_empty() {
        return None;
    }
    let describe = client.describe_tasks().cluster(service.cluster);
    let described = describe.set_tasks(Some(arns)).send().await.ok()?;
    described.tasks
}

/// Returns whether ECS stopped the task because it was no longer needed, which is not a failure.
fn was_scaled_in(task: &ecs::types::Task) -> bool {
    task.stopped_reason()
        .is_some_and(|reason| reason.starts_with("Scaling activity initiated by"))
}

/// The id of a task: the last part of its ARN.
pub(super) fn id_of(task: &ecs::types::Task) -> Option<&str> {
    let arn = task.task_arn()?;
    Some(arn.rsplit_once('/').map_or(arn, |(_, id)| id))
}

/// The part of a task that a report needs.
pub(super) fn observed(task: &ecs::types::Task) -> Option<Task> {
    let containers = task.containers().iter().filter_map(|container| {
        Some(Container {
            name: container.name()?.to_owned(),
            exit_code: container.exit_code(),
            reason: container.reason().map(str::to_owned),
        })
    });
    Some(Task {
        id: id_of(task)?.to_owned(),
        stopped: task.stopped_reason().map(str::to_owned),
        containers: containers.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_was_no_longer_needed_has_not_failed() {
        let stopped = |reason: &str| ecs::types::Task::builder().stopped_reason(reason).build();
        assert!(was_scaled_in(&stopped(
            "Scaling activity initiated by deployment ecs-svc/1"
        )));
        assert!(!was_scaled_in(&stopped(
            "Task failed ELB health checks in (target-group arn)"
        )));
    }
}
