//! The wanted state of a service.

use std::time::Duration;

use serde_json::Number;

use crate::services::ec2::Placement;
use crate::services::ecs::service_properties::{ServiceProperties, ThresholdConfiguration};

/// The wanted state of a service.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::services::ecs) struct DesiredState {
    pub(in crate::services::ecs) task_definition: String,
    pub(in crate::services::ecs) desired: u64,
    /// Whether Fargate runs the tasks. Otherwise they wait for container instances, of which there
    /// are none.
    pub(in crate::services::ecs) on_fargate: bool,
    /// The share of the desired tasks that must stay healthy during a deployment, in percent.
    pub(super) minimum_percent: u64,
    /// The share of the desired tasks that may run during a deployment, in percent.
    pub(super) maximum_percent: u64,
    pub(super) circuit_breaker: bool,
    pub(super) roll_back: bool,
    /// The number of failed tasks that trips the circuit breaker, if it is not ECS's own.
    pub(super) threshold: Option<ThresholdConfiguration>,
    /// How long a deployment must stay stable before it is complete.
    pub(super) bake: Duration,
    /// Its ARN.
    pub(super) target_group: Option<String>,
    /// The port of the container that the load balancer uses.
    pub(super) port: u16,
    pub(super) placement: Placement,
    pub(super) grace: Duration,
    pub(in crate::services::ecs) stopped: bool,
}

impl DesiredState {
    /// The ARN of the task definition.
    pub(in crate::services::ecs) fn definition(&self) -> &str {
        &self.task_definition
    }

    /// Reads the properties of a service. A missing property has ECS's default.
    pub(in crate::services::ecs) fn of(properties: &ServiceProperties) -> Self {
        let number = |given: Option<&Number>, default: u64| {
            given.and_then(Number::as_u64).unwrap_or(default)
        };
        let configuration = &properties.deployment_configuration;
        let breaker = &configuration.deployment_circuit_breaker;
        let balancer = properties.load_balancers.first();
        let network = &properties.network_configuration.awsvpc_configuration;
        let grace = properties.health_check_grace_period_seconds;
        Self {
            task_definition: properties.task_definition.clone(),
            desired: number(properties.desired_count.as_ref(), 1),
            on_fargate: true,
            minimum_percent: number(configuration.minimum_healthy_percent.as_ref(), 100),
            maximum_percent: number(configuration.maximum_percent.as_ref(), 200),
            circuit_breaker: breaker.enable,
            roll_back: breaker.rollback,
            threshold: breaker.threshold_configuration.clone(),
            bake: Duration::from_mins(configuration.bake_time_in_minutes.unwrap_or(0).min(1440)),
            target_group: balancer.and_then(|balancer| balancer.target_group_arn.clone()),
            port: balancer
                .and_then(|balancer| balancer.container_port)
                .and_then(|port| u16::try_from(port).ok())
                .unwrap_or(8080),
            placement: Placement {
                subnets: network.subnets.clone(),
                groups: network.security_groups.clone(),
                public: network.assign_public_ip.as_deref() == Some("ENABLED"),
            },
            grace: Duration::from_secs(grace.unwrap_or(0)),
            stopped: false,
        }
    }
}
