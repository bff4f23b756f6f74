//! The properties of an `AWS::ECS::Service`.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::deployment_configuration::{DeploymentConfiguration, Strategy};

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
    /// How a new revision replaces the old one.
    pub(super) fn strategy(&self) -> Strategy {
        self.deployment_configuration.strategy()
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
