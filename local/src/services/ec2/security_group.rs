//! `AWS::EC2::SecurityGroup`.

use serde::Deserialize;
use serde_json::json;

use super::network::{check_ids, is_used, refused};
use crate::aws::ec2_id;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct SecurityGroup;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SecurityGroupProperties {
    pub(super) group_description: Option<String>,
    pub(super) group_name: Option<String>,
    pub(super) security_group_egress: Vec<RuleProperties>,
    pub(super) security_group_ingress: Vec<RuleProperties>,
    pub(super) vpc_id: Option<String>,
}

/// A rule of a security group.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RuleProperties {
    pub(super) cidr_ip: Option<String>,
    pub(super) cidr_ipv6: Option<String>,
    pub(super) description: Option<String>,
    destination_prefix_list_id: Option<String>,
    destination_security_group_id: Option<String>,
    pub(super) from_port: Option<i64>,
    pub(super) ip_protocol: String,
    source_prefix_list_id: Option<String>,
    source_security_group_id: Option<String>,
    pub(super) to_port: Option<i64>,
}

impl RuleProperties {
    /// The security group on the other side.
    pub(super) fn other_group(&self) -> Option<&str> {
        let source = self.source_security_group_id.as_deref();
        source.or(self.destination_security_group_id.as_deref())
    }

    /// The prefix list on the other side.
    pub(super) fn other_prefix_list(&self) -> Option<&str> {
        let source = self.source_prefix_list_id.as_deref();
        source.or(self.destination_prefix_list_id.as_deref())
    }
}

impl ResourceType for SecurityGroup {
    const NAME: &'static str = "AWS::EC2::SecurityGroup";
    const SCHEMA: &'static str = include_str!("security_group.json");
    type Properties = SecurityGroupProperties;

    async fn create(
        request: &Request,
        properties: &SecurityGroupProperties,
    ) -> Result<Made, String> {
        let named = [("VpcId", properties.vpc_id.as_deref())];
        request.account.read(|state| check_ids(state, &named))?;
        let id = ec2_id("sg");
        let vpc = properties.vpc_id.as_deref().unwrap_or("");
        let attributes = json!({"Id": id, "GroupId": id, "VpcId": vpc});
        Ok(Made::new(id, attributes))
    }

    async fn delete(request: &Request, _: &SecurityGroupProperties) -> Result<(), String> {
        let id = &request.physical_id;
        if request.account.read(|state| is_used(state, id)) {
            return refused(&format!("resource {id} has a dependent object"));
        }
        Ok(())
    }
}
