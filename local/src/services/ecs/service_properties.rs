//! The properties of an `AWS::ECS::Service`.

use serde::Deserialize;
use serde_json::Number;

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
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DeploymentConfiguration {
    pub(super) minimum_healthy_percent: Option<Number>,
    pub(super) maximum_percent: Option<Number>,
    pub(super) deployment_circuit_breaker: DeploymentCircuitBreaker,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DeploymentCircuitBreaker {
    pub(super) enable: bool,
    pub(super) rollback: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LoadBalancer {
    pub(super) target_group_arn: Option<String>,
    pub(super) container_name: Option<String>,
    pub(super) container_port: Option<u64>,
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

impl ServiceProperties {
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
