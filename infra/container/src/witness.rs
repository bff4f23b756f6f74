//! Looks at the service while it is rolled out: ECS, the load balancer and the log, whose words are
//! gone once a rollback has removed the service.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aws_sdk_cloudwatchlogs as logs;
use aws_sdk_ecs as ecs;
use aws_sdk_elasticloadbalancingv2 as elb;
use deploy::{Clients, Event, Observation, Witness};

use crate::sighting::{Container, Rollout, Sighting, Task};

/// How many of the last log lines of a container are kept.
const LOG_LINES: i32 = 15;
/// The logs of so many tasks are read at each look, the latest ones.
const TASKS_READ: usize = 2;

/// Keeps what was seen of the service of one operation.
#[derive(Debug)]
pub(crate) struct ServiceWitness {
    ecs: ecs::Client,
    elb: elb::Client,
    logs: logs::Client,
    seen: Mutex<Sighting>,
}

/// A service in its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Service<'a> {
    arn: &'a str,
    cluster: &'a str,
    name: &'a str,
    /// When the operation began: tasks from before have nothing to do with it.
    since: i64,
}

impl ServiceWitness {
    pub(crate) fn new(clients: &Clients) -> Self {
        let config = clients.config();
        Self {
            ecs: ecs::Client::new(config),
            elb: elb::Client::new(config),
            logs: logs::Client::new(config),
            seen: Mutex::default(),
        }
    }

