//! Reads the tasks of a rollout from ECS.

use aws_sdk_ecs as ecs;
use aws_sdk_ecs::primitives::DateTime;

use super::observations::{Container, Task};
use super::service::Service;

/// The tasks of a service.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    /// Those of the rollout that run or have failed, the oldest first.
    pub(super) of_rollout: Vec<ecs::types::Task>,
    /// Those that were started before.
    pub(super) older: Vec<ecs::types::Task>,
}

/// The tasks of the service; those of the rollout were created since it has begun.
pub(super) async fn tasks_of(client: &ecs::Client, service: Service<'_>, begun: DateTime) -> Tasks {
    let mut tasks = Vec::new();
    for status in [
        ecs::types::DesiredStatus::Stopped,
        ecs::types::DesiredStatus::Running,
    ] {
        let listed = list(client, service, status).await;
        tasks.extend(listed.into_iter().flatten());
    }
    sort(tasks, begun)
}

fn sort(mut tasks: Vec<ecs::types::Task>, begun: DateTime) -> Tasks {
    tasks.sort_by_key(|task| task.created_at().copied());
    let is_older = |task: &ecs::types::Task| task.created_at().is_some_and(|time| *time < begun);
    let (older, mut of_rollout): (Vec<_>, Vec<_>) = tasks.into_iter().partition(is_older);
    of_rollout.retain(|task| !was_scaled_in(task));
    Tasks { of_rollout, older }
}

/// The private address of a task.
pub(super) fn address_of(task: &ecs::types::Task) -> Option<&str> {
    let details = task
        .attachments()
        .iter()
        .flat_map(aws_sdk_ecs::types::Attachment::details);
    let mut addresses = details.filter(|detail| detail.name() == Some("privateIPv4Address"));
    addresses.find_map(|detail| detail.value())
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
            image: container.image().map(str::to_owned),
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
    fn tasks_of_an_earlier_deployment_do_not_belong_to_the_rollout() {
        let task = |arn: &str, milliseconds: i64| {
            let created = DateTime::from_millis(milliseconds);
            ecs::types::Task::builder()
                .task_arn(arn)
                .created_at(created)
                .build()
        };
        let tasks = vec![task("new", 1700), task("old", 1200), task("first", 1500)];
        let Tasks { of_rollout, older } = sort(tasks, DateTime::from_millis(1500));
        let ids = |tasks: &[ecs::types::Task]| {
            let ids = tasks.iter().filter_map(id_of).map(str::to_owned);
            ids.collect::<Vec<_>>()
        };
        assert_eq!(ids(&of_rollout), ["first", "new"]);
        assert_eq!(ids(&older), ["old"]);
    }

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
