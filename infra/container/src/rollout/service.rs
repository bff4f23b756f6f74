//! Reads the service from ECS.

use aws_sdk_ecs as ecs;
use deploy::Event;

/// A service in its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Service<'a> {
    pub(super) arn: &'a str,
    pub(super) cluster: &'a str,
    pub(super) name: &'a str,
    /// When the operation began. Earlier tasks do not belong to the rollout.
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

/// What ECS says about failed deployments, and about anything that keeps the service from being
/// healthy.
pub(super) fn messages(state: &ecs::types::Service, since: i64) -> Vec<String> {
    let failed = state.deployments().iter().filter(|deployment| {
        deployment.rollout_state() == Some(&ecs::types::DeploymentRolloutState::Failed)
    });
    let reasons = failed.filter_map(|deployment| deployment.rollout_state_reason());
    let problems = state.events().iter().filter(|event| {
        let is_new = event.created_at().is_some_and(|time| time.secs() >= since);
        is_new && event.message().is_some_and(is_problem)
    });
    let messages = problems.filter_map(|event| event.message());
    reasons.chain(messages).map(str::to_owned).collect()
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
}
