//! `AWS::EC2::SecurityGroupIngress` and `AWS::EC2::SecurityGroupEgress`.

use serde::Deserialize;

use super::network::with_id;
use super::security_group::RuleProperties;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct SecurityGroupIngress;

pub(crate) struct SecurityGroupEgress;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SecurityGroupRuleProperties {
    pub(super) group_id: Option<String>,
    #[serde(flatten)]
    pub(super) rule: RuleProperties,
}

impl ResourceType for SecurityGroupIngress {
    const NAME: &'static str = "AWS::EC2::SecurityGroupIngress";
    const SCHEMA: &'static str = include_str!("security_group_ingress.json");
    type Properties = SecurityGroupRuleProperties;

    async fn create(_: &Request, _: &SecurityGroupRuleProperties) -> Result<Made, String> {
        Ok(with_id("sgr", "Id"))
    }
}

impl ResourceType for SecurityGroupEgress {
    const NAME: &'static str = "AWS::EC2::SecurityGroupEgress";
    const SCHEMA: &'static str = include_str!("security_group_egress.json");
    type Properties = SecurityGroupRuleProperties;

    async fn create(_: &Request, _: &SecurityGroupRuleProperties) -> Result<Made, String> {
        Ok(with_id("sgr", "Id"))
    }
}
