//! Reads the service from ECS.

use aws_sdk_ecs as ecs;
use aws_sdk_ecs::primitives::DateTime;
use deploy::Event;

/// A service in its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Service<'a> {
    pub(super) arn: &'a str,
    pub(super) cluster: &'a str,
    pub(super) name: &'a str,
    /// When the operation began, in seconds. Earlier deployments do not belong to it.
    pub(super) since: i64,
}

/// The service that the operation creates or updates, once the events contain its ARN:
/// `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME`.
pub(super) fn service_of(events: &[Event]) -> Option<Service<'_>> {
    let is_of_service = |event: &&Event| event.resource_type == "AWS::ECS::Service";
    let mut events_of_service = events.iter().rev().filter(is_of_service);
    let (arn, (cluster, name)) = events_of_service.find_map(|event| {
        let (_, path) = event.physical_id.split_once(":service/")?;
        Some((event.physical_id.as_str(), path.split_once('/')?))
    })?;
    Some(Service {
        arn,
        cluster,
        name,
        since: events.first()?.time,
    })
}

/// The service as ECS describes it.
pub(super) async fn describe(
    client: &ecs::Client,
    service: Service<'_>,
) -> Option<ecs::types::Service> {
    let described = client
        .describe_services()
        .cluster(service.cluster)
        .services(service.arn)
        .send()
        .await
        .ok()?;
    described.services?.into_iter().next()
}

/// How many tasks of the present deployment have failed.
pub(super) fn failed_tasks(state: &ecs::types::Service) -> i32 {
    let primary = state
        .deployments()
        .iter()
        .find(|deployment| deployment.status() == Some("PRIMARY"));
    primary.map_or(0, ecs::types::Deployment::failed_tasks)
}

/// When the first deployment of this operation was created; `None` before that.
pub(super) fn begun(state: &ecs::types::Service, since: i64) -> Option<DateTime> {
    let created = state
        .deployments()
        .iter()
        .filter_map(|one| one.created_at());
    created.filter(|time| time.secs() >= since).min().copied()
}

/// What ECS says about failed deployments, and about anything that keeps the service from being
/// healthy, since the rollout has begun. `older` are the ids of tasks of earlier deployments.
pub(super) fn messages(
    state: &ecs::types::Service,
    begun: DateTime,
    older: &[&str],
) -> Vec<String> {
    let is_new = |time: Option<&DateTime>| time.is_some_and(|time| *time >= begun);
    let failed = state.deployments().iter().filter(|deployment| {
        is_new(deployment.created_at())
            && deployment.rollout_state() == Some(&ecs::types::DeploymentRolloutState::Failed)
    });
    let reasons = failed.filter_map(|deployment| deployment.rollout_state_reason());
    let events = state.events().iter();
    let new = events.filter(|event| is_new(event.created_at()));
    let problems = new
        .filter_map(|event| event.message())
        .filter(|message| is_problem(message) && !older.iter().any(|id| message.contains(id)));
    reasons.chain(problems).map(str::to_owned).collect()
}

/// Recognises the messages of ECS about problems by their words.
fn is_problem(message: &str) -> bool {
    [
        "unable to",
        "is unhealthy in",
        "failed container health checks",
        // Only the local AWS can look into a task, to see where its program listens.
        "its program listens on",
    ]
    .iter()
    .any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time: i64, resource_type: &str, physical_id: &str) -> Event {
        Event {
            time,
            logical_id: String::new(),
            physical_id: physical_id.into(),
            resource_type: resource_type.into(),
            status: "CREATE_IN_PROGRESS".into(),
            reason: String::new(),
        }
    }

    #[test]
    fn the_service_is_known_once_it_has_an_arn() {
        let arn = "arn:aws:ecs:eu-central-1:123456789012:service/cluster/container-Service-1";
        let stack = event(1, "AWS::CloudFormation::Stack", "arn:stack");
        let begun = [stack.clone(), event(2, "AWS::ECS::Service", "")];
        assert_eq!(service_of(&begun), None);
        let created = [stack, event(2, "AWS::ECS::Service", arn)];
        let expected = Service {
            arn,
            cluster: "cluster",
            name: "container-Service-1",
            since: 1,
        };
        assert_eq!(service_of(&created), Some(expected));
    }

    #[test]
    fn messages_about_an_earlier_deployment_are_left_out() {
        let at = DateTime::from_millis;
        let deployment = |created: i64, reason: &str| {
            let deployment = ecs::types::Deployment::builder().created_at(at(created));
            let failed = ecs::types::DeploymentRolloutState::Failed;
            deployment
                .rollout_state(failed)
                .rollout_state_reason(reason)
                .build()
        };
        let message = |created: i64, text: &str| {
            let event = ecs::types::ServiceEvent::builder().created_at(at(created));
            event.message(text).build()
        };
        let state = ecs::types::Service::builder()
            .deployments(deployment(7_000, "the second failed"))
            .deployments(deployment(4_900, "the first failed"))
            .events(message(7_900, "was unable to start a task (task 2b): new"))
            .events(message(7_800, "was unable to start a task (task 1a): old"))
            .events(message(5_100, "was unable to start a task (task 1b): old"))
            .events(message(7_950, "has reached a steady state."))
            .build();
        assert_eq!(begun(&state, 8), None);
        let begun = begun(&state, 5).expect("a deployment");
        assert_eq!(begun, at(7_000));
        assert_eq!(
            messages(&state, begun, &["1a"]),
            [
                "the second failed",
                "was unable to start a task (task 2b): new"
            ]
        );
    }
}
