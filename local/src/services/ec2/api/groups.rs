//! `DescribeSecurityGroups` and `DescribeSecurityGroupRules`.

use serde_json::{Value, json};

use super::listing::{Listing, tags};
use crate::account::{Account, State};
use crate::aws::ACCOUNT;
use crate::resources::ResourceType as _;
use crate::services::ec2::SecurityGroup;
use crate::services::ec2::security_group::SecurityGroupProperties;
use crate::services::ec2::topology::{Direction, Peer, Ports, Rule, Topology, topology};

pub(super) static GROUPS: Listing = Listing {
    action: "DescribeSecurityGroups",
    set: "securityGroupInfo",
    ids: &[("GroupId", "groupId"), ("GroupName", "groupName")],
    prefix: "sg-",
    code: "InvalidGroup",
    missing: "The security group '{}' does not exist",
    filters: &[
        ("description", "groupDescription"),
        (
            "egress.ip-permission.cidr",
            "ipPermissionsEgress/ipRanges/cidrIp",
        ),
        (
            "egress.ip-permission.from-port",
            "ipPermissionsEgress/fromPort",
        ),
        (
            "egress.ip-permission.group-id",
            "ipPermissionsEgress/groups/groupId",
        ),
        (
            "egress.ip-permission.group-name",
            "ipPermissionsEgress/groups/groupName",
        ),
        (
            "egress.ip-permission.ipv6-cidr",
            "ipPermissionsEgress/ipv6Ranges/cidrIpv6",
        ),
        (
            "egress.ip-permission.prefix-list-id",
            "ipPermissionsEgress/prefixListIds/prefixListId",
        ),
        (
            "egress.ip-permission.protocol",
            "ipPermissionsEgress/ipProtocol",
        ),
        ("egress.ip-permission.to-port", "ipPermissionsEgress/toPort"),
        (
            "egress.ip-permission.user-id",
            "ipPermissionsEgress/groups/userId",
        ),
        ("group-id", "groupId"),
        ("group-name", "groupName"),
        ("ip-permission.cidr", "ipPermissions/ipRanges/cidrIp"),
        ("ip-permission.from-port", "ipPermissions/fromPort"),
        ("ip-permission.group-id", "ipPermissions/groups/groupId"),
        ("ip-permission.group-name", "ipPermissions/groups/groupName"),
        (
            "ip-permission.ipv6-cidr",
            "ipPermissions/ipv6Ranges/cidrIpv6",
        ),
        (
            "ip-permission.prefix-list-id",
            "ipPermissions/prefixListIds/prefixListId",
        ),
        ("ip-permission.protocol", "ipPermissions/ipProtocol"),
        ("ip-permission.to-port", "ipPermissions/toPort"),
        ("ip-permission.user-id", "ipPermissions/groups/userId"),
        ("owner-id", "ownerId"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
    all: groups,
};

pub(super) static RULES: Listing = Listing {
    action: "DescribeSecurityGroupRules",
    set: "securityGroupRuleSet",
    ids: &[("SecurityGroupRuleId", "securityGroupRuleId")],
    prefix: "sgr-",
    code: "InvalidSecurityGroupRuleId",
    missing: "The security group rule ID '{}' does not exist",
    filters: &[
        ("group-id", "groupId"),
        ("security-group-rule-id", "securityGroupRuleId"),
        ("tag-key", "tagSet/key"),
    ],
    page: 1000,
    all: rules,
};

/// The default groups of the VPCs, then those of templates: id, VPC, name and description.
fn known(state: &State, topology: &Topology) -> Vec<(String, String, String, String)> {
    let defaults = topology.vpcs.iter().map(|(vpc, own)| {
        let description = "default VPC security group".to_owned();
        (
            own.default_group.clone(),
            vpc.clone(),
            "default".to_owned(),
            description,
        )
    });
    let items = state.inventory.of_type(SecurityGroup::NAME);
    let own = items.map(|(id, item)| {
        let properties: SecurityGroupProperties = item.read();
        let name = properties
            .group_name
            .unwrap_or_else(|| made_up_name(state, id));
        (
            id.to_owned(),
            properties.vpc_id.unwrap_or_default(),
            name,
            properties.group_description.unwrap_or_default(),
        )
    });
    defaults.chain(own).collect()
}

/// CloudFormation names a group `STACK-LOGICALID-RANDOM`.
fn made_up_name(state: &State, id: &str) -> String {
    let living = state.stacks.iter().filter(|stack| !stack.is_deleted());
    let mut names = living.flat_map(|stack| {
        let own = stack.current.existing();
        let own = own.filter(|(_, record)| record.physical_id == id);
        own.map(|(logical_id, _)| format!("{}-{logical_id}", stack.name))
    });
    let end = id
        .trim_start_matches("sg-")
        .chars()
        .take(12)
        .collect::<String>();
    match names.next() {
        Some(name) => format!("{name}-{}", end.to_uppercase()),
        None => id.to_owned(),
    }
}

fn groups(account: &Account) -> Vec<Value> {
    let topology = topology(account);
    account.read(|state| {
        let known = known(state, &topology).into_iter();
        known
            .map(|(id, vpc, name, description)| {
                let permissions = |direction| permissions(&topology, &id, direction);
                let item = state.inventory.get_of(SecurityGroup::NAME, &id);
                json!({
                    "groupId": id,
                    "groupName": name,
                    "groupDescription": description,
                    "securityGroupArn": account.arn("ec2", &format!("security-group/{id}")),
                    "vpcId": vpc,
                    "ownerId": ACCOUNT,
                    "ipPermissions": permissions(Direction::In),
                    "ipPermissionsEgress": permissions(Direction::Out),
                    "tagSet": item.map_or_else(|| json!([]), |item| tags(state, &id, item)),
                })
            })
            .collect()
    })
}

fn permissions(topology: &Topology, group: &str, direction: Direction) -> Vec<Value> {
    let group = topology.groups.get(group);
    let rules = group.into_iter().flat_map(|group| group.rules(direction));
    rules
        .map(|rule| {
            let (protocol, from, to) = ports(rule.ports);
            let one = |key: &str, value: Value| json!([{ key: value }]);
            let none = json!([]);
            let mut permission = json!({
                "ipProtocol": protocol, "fromPort": from, "toPort": to,
                "groups": none, "ipRanges": none, "ipv6Ranges": none, "prefixListIds": none,
            });
            match &rule.peer {
                Peer::Block(block) => {
                    permission["ipRanges"] = one("cidrIp", block.to_string().into())
                }
                Peer::Ipv6(block) => {
                    permission["ipv6Ranges"] = one("cidrIpv6", block.clone().into())
                }
                Peer::PrefixList(id) => {
                    permission["prefixListIds"] = one("prefixListId", id.clone().into())
                }
                Peer::Group(id) => {
                    permission["groups"] = json!([{"groupId": id, "userId": ACCOUNT}])
                }
            }
            permission
        })
        .collect()
}

fn ports(ports: Ports) -> (&'static str, Option<u16>, Option<u16>) {
    match ports {
        Ports::All => ("-1", None, None),
        Ports::Tcp(from, to) => ("tcp", Some(from), Some(to)),
        Ports::Udp(from, to) => ("udp", Some(from), Some(to)),
        Ports::Other => ("icmp", None, None),
    }
}

fn rules(account: &Account) -> Vec<Value> {
    let topology = topology(account);
    let mut all = Vec::new();
    for (group, own) in &topology.groups {
        for direction in [Direction::In, Direction::Out] {
            for (index, rule) in own.rules(direction).iter().enumerate() {
                all.push(rule_of(account, group, direction, index, rule));
            }
        }
    }
    all
}

fn rule_of(
    account: &Account,
    group: &str,
    direction: Direction,
    index: usize,
    rule: &Rule,
) -> Value {
    let is_egress = direction == Direction::Out;
    let (protocol, from, to) = ports(rule.ports);
    // A rule has no resource of its own in most templates. Its id is made from that of its group.
    let digits = group.trim_start_matches("sg-");
    let digits = digits.get(4..).unwrap_or(digits);
    let id = format!("sgr-{:02x}{index:02x}{digits}", u8::from(is_egress));
    let mut shown = json!({
        "securityGroupRuleId": id,
        "securityGroupRuleArn": account.arn("ec2", &format!("security-group-rule/{id}")),
        "groupId": group,
        "groupOwnerId": ACCOUNT,
        "isEgress": is_egress,
        "ipProtocol": protocol,
        "fromPort": from.map_or(-1, i32::from),
        "toPort": to.map_or(-1, i32::from),
        "tagSet": [],
    });
    match &rule.peer {
        Peer::Block(block) => shown["cidrIpv4"] = block.to_string().into(),
        Peer::Ipv6(block) => shown["cidrIpv6"] = block.clone().into(),
        Peer::PrefixList(id) => shown["prefixListId"] = id.clone().into(),
        Peer::Group(id) => shown["referencedGroupInfo"] = json!({"groupId": id, "userId": ACCOUNT}),
    }
    shown
}
