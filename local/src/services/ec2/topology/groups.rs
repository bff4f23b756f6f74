//! Security groups and their rules.

use std::collections::BTreeMap;
use std::fmt;

use super::Vpc;
use crate::account::State;
use crate::aws::Block;
use crate::resources::ResourceType as _;
use crate::services::ec2::security_group::{
    RuleProperties, SecurityGroup, SecurityGroupProperties,
};
use crate::services::ec2::security_group_rule::{
    SecurityGroupEgress, SecurityGroupIngress, SecurityGroupRuleProperties,
};

/// A security group.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) ingress: Vec<Rule>,
    pub(crate) egress: Vec<Rule>,
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) ports: Ports,
    pub(crate) peer: Peer,
}

/// The protocol and the ports of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ports {
    /// All protocols and ports.
    All,
    Tcp(u16, u16),
    Udp(u16, u16),
    /// Another protocol, which no connection of this architecture uses.
    Other,
}

/// The other side of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Peer {
    Block(Block),
    Group(String),
    PrefixList(String),
    /// An IPv6 block.
    Ipv6(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    In,
    Out,
}

impl Group {
    pub(crate) fn rules(&self, direction: Direction) -> &[Rule] {
        match direction {
            Direction::In => &self.ingress,
            Direction::Out => &self.egress,
        }
    }
}

impl Ports {
    pub(crate) fn admit(self, port: u16) -> bool {
        match self {
            Self::All => true,
            Self::Tcp(first, last) => (first..=last).contains(&port),
            Self::Udp(..) | Self::Other => false,
        }
    }

    /// Reads the members of a rule: TCP is `tcp` or 6; -1 means everything. Missing ports mean all.
    pub(super) fn read(protocol: &str, from: Option<i64>, to: Option<i64>) -> Self {
        let port = |given: Option<i64>, default: u16| {
            let given = given.filter(|port| *port >= 0);
            given.map_or(default, |port| u16::try_from(port).unwrap_or(u16::MAX))
        };
        match protocol.to_ascii_lowercase().as_str() {
            "-1" | "all" => Self::All,
            "tcp" | "6" => Self::Tcp(port(from, 0), port(to.or(from), u16::MAX)),
            "udp" | "17" => Self::Udp(port(from, 0), port(to.or(from), u16::MAX)),
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str("all traffic"),
            Self::Tcp(first, last) if first == last => write!(formatter, "TCP {first}"),
            Self::Tcp(first, last) => write!(formatter, "TCP {first}-{last}"),
            Self::Udp(first, last) => write!(formatter, "UDP {first}-{last}"),
            Self::Other => formatter.write_str("another protocol"),
        }
    }
}

/// All security groups, with the rules that are resources of their own, and the default groups.
pub(super) fn groups(state: &State, vpcs: &BTreeMap<String, Vpc>) -> BTreeMap<String, Group> {
    let defaults = vpcs.values().map(|vpc| {
        let own = Peer::Group(vpc.default_group.clone());
        let ingress = vec![Rule {
            ports: Ports::All,
            peer: own,
        }];
        (
            vpc.default_group.clone(),
            Group {
                ingress,
                egress: vec![everything()],
            },
        )
    });
    let items = state.inventory.of_type(SecurityGroup::NAME);
    let own = items.map(|(id, item)| {
        let properties: SecurityGroupProperties = item.read();
        let group = Group {
            ingress: rules(&properties.security_group_ingress),
            egress: rules(&properties.security_group_egress),
        };
        (id.to_owned(), group)
    });
    let mut groups: BTreeMap<String, Group> = defaults.chain(own).collect();
    add(state, SecurityGroupIngress::NAME, &mut groups, |group| {
        &mut group.ingress
    });
    add(state, SecurityGroupEgress::NAME, &mut groups, |group| {
        &mut group.egress
    });
    // EC2 removes its default rule only when CloudFormation adds another one (AWS::EC2::SecurityGroup,
    // "Remove the default rule"), inline or as a resource (aws-cdk issue 987).
    for group in groups.values_mut().filter(|group| group.egress.is_empty()) {
        group.egress.push(everything());
    }
    groups
}

fn everything() -> Rule {
    let all = Block::around("0.0.0.0/0").expect("it is a block");
    Rule {
        ports: Ports::All,
        peer: Peer::Block(all),
    }
}

fn rules(given: &[RuleProperties]) -> Vec<Rule> {
    given.iter().filter_map(RuleProperties::rule).collect()
}

/// Adds the rules of a type to their groups.
fn add(
    state: &State,
    resource_type: &str,
    groups: &mut BTreeMap<String, Group>,
    rules: fn(&mut Group) -> &mut Vec<Rule>,
) {
    for (_, item) in state.inventory.of_type(resource_type) {
        let properties: SecurityGroupRuleProperties = item.read();
        let group = properties.group_id.as_deref().unwrap_or("");
        if let (Some(group), Some(rule)) = (groups.get_mut(group), properties.rule.rule()) {
            rules(group).push(rule);
        }
    }
}

impl RuleProperties {
    /// The rule; None without another side, which EC2 would refuse.
    fn rule(&self) -> Option<Rule> {
        let peer = if let Some(block) = &self.cidr_ip {
            Peer::Block(Block::around(block)?)
        } else if let Some(group) = self.other_group() {
            Peer::Group(group.to_owned())
        } else if let Some(list) = self.other_prefix_list() {
            Peer::PrefixList(list.to_owned())
        } else {
            Peer::Ipv6(self.cidr_ipv6.clone()?)
        };
        let ports = Ports::read(&self.ip_protocol, self.from_port, self.to_port);
        Some(Rule { ports, peer })
    }
}
