//! `AWS::ElasticLoadBalancingV2::TargetGroup`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::load_balancer::LONGEST_NAME;
use super::network::Gate;
use super::targets::{Settings, Targets};
use crate::account::Account;
use crate::aws::hex_id;
use crate::containers::TaskConnector;
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct TargetGroup;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct TargetGroupProperties {
    name: Option<String>,
    target_group_attributes: Vec<Attribute>,
    #[serde(flatten)]
    pub(super) described: Described,
}

/// The properties that `DescribeTargetGroups` returns.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Described {
    pub(super) health_check_interval_seconds: Option<u64>,
    pub(super) health_check_path: Option<String>,
    pub(super) health_check_timeout_seconds: Option<u64>,
    pub(super) healthy_threshold_count: Option<u64>,
    pub(super) matcher: Option<Matcher>,
    port: Option<u64>,
    protocol: Option<String>,
    target_type: Option<String>,
    pub(super) unhealthy_threshold_count: Option<u64>,
    vpc_id: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Matcher {
    pub(super) http_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    key: Option<String>,
    value: Option<String>,
}

impl TargetGroupProperties {
    /// The attribute of this name, such as `deregistration_delay.timeout_seconds`.
    pub(super) fn attribute(&self, key: &str) -> Option<&str> {
        let mut attributes = self.target_group_attributes.iter();
        let found = attributes.find(|attribute| attribute.key.as_deref() == Some(key));
        found?.value.as_deref()
    }
}

impl ResourceType for TargetGroup {
    const NAME: &'static str = "AWS::ElasticLoadBalancingV2::TargetGroup";
    const SCHEMA: &'static str = include_str!("target_group.json");
    type Properties = TargetGroupProperties;

    async fn create(request: &Request, properties: &TargetGroupProperties) -> Result<Made, String> {
        let name = request.name(properties.name.as_deref());
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let full_name = format!("targetgroup/{name}/{}", hex_id(16));
        let arn = request.account.arn("elasticloadbalancing", &full_name);
        let attributes = json!({
            "TargetGroupArn": arn,
            "TargetGroupName": name,
            "TargetGroupFullName": full_name,
            "LoadBalancerArns": [],
        });
        Ok(Made::new(arn, attributes))
    }

    async fn start(
        request: &Request,
        properties: &TargetGroupProperties,
        arn: &str,
    ) -> Result<(), String> {
        Self::restore(&request.account, arn, properties).await
    }

    async fn restore(
        account: &Arc<Account>,
        arn: &str,
        properties: &TargetGroupProperties,
    ) -> Result<(), String> {
        let vpc = properties.described.vpc_id.as_deref().unwrap_or("");
        let connector = TaskConnector::new(&account.networks, vpc);
        let gate = Gate::new(account, arn);
        let targets = Targets::new(Settings::of(properties), account.pace, gate, connector);
        account.balancers.add_group(arn, targets);
        Ok(())
    }

    fn updated(request: &Request, properties: &TargetGroupProperties) {
        if let Some(targets) = request.account.balancers.targets(&request.physical_id) {
            targets.configure(Settings::of(properties));
        }
    }

    async fn delete(request: &Request, _: &TargetGroupProperties) -> Result<(), String> {
        let arn = &request.physical_id;
        let is_used = request.account.read(|state| {
            let listeners = ["AWS::ElasticLoadBalancingV2::Listener"];
            !state.inventory.users(arn, &listeners).is_empty()
        });
        if is_used {
            return Err(refusal(
                &format!("Target group '{arn}' is currently in use by a listener or a rule"),
                "ElasticLoadBalancingV2",
                400,
            ));
        }
        request.account.balancers.remove_group(arn);
        Ok(())
    }
}
