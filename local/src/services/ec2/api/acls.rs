//! `DescribeNetworkAcls`.

use serde_json::{Value, json};

use super::listing::{Listing, tags};
use crate::account::{Account, State};
use crate::aws::ACCOUNT;
use crate::resources::ResourceType as _;
use crate::services::ec2::network_acl::{NetworkAcl, NetworkAclProperties};
use crate::services::ec2::network_acl_entry::{NetworkAclEntry, NetworkAclEntryProperties};
use crate::services::ec2::topology::{Topology, topology};

pub(super) static ACLS: Listing = Listing {
    action: "DescribeNetworkAcls",
    set: "networkAclSet",
    ids: &[("NetworkAclId", "networkAclId")],
    prefix: "acl-",
    code: "InvalidNetworkAclID",
    missing: "The networkAcl ID '{}' does not exist",
    filters: &[
        (
            "association.association-id",
            "associationSet/networkAclAssociationId",
        ),
        ("association.network-acl-id", "associationSet/networkAclId"),
        ("association.subnet-id", "associationSet/subnetId"),
        ("default", "default"),
        ("entry.cidr", "entrySet/cidrBlock"),
        ("entry.icmp.code", "entrySet/icmpTypeCode/code"),
        ("entry.icmp.type", "entrySet/icmpTypeCode/type"),
        ("entry.ipv6-cidr", "entrySet/ipv6CidrBlock"),
        ("entry.port-range.from", "entrySet/portRange/from"),
        ("entry.port-range.to", "entrySet/portRange/to"),
        ("entry.protocol", "entrySet/protocol"),
        ("entry.rule-action", "entrySet/ruleAction"),
        ("entry.egress", "entrySet/egress"),
        ("entry.rule-number", "entrySet/ruleNumber"),
        ("network-acl-id", "networkAclId"),
        ("owner-id", "ownerId"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
    all,
};

/// The number of the last rule, which denies everything.
const LAST: u32 = 32767;

fn all(account: &Account) -> Vec<Value> {
    let topology = topology(account);
    account.read(|state| {
        let defaults = topology.vpcs.iter().map(|(vpc, own)| {
            let id = own.default_acl.as_str();
            let mut entries = own_entries(state, id);
            entries.extend([true, false].map(|egress| whole(100, egress, "allow")));
            described(&topology, id, vpc, true, entries, json!([]))
        });
        let items = state.inventory.of_type(NetworkAcl::NAME);
        let own = items.map(|(id, item)| {
            let properties: NetworkAclProperties = item.read();
            let entries = own_entries(state, id);
            described(
                &topology,
                id,
                &properties.vpc_id,
                false,
                entries,
                tags(state, id, item),
            )
        });
        defaults.chain(own).collect()
    })
}

fn described(
    topology: &Topology,
    id: &str,
    vpc: &str,
    is_default: bool,
    mut entries: Vec<Value>,
    tags: Value,
) -> Value {
    entries.extend([true, false].map(|egress| whole(LAST, egress, "deny")));
    let subnets = topology
        .subnets
        .iter()
        .filter(|(_, subnet)| subnet.acl == id);
    let associations = subnets.map(|(subnet, _)| {
        json!({
            "networkAclAssociationId": subnet.replacen("subnet-", "aclassoc-", 1),
            "networkAclId": id,
            "subnetId": subnet,
        })
    });
    json!({
        "networkAclId": id,
        "vpcId": vpc,
        "ownerId": ACCOUNT,
        "default": is_default,
        "entrySet": entries,
        "associationSet": associations.collect::<Vec<_>>(),
        "tagSet": tags,
    })
}

fn whole(number: u32, egress: bool, action: &str) -> Value {
    json!({
        "ruleNumber": number, "protocol": "-1", "ruleAction": action,
        "egress": egress, "cidrBlock": "0.0.0.0/0",
    })
}

fn own_entries(state: &State, acl: &str) -> Vec<Value> {
    let items = state.inventory.of_type(NetworkAclEntry::NAME);
    let entries = items.map(|(_, item)| item.read::<NetworkAclEntryProperties>());
    let own = entries.filter(|entry| entry.network_acl_id == acl);
    own.map(|entry| {
        let range = entry.port_range.as_ref();
        json!({
            "ruleNumber": entry.rule_number,
            "protocol": entry.protocol.to_string(),
            "ruleAction": entry.rule_action,
            "egress": entry.egress,
            "cidrBlock": entry.cidr_block,
            "ipv6CidrBlock": entry.ipv6_cidr_block,
            "portRange": range.map(|range| json!({"from": range.from, "to": range.to})),
        })
    })
    .collect()
}
