//! The properties of an `AWS::ECS::Service`.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ServiceProperties {
    pub(super) service_name: Option<String>,
    cluster: Option<String>,
    /// The ARN; empty if there is none.
    pub(super) task_definition: String,
    pub(super) desired_count: Option<Number>,
    pub(super) deployment_configuration: DeploymentConfiguration,
    pub(super) health_check_grace_period_seconds: Option<u64>,
    pub(super) load_balancers: Vec<LoadBalancer>,
    pub(super) network_configuration: NetworkConfiguration,
    pub(super) availability_zone_rebalancing: Option<String>,
    pub(super) capacity_provider_strategy: Option<Value>,
    #[serde(rename = "EnableECSManagedTags")]
    pub(super) enable_ecs_managed_tags: bool,
    pub(super) enable_execute_command: bool,
    pub(super) launch_type: Option<String>,
    pub(super) platform_version: Option<String>,
    pub(super) propagate_tags: Option<String>,
    pub(super) scheduling_strategy: Option<String>,
    pub(super) deployment_controller: Option<Value>,
    pub(super) service_connect_configuration: Option<Value>,
    pub(super) service_registries: Option<Value>,
    pub(super) volume_configurations: Option<Value>,
    pub(super) vpc_lattice_configurations: Option<Value>,
    pub(super) gateway_connectors: Option<Value>,
    pub(super) force_new_deployment: Option<Value>,
    pub(super) monitoring: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DeploymentConfiguration {
    pub(super) minimum_healthy_percent: Option<Number>,
    pub(super) maximum_percent: Option<Number>,
    pub(super) deployment_circuit_breaker: DeploymentCircuitBreaker,
    pub(super) strategy: Option<String>,
    pub(super) bake_time_in_minutes: Option<u64>,
    pub(super) alarms: Option<Alarms>,
    pub(super) lifecycle_hooks: Vec<LifecycleHook>,
    pub(super) canary_configuration: Option<CanaryConfiguration>,
    pub(super) linear_configuration: Option<LinearConfiguration>,
    pub(super) early_success_criteria: Option<Value>,
}

/// Shifts a share of the traffic, waits, and shifts the rest.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct CanaryConfiguration {
    pub(super) canary_percent: Option<f64>,
    pub(super) canary_bake_time_in_minutes: Option<u64>,
}

/// Shifts the traffic in equal steps, and waits between them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LinearConfiguration {
    pub(super) step_percent: Option<f64>,
    pub(super) step_bake_time_in_minutes: Option<u64>,
}

/// What happens at a stage of a deployment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LifecycleHook {
    pub(super) target_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hook_target_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role_arn: Option<String>,
    pub(super) lifecycle_stages: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hook_details: Option<Value>,
    pub(super) timeout_configuration: TimeoutConfiguration,
}

/// How long a hook may take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct TimeoutConfiguration {
    pub(super) timeout_in_minutes: u64,
    /// `ROLLBACK` or `CONTINUE`.
    pub(super) action: String,
}

impl Default for TimeoutConfiguration {
    fn default() -> Self {
        Self {
            timeout_in_minutes: 1440,
            action: "ROLLBACK".into(),
        }
    }
}

impl LifecycleHook {
    /// Whether the deployment waits for `ContinueServiceDeployment`.
    pub(super) fn is_pause(&self) -> bool {
        self.target_type.as_deref() == Some("PAUSE")
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Alarms {
    pub(super) enable: bool,
    pub(super) rollback: bool,
    pub(super) alarm_names: Vec<String>,
}

/// How many failed tasks trip the circuit breaker.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ThresholdConfiguration {
    /// `COUNT`, `BOUNDED_PERCENT` or `UNBOUNDED_PERCENT`.
    pub(super) r#type: String,
    pub(super) value: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DeploymentCircuitBreaker {
    pub(super) enable: bool,
    pub(super) rollback: bool,
    pub(super) reset_on_healthy_task: Option<bool>,
    pub(super) threshold_configuration: Option<ThresholdConfiguration>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LoadBalancer {
    pub(super) target_group_arn: Option<String>,
    pub(super) container_name: Option<String>,
    pub(super) container_port: Option<u64>,
    pub(super) advanced_configuration: Option<AdvancedConfiguration>,
}

/// The other target group of a service, and the rules that choose between the two.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(
    default,
    rename_all(serialize = "camelCase", deserialize = "PascalCase")
)]
pub(super) struct AdvancedConfiguration {
    pub(super) alternate_target_group_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) production_listener_rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) test_listener_rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role_arn: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct NetworkConfiguration {
    pub(super) awsvpc_configuration: AwsvpcConfiguration,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct AwsvpcConfiguration {
    pub(super) assign_public_ip: Option<String>,
    pub(super) security_groups: Vec<String>,
    pub(super) subnets: Vec<String>,
}

/// How a new revision replaces the old one. Times are in minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Strategy {
    Rolling,
    BlueGreen,
    Linear { percent: f64, bake: u64 },
    Canary { percent: f64, bake: u64 },
}

