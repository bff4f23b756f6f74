//! The wanted state of a service.

use std::time::Duration;

use serde_json::{Number, Value};

use crate::services::ecs::deployment_configuration::{
    Alarms, LifecycleHook, Strategy, ThresholdConfiguration,
};
use crate::services::ecs::service_properties::ServiceProperties;
use crate::services::ecs::spec::Spec;

/// The wanted state of a service.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of the service"
)]
pub(in crate::services::ecs) struct DesiredState {
    pub(in crate::services::ecs) spec: Spec,
    pub(in crate::services::ecs) desired: u64,
    pub(in crate::services::ecs) strategy: Strategy,
    /// Whether Fargate runs the tasks. Otherwise they wait for container instances, of which there
    /// are none.
    pub(in crate::services::ecs) on_fargate: bool,
    /// The share of the desired tasks that must stay healthy during a deployment, in percent.
    pub(super) minimum_percent: u64,
    /// The share of the desired tasks that may run during a deployment, in percent.
    pub(super) maximum_percent: u64,
    pub(super) circuit_breaker: bool,
    pub(super) roll_back: bool,
    /// Whether a task that becomes healthy lets the circuit breaker forget failed ones.
    pub(super) resets: bool,
    /// The number of failed tasks that trips the circuit breaker, if it is not ECS's own.
    pub(super) threshold: Option<ThresholdConfiguration>,
    pub(super) alarms: Alarms,
    pub(super) hooks: Vec<LifecycleHook>,
    /// How long a deployment must stay stable before it is complete.
    pub(super) bake: Duration,
    pub(super) grace: Duration,
    /// Whether tasks start with ECS Exec.
    pub(super) executes: bool,
    /// The deployment configuration, in the words of the resource type.
    pub(super) configuration: Value,
    pub(in crate::services::ecs) stopped: bool,
}

impl DesiredState {
    /// Reads the properties of a service. A missing property has ECS's default.
    pub(in crate::services::ecs) fn of(properties: &ServiceProperties) -> Self {
        let number = |given: Option<&Number>, default: u64| {
            given.and_then(Number::as_u64).unwrap_or(default)
        };
        let configuration = &properties.deployment_configuration;
        let breaker = &configuration.deployment_circuit_breaker;
        let grace = properties.health_check_grace_period_seconds;
        Self {
            spec: Spec::of(properties),
            desired: number(properties.desired_count.as_ref(), 1),
            strategy: configuration.strategy(),
            on_fargate: true,
            minimum_percent: number(configuration.minimum_healthy_percent.as_ref(), 100),
            maximum_percent: number(configuration.maximum_percent.as_ref(), 200),
            circuit_breaker: breaker.enable,
            roll_back: breaker.rollback,
            resets: breaker.reset_on_healthy_task.unwrap_or(true),
            threshold: breaker.threshold_configuration.clone(),
            alarms: configuration.alarms.clone().unwrap_or_default(),
            hooks: configuration.lifecycle_hooks.clone(),
            bake: minutes(configuration.bake_time_in_minutes.unwrap_or(0)),
            grace: Duration::from_secs(grace.unwrap_or(0)),
            executes: properties.enable_execute_command,
            configuration: configuration.with_defaults(),
            stopped: false,
        }
    }
}

/// The longest time in minutes is that of a pause hook, 14 days.
pub(super) fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes.min(20_160))
}
