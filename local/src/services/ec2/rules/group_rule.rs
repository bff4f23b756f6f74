//! The parts of one rule of a security group.

use serde_json::Value;

use super::super::prefix_list::{PrefixList, PrefixListProperties};
use super::super::prefix_lists::{PrefixList as Blocks, all_prefix_lists};
use super::same_vpc::{GROUP, exists, vpc_of};
use crate::aws::{ACCOUNT, Block};
use crate::resources::ResourceType as _;
use crate::resources::subject::{Subject, at, number, text};

/// The characters of a description, besides letters and digits.
const CHARACTERS: &str = " ._-:/()#,@[]+=&;{}!$*";

/// The directions, with their properties for a peer.
pub(super) const INGRESS: Direction = Direction {
    peers: [
        "CidrIp",
        "CidrIpv6",
        "SourcePrefixListId",
        "SourceSecurityGroupId",
        "SourceSecurityGroupName",
    ],
};
pub(super) const EGRESS: Direction = Direction {
    peers: [
        "CidrIp",
        "CidrIpv6",
        "DestinationPrefixListId",
        "DestinationSecurityGroupId",
        "",
    ],
};

pub(super) struct Direction {
    peers: [&'static str; 5],
}

/// Whether a description has a length and characters that EC2 takes.
pub(super) fn is_plain(text: &str) -> bool {
    text.len() < 256
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || CHARACTERS.contains(c))
}

/// Checks one rule of a group in the VPC `vpc`.
///
/// # Errors
/// EC2's sentence.
pub(super) fn check(
    subject: &Subject<'_>,
    rule: &Value,
    direction: &Direction,
    vpc: Option<&str>,
) -> Result<(), String> {
    if text(rule, "Description").is_some_and(|text| !is_plain(text)) {
        return Err("Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*".into());
    }
    check_ports(rule)?;
    check_peer(subject, rule, direction, vpc)
}

fn check_ports(rule: &Value) -> Result<(), String> {
    let protocol = text(rule, "IpProtocol")
        .unwrap_or("-1")
        .to_ascii_lowercase();
    let named = ["tcp", "udp", "icmp", "icmpv6", "all", "-1"].contains(&protocol.as_str());
    let is_known = named || protocol.parse::<u8>().is_ok();
    if !is_known {
        return Err(format!(
            "Invalid value '{protocol}' for IP protocol. Unknown protocol."
        ));
    }
    if ["icmp", "icmpv6", "1", "58"].contains(&protocol.as_str()) {
        return check_icmp(rule);
    }
    if !["tcp", "udp", "6", "17"].contains(&protocol.as_str()) {
        return Ok(());
    }
    let (Some(from), Some(to)) = (number(rule, "FromPort"), number(rule, "ToPort")) else {
        return Err(
            "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.".into(),
        );
    };
    // -1 to -1 means all ports.
    if (from, to) == (-1, -1) {
        return Ok(());
    }
    if let Some(port) = [from, to]
        .into_iter()
        .find(|port| !(0..=65535).contains(port))
    {
        return Err(format!("TCP/UDP port ({port}) out of range"));
    }
    if from > to {
        return Err(format!("Invalid TCP/UDP port range ({from}:{to})"));
    }
    Ok(())
}

/// The type and the code of ICMP stand in the place of ports.
/// Words: <https://github.com/badmintoncryer/cdk-preflight>.
fn check_icmp(rule: &Value) -> Result<(), String> {
    for (noun, name) in [("type", "FromPort"), ("code", "ToPort")] {
        let value = number(rule, name).filter(|value| !(-1..=255).contains(value));
        if let Some(value) = value {
            return Err(format!("ICMP {noun} ({value}) out of range"));
        }
    }
    Ok(())
}

fn check_peer(
    subject: &Subject<'_>,
    rule: &Value,
    direction: &Direction,
    vpc: Option<&str>,
) -> Result<(), String> {
    let named = direction
        .peers
        .into_iter()
        .filter(|name| !name.is_empty() && at(rule, name).is_some());
    let [_, _, list, group, _] = direction.peers;
    if named.count() != 1 {
        return Err(format!(
            "Exactly one of CidrIp, CidrIpv6, {list}, and {group} must be specified"
        ));
    }
    let is_block = |block: &str| {
        let prefix = block.rsplit_once('/').map_or("", |(_, prefix)| prefix);
        Block::around(block).is_some() && (prefix == "0" || !prefix.starts_with('0'))
    };
    if let Some(block) = text(rule, "CidrIp").filter(|block| !is_block(block)) {
        return Err(format!("CIDR block {block} is malformed"));
    }
    let is_wide = |block: &str| {
        let (address, prefix) = block.split_once('/').unwrap_or((block, ""));
        address.parse::<std::net::Ipv6Addr>().is_ok()
            && prefix.parse::<u8>().is_ok_and(|prefix| prefix <= 128)
    };
    if let Some(block) = text(rule, "CidrIpv6").filter(|block| !is_wide(block)) {
        return Err(format!("CIDR block {block} is malformed"));
    }
    let mut known = all_prefix_lists(subject.state, subject.region).into_iter();
    if let Some(id) = text(rule, list).filter(|id| !known.any(|one| one.id == *id)) {
        return Err(format!("The prefix list ID '{id}' does not exist"));
    }
    let Some(peer) = text(rule, group) else {
        return Ok(());
    };
    // The group of another account can only be known over a peering connection, which is not done.
    let owner = text(rule, "SourceSecurityGroupOwnerId");
    if owner.is_some_and(|owner| owner != ACCOUNT) {
        return Err(format!("The security group '{peer}' does not exist"));
    }
    exists(subject, &GROUP, peer)?;
    let own = vpc_of(subject, &GROUP, peer);
    if own.is_some() && vpc.is_some() && own != vpc {
        return Err("You have specified two resources that belong to different networks.".into());
    }
    Ok(())
}

/// As how many rules EC2 counts a rule: a prefix list counts as many as it has at most.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html> has the
/// weights of those that AWS manages.
pub(super) fn weight(subject: &Subject<'_>, rule: &Value, direction: &Direction) -> u64 {
    let [_, _, list, ..] = direction.peers;
    let Some(id) = text(rule, list) else {
        return 1;
    };
    if let Some(own) = subject.find(PrefixList::NAME, id) {
        return own.read::<PrefixListProperties>().most();
    }
    let lists = all_prefix_lists(subject.state, subject.region);
    let is_cloudfront = |one: &Blocks| one.id == id && one.name.contains("cloudfront");
    if lists.iter().any(is_cloudfront) {
        55
    } else {
        1
    }
}

/// The parts by which EC2 compares two rules.
pub(super) fn identity(rule: &Value, direction: &Direction) -> String {
    let protocol = text(rule, "IpProtocol")
        .unwrap_or("-1")
        .to_ascii_lowercase();
    let peer = direction
        .peers
        .into_iter()
        .find_map(|name| text(rule, name))
        .unwrap_or("");
    let port = |name| number(rule, name).map_or_else(String::new, |port| port.to_string());
    let name = protocol.to_ascii_uppercase();
    format!(
        "peer: {peer}, {name}, from port: {}, to port: {}, ALLOW",
        port("FromPort"),
        port("ToPort")
    )
}
