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
    pub(super) lifecycle_hooks: Option<Value>,
    pub(super) canary_configuration: Option<Value>,
    pub(super) linear_configuration: Option<Value>,
    pub(super) early_success_criteria: Option<Value>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
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
    pub(super) advanced_configuration: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct NetworkConfiguration {
    pub(super) awsvpc_configuration: AwsvpcConfiguration,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct AwsvpcConfiguration {
    pub(super) assign_public_ip: Option<String>,
    pub(super) security_groups: Vec<String>,
    pub(super) subnets: Vec<String>,
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
        if let Some(alarms) = &given.alarms {
            configuration["Alarms"] = json!(alarms);
        }
        configuration
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
        if let Some(strategy) = deployment
            .strategy
            .as_deref()
            .filter(|one| *one != "ROLLING")
        {
            return Some(format!("deployments of the strategy {strategy}"));
        }
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
        let advanced = self
            .load_balancers
            .iter()
            .any(|one| is_set(&one.advanced_configuration));
        [
            (
                "DeploymentConfiguration.LifecycleHooks",
                is_set(&deployment.lifecycle_hooks),
            ),
            (
                "DeploymentConfiguration.CanaryConfiguration",
                is_set(&deployment.canary_configuration),
            ),
            (
                "DeploymentConfiguration.LinearConfiguration",
                is_set(&deployment.linear_configuration),
            ),
            (
                "DeploymentConfiguration.EarlySuccessCriteria",
                is_set(&deployment.early_success_criteria),
            ),
            ("LoadBalancers.AdvancedConfiguration", advanced),
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