    fn keep<T>(&self, keep: impl FnOnce(&mut Sighting) -> T) -> T {
        keep(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One look at everything; what cannot be seen now is left as it was seen before.
    async fn observe_service(&self, service: Service<'_>) -> Option<String> {
        let described = self
            .ecs
            .describe_services()
            .cluster(service.cluster)
            .services(service.arn)
            .send()
            .await
            .ok()?;
        let state = described.services().first()?;
        let (healthy, ()) = tokio::join!(self.targets(state), self.tasks(service));
        let primary = state
            .deployments()
            .iter()
            .find(|d| d.status() == Some("PRIMARY"));
        let rollout = Rollout {
            desired: state.desired_count(),
            running: state.running_count(),
            healthy,
            failed: primary.map_or(0, ecs::types::Deployment::failed_tasks),
        };
        let line = rollout.line();
        self.keep(|seen| {
            seen.rollout = rollout;
            seen.remarks.extend(remarks(state, service.since));
        });
        (state.status() == Some("ACTIVE")).then_some(line)
    }

    /// Counts the healthy targets, and keeps why others are not.
    async fn targets(&self, state: &ecs::types::Service) -> usize {
        let mut groups = state.load_balancers().iter();
        let Some(group) = groups.find_map(|balancer| balancer.target_group_arn()) else {
            return 0;
        };
        let call = self.elb.describe_target_health().target_group_arn(group);
        let Ok(answer) = call.send().await else {
            return 0;
        };
        let targets = answer.target_health_descriptions();
        self.keep(|seen| seen.unhealthy.extend(targets.iter().filter_map(unhealthy)));
        let is_healthy = |target: &&elb::types::TargetHealthDescription| {
            state_of(target) == Some(&elb::types::TargetHealthStateEnum::Healthy)
        };
        targets.iter().filter(is_healthy).count()
    }

    /// Keeps the tasks of this rollout, and what the latest of them have logged.
    async fn tasks(&self, service: Service<'_>) {
        let mut tasks = Vec::new();
        for status in [
            ecs::types::DesiredStatus::Stopped,
            ecs::types::DesiredStatus::Running,
        ] {
            tasks.extend(self.listed(service, status).await.unwrap_or_default());
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
        let mut definitions = BTreeMap::new();
        for task in tasks.iter().rev().take(TASKS_READ) {
            let definition = task.task_definition_arn().unwrap_or_default();
            if !definitions.contains_key(definition) {
                let streams = self.log_streams(definition).await.unwrap_or_default();
                definitions.insert(definition, streams);
            }
            for stream in &definitions[definition] {
                self.read_log(stream, id_of(task)).await;
            }
        }
        self.keep(|seen| tasks.iter().for_each(|task| seen.see(task.into())));
    }

    async fn listed(
        &self,
        service: Service<'_>,
        status: ecs::types::DesiredStatus,
    ) -> Option<Vec<ecs::types::Task>> {
        let list = self.ecs.list_tasks().cluster(service.cluster);
        let list = list.service_name(service.name).desired_status(status);
        let arns = list.send().await.ok()?.task_arns.unwrap_or_default();
        if arns.is_empty() {
            return None;
        }
        let describe = self.ecs.describe_tasks().cluster(service.cluster);
        let described = describe.set_tasks(Some(arns)).send().await.ok()?;
        described.tasks
    }

    /// Where the containers of a task definition log to.
    async fn log_streams(&self, task_definition: &str) -> Option<Vec<LogStream>> {
        let describe = self.ecs.describe_task_definition();
        let described = describe
            .task_definition(task_definition)
            .send()
            .await
            .ok()?;
        let definition = described.task_definition()?;
        let containers = definition.container_definitions();
        Some(containers.iter().filter_map(LogStream::of).collect())
    }

    async fn read_log(&self, stream: &LogStream, task: &str) {
        let read = self
            .logs
            .get_log_events()
            .log_group_name(&stream.group)
            .log_stream_name(format!("{}/{}/{task}", stream.prefix, stream.container))
            .start_from_head(false)
            .limit(LOG_LINES)
            .send()
            .await;
        let Ok(answer) = read else { return };
        let lines: Vec<_> = answer
            .events()
            .iter()
            .filter_map(|event| event.message().map(str::to_owned))
            .collect();
        if !lines.is_empty() {
            let key = (task.to_owned(), stream.container.clone());
            self.keep(|seen| seen.logs.insert(key, lines));
        }
    }
}

impl Witness for ServiceWitness {
    fn observe<'a>(&'a self, events: &'a [Event]) -> Observation<'a> {
        Box::pin(async move { self.observe_service(service(events)?).await })
    }

    fn testimony(&self) -> Option<String> {
        self.keep(|seen| seen.testimony())
    }
}

/// Where a container logs to with the driver `awslogs`, before the id of its task.
#[derive(Debug, Clone)]
struct LogStream {
    container: String,
    group: String,
    prefix: String,
}

impl LogStream {
    fn of(container: &ecs::types::ContainerDefinition) -> Option<Self> {
        let options = container.log_configuration()?.options()?;
        Some(Self {
            container: container.name()?.to_owned(),
            group: options.get("awslogs-group")?.clone(),
            prefix: options.get("awslogs-stream-prefix")?.clone(),
        })
    }
}

/// The service that the operation works on, once its ARN is known:
/// `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME`.
fn service(events: &[Event]) -> Option<Service<'_>> {
    let of_service = |event: &&Event| event.resource_type == "AWS::ECS::Service";
    let mut events_of_service = events.iter().rev().filter(of_service);
    let (arn, (cluster, name)) = events_of_service.find_map(|event| {
        let (_, place) = event.physical_id.split_once(":service/")?;
        Some((event.physical_id.as_str(), place.split_once('/')?))
    })?;
    Some(Service {
        arn,
        cluster,
        name,
        since: events.first()?.time,
    })
}

/// What ECS says of a deployment that failed, and of what hinders the service.
fn remarks(state: &ecs::types::Service, since: i64) -> Vec<String> {
    let failed = state.deployments().iter().filter(|deployment| {
        deployment.rollout_state() == Some(&ecs::types::DeploymentRolloutState::Failed)
    });
    let reasons = failed.filter_map(|deployment| deployment.rollout_state_reason());
    let hindered = state.events().iter().filter(|event| {
        let is_new = event.created_at().is_some_and(|time| time.secs() >= since);
        is_new && event.message().is_some_and(is_hindrance)
    });
    let messages = hindered.filter_map(|event| event.message());
    reasons.chain(messages).map(str::to_owned).collect()
}

/// Words in which ECS tells of what keeps a service from being healthy.
fn is_hindrance(message: &str) -> bool {
    [
        "unable to",
        "is unhealthy in",
        "failed container health checks",
    ]
    .iter()
    .any(|words| message.contains(words))
}

fn state_of(
    target: &elb::types::TargetHealthDescription,
) -> Option<&elb::types::TargetHealthStateEnum> {
    target.target_health()?.state()
}

/// The address of a target that is unhealthy, and why it is.
fn unhealthy(target: &elb::types::TargetHealthDescription) -> Option<(String, String)> {
    if state_of(target) != Some(&elb::types::TargetHealthStateEnum::Unhealthy) {
        return None;
    }
    let address = target.target()?;
    let address = match address.port() {
        Some(port) => format!("{}:{port}", address.id().unwrap_or_default()),
        None => address.id().unwrap_or_default().to_owned(),
    };
    let reason = target
        .target_health()?
        .description()
        .unwrap_or("no reason given");
    Some((address, reason.to_owned()))
}

/// Whether the task was stopped because it was not needed any more, which is no failure.
fn was_scaled_in(task: &ecs::types::Task) -> bool {
    let reason = task.stopped_reason().unwrap_or_default();
    reason.starts_with("Scaling activity initiated by")
}

fn id_of(task: &ecs::types::Task) -> &str {
    let arn = task.task_arn().unwrap_or_default();
    arn.rsplit('/').next().unwrap_or(arn)
}

impl From<&ecs::types::Task> for Task {
    fn from(task: &ecs::types::Task) -> Self {
        Self {
            id: id_of(task).to_owned(),
            stopped: task.stopped_reason().map(str::to_owned),
            containers: task.containers().iter().map(Into::into).collect(),
        }
    }
}

impl From<&ecs::types::Container> for Container {
    fn from(container: &ecs::types::Container) -> Self {
        Self {
            name: container.name().unwrap_or_default().to_owned(),
            exit_code: container.exit_code(),
            reason: container.reason().map(str::to_owned),
        }
    }
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
        assert_eq!(service(&begun), None);
        let made = [stack, event(2, "AWS::ECS::Service", arn)];
        let expected = Service {
            arn,
            cluster: "cluster",
            name: "container-Service-1",
            since: 1,
        };
        assert_eq!(service(&made), Some(expected));
    }

    #[test]
    fn a_task_that_was_not_needed_any_more_has_not_failed() {
        let stopped = |reason: &str| ecs::types::Task::builder().stopped_reason(reason).build();
        assert!(was_scaled_in(&stopped(
            "Scaling activity initiated by deployment ecs-svc/1"
        )));
        assert!(!was_scaled_in(&stopped(
            "Task failed ELB health checks in (target-group arn)"
        )));
    }

    #[test]
    fn only_an_unhealthy_target_has_a_reason_to_tell() {
        let target = |state, description: &str| {
            let health = elb::types::TargetHealth::builder()
                .state(state)
                .description(description);
            let address = elb::types::TargetDescription::builder()
                .id("10.0.1.9")
                .port(8080);
            elb::types::TargetHealthDescription::builder()
                .target(address.build())
                .target_health(health.build())
                .build()
        };
        let state = elb::types::TargetHealthStateEnum::Unhealthy;
        let codes = "Health checks failed with these codes: [500]";
        assert_eq!(
            unhealthy(&target(state, codes)),
            Some(("10.0.1.9:8080".into(), codes.into()))
        );
        let state = elb::types::TargetHealthStateEnum::Initial;
        assert_eq!(
            unhealthy(&target(state, "Target registration is in progress")),
            None
        );
    }
}