impl ServiceProperties {
    /// The deployment configuration with ECS's defaults.
    pub(super) fn configuration(&self) -> Value {
        let given = &self.deployment_configuration;
        let breaker = &given.deployment_circuit_breaker;
        let mut configuration = json!({
            "Strategy": given.strategy.as_deref().unwrap_or("ROLLING"),
            "MinimumHealthyPercent": given.minimum_healthy_percent.clone().unwrap_or(100.into()),
            "MaximumPercent": given.maximum_percent.clone().unwrap_or(200.into()),
            "DeploymentCircuitBreaker": {"Enable": breaker.enable, "Rollback": breaker.rollback},
            "BakeTimeInMinutes": given.bake_time_in_minutes.unwrap_or(0),
        });
        if let Some(threshold) = &breaker.threshold_configuration {
            configuration["DeploymentCircuitBreaker"]["ThresholdConfiguration"] = json!(threshold);
        }
        if let Some(reset) = breaker.reset_on_healthy_task {
            configuration["DeploymentCircuitBreaker"]["ResetOnHealthyTask"] = reset.into();
        }
        if let Some(alarms) = &given.alarms {
            configuration["Alarms"] = json!(alarms);
        }
        if !given.lifecycle_hooks.is_empty() {
            configuration["LifecycleHooks"] = json!(given.lifecycle_hooks);
        }
        match self.strategy() {
            Strategy::Linear { percent, bake } => {
                configuration["LinearConfiguration"] =
                    json!({"StepPercent": percent, "StepBakeTimeInMinutes": bake});
            }
            Strategy::Canary { percent, bake } => {
                configuration["CanaryConfiguration"] =
                    json!({"CanaryPercent": percent, "CanaryBakeTimeInMinutes": bake});
            }
            Strategy::Rolling | Strategy::BlueGreen => {}
        }
        configuration
    }

    /// How a new revision replaces the old one. A missing value has ECS's default.
    pub(super) fn strategy(&self) -> Strategy {
        let given = &self.deployment_configuration;
        match given.strategy.as_deref() {
            Some("BLUE_GREEN") => Strategy::BlueGreen,
            Some("LINEAR") => {
                let linear = given.linear_configuration.clone().unwrap_or_default();
                Strategy::Linear {
                    percent: linear.step_percent.unwrap_or(10.0),
                    bake: linear.step_bake_time_in_minutes.unwrap_or(6),
                }
            }
            Some("CANARY") => {
                let canary = given.canary_configuration.clone().unwrap_or_default();
                Strategy::Canary {
                    percent: canary.canary_percent.unwrap_or(5.0),
                    bake: canary.canary_bake_time_in_minutes.unwrap_or(10),
                }
            }
            _ => Strategy::Rolling,
        }
    }

    /// What the local AWS does not do yet, by its name.
    pub(super) fn unsupported(&self) -> Option<String> {
        let is_set = |value: &Option<Value>| {
            value.as_ref().is_some_and(|value| match value {
                Value::Null | Value::Bool(false) => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(members) => {
                    let enabled = members
                        .get("Enabled")
                        .or(members.get("EnableForceNewDeployment"));
                    !members.is_empty() && enabled != Some(&Value::Bool(false))
                }
                _ => true,
            })
        };
        let deployment = &self.deployment_configuration;
        let controller = self.deployment_controller.as_ref();
        let controller = controller
            .and_then(|one| one.get("Type"))
            .and_then(Value::as_str);
        if let Some(controller) = controller.filter(|controller| *controller != "ECS") {
            return Some(format!("deployments by {controller}"));
        }
        if let Some(launch) = self.launch_type.as_deref().filter(|one| *one != "FARGATE") {
            return Some(format!("services of the launch type {launch}"));
        }
        if deployment
            .alarms
            .as_ref()
            .is_some_and(|alarms| alarms.enable)
        {
            return Some("DeploymentConfiguration.Alarms".into());
        }
        let hooks = &deployment.lifecycle_hooks;
        if hooks.iter().any(|hook| !hook.is_pause()) {
            return Some("lifecycle hooks that call Lambda functions".into());
        }
        if !hooks.is_empty() && self.strategy() == Strategy::Rolling {
            return Some("lifecycle hooks of ROLLING deployments".into());
        }
        [
            (
                "DeploymentConfiguration.EarlySuccessCriteria",
                is_set(&deployment.early_success_criteria),
            ),
            (
                "ServiceConnectConfiguration",
                is_set(&self.service_connect_configuration),
            ),
            ("ServiceRegistries", is_set(&self.service_registries)),
            ("VolumeConfigurations", is_set(&self.volume_configurations)),
            (
                "VpcLatticeConfigurations",
                is_set(&self.vpc_lattice_configurations),
            ),
            ("GatewayConnectors", is_set(&self.gateway_connectors)),
            ("Monitoring", is_set(&self.monitoring)),
        ]
        .into_iter()
        .find_map(|(name, is_set)| is_set.then(|| name.to_owned()))
    }

    /// The name of the service's cluster.
    pub(super) fn cluster_name(&self) -> &str {
        cluster_name(self.cluster.as_deref())
    }
}

/// The name of a cluster, given by its name or its ARN.
pub(super) fn cluster_name(cluster: Option<&str>) -> &str {
    let cluster = cluster.unwrap_or("default");
    cluster.rsplit('/').next().unwrap_or(cluster)
}
