//! `AWS::EC2::NetworkAclEntry`.

use serde::Deserialize;

use super::network::{refused, with_id};
use super::network_acl::NetworkAcl;
use super::vpc::Vpc;
use crate::account::State;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct NetworkAclEntry;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct NetworkAclEntryProperties {
    pub(super) cidr_block: Option<String>,
    pub(super) egress: bool,
    pub(super) ipv6_cidr_block: Option<String>,
    pub(super) network_acl_id: String,
    pub(super) port_range: Option<PortRange>,
    /// The number of the protocol; -1 means all.
    pub(super) protocol: i64,
    pub(super) rule_action: String,
    pub(super) rule_number: u32,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct PortRange {
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
}

impl ResourceType for NetworkAclEntry {
    const NAME: &'static str = "AWS::EC2::NetworkAclEntry";
    const SCHEMA: &'static str = include_str!("network_acl_entry.json");
    type Properties = NetworkAclEntryProperties;

    async fn create(
        request: &Request,
        properties: &NetworkAclEntryProperties,
    ) -> Result<Made, String> {
        request.account.read(|state| check(state, properties))?;
        Ok(with_id("acle", "Id"))
    }
}

/// # Errors
/// EC2's message if the ACL does not exist, or already has an entry of this number.
fn check(state: &State, properties: &NetworkAclEntryProperties) -> Result<(), String> {
    let id = properties.network_acl_id.as_str();
    let mut vpcs = state.inventory.of_type(Vpc::NAME);
    let is_default = vpcs.any(|(_, item)| item.attribute("DefaultNetworkAcl") == id);
    if !is_default && !state.inventory.has(NetworkAcl::NAME, id) {
        return refused(&format!("The networkAcl ID '{id}' does not exist"));
    }
    let mut entries = state.inventory.of_type(NetworkAclEntry::NAME);
    let is_taken = entries.any(|(_, item)| {
        let other: NetworkAclEntryProperties = item.read();
        let same = other.rule_number == properties.rule_number;
        same && other.network_acl_id == id && other.egress == properties.egress
    });
    if is_taken || (is_default && properties.rule_number == 100) {
        // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
        // NetworkAclEntryAlreadyExists
        return refused(&format!(
            "The network acl entry identified by {} already exists.",
            properties.rule_number
        ));
    }
    Ok(())
}
