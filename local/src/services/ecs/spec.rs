//! What the tasks of a service revision are started from. A change of it is a new revision, and with it
//! a new deployment.
//!
//! Source: the members of `UpdateService` that trigger a new service deployment
//! (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>).

use super::service_properties::{LoadBalancer, ServiceProperties};
use crate::services::ec2::Placement;

/// The port of a container without a load balancer.
const USUAL_PORT: u16 = 8080;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spec {
    /// The ARN of the task definition.
    pub(super) definition: String,
    pub(super) placement: Placement,
    /// `None` for the latest one.
    pub(super) platform: Option<String>,
    pub(super) balancers: Vec<Balancer>,
    /// A new deployment that was asked for, although nothing else has changed.
    pub(super) nonce: Option<String>,
}

/// A load balancer of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Balancer {
    /// The ARN of the target group.
    pub(super) group: String,
    pub(super) container: String,
    pub(super) port: u16,
    pub(super) shift: Option<Shift>,
}

/// How ECS shifts traffic between two target groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shift {
    /// The ARN of the other target group.
    pub(super) alternate: String,
    /// The ARNs of the listener rules.
    pub(super) production: Option<String>,
    pub(super) test: Option<String>,
    /// The ARN of the role with which ECS changes the rules.
    pub(super) role: Option<String>,
}

impl Spec {
    pub(super) fn of(properties: &ServiceProperties) -> Self {
        let network = &properties.network_configuration.awsvpc_configuration;
        let forced = properties.force_new_deployment.as_ref();
        let forced = forced.filter(|forced| forced["EnableForceNewDeployment"] == true);
        let platform = properties.platform_version.clone();
        Self {
            definition: properties.task_definition.clone(),
            placement: Placement {
                subnets: network.subnets.clone(),
                groups: network.security_groups.clone(),
                public: network.assign_public_ip.as_deref() == Some("ENABLED"),
            },
            platform: platform.filter(|version| version != "LATEST"),
            balancers: properties
                .load_balancers
                .iter()
                .filter_map(Balancer::of)
                .collect(),
            nonce: forced
                .and_then(|forced| forced["ForceNewDeploymentNonce"].as_str())
                .map(str::to_owned),
        }
    }

    /// Whether `wanted` is another revision.
    pub(super) fn differs(&self, wanted: &Self) -> bool {
        let mut same = wanted.clone();
        if same.nonce.is_none() {
            same.nonce.clone_from(&self.nonce);
        }
        *self != same
    }
}

impl Balancer {
    fn of(given: &LoadBalancer) -> Option<Self> {
        let port = given.container_port.and_then(|port| port.try_into().ok());
        let shift = given.advanced_configuration.as_ref().map(|given| Shift {
            alternate: given.alternate_target_group_arn.clone().unwrap_or_default(),
            production: given.production_listener_rule.clone(),
            test: given.test_listener_rule.clone(),
            role: given.role_arn.clone(),
        });
        Some(Self {
            group: given.target_group_arn.clone()?,
            container: given.container_name.clone().unwrap_or_default(),
            port: port.unwrap_or(USUAL_PORT),
            shift,
        })
    }

    /// The target group that is not `group`.
    pub(super) fn other(&self, group: &str) -> &str {
        match &self.shift {
            Some(shift) if group == self.group => &shift.alternate,
            _ => &self.group,
        }
    }
}
