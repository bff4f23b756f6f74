//! Rules for VPCs and subnets.

use super::super::vpc::blocks;
use super::same_vpc::{VPC, flag, given};
use crate::aws::Block;
use crate::resources::subject::{Subject, fail_if, text};

/// The sizes of the block of a VPC or a subnet, as lengths of the prefix.
const PREFIXES: std::ops::RangeInclusive<u32> = 16..=28;

pub(super) fn vpc_block_form(subject: &Subject<'_>) -> Result<(), String> {
    block_form(subject)
}

pub(super) fn subnet_block_form(subject: &Subject<'_>) -> Result<(), String> {
    block_form(subject)
}

pub(super) fn vpc_block_size(subject: &Subject<'_>) -> Result<(), String> {
    block_size(subject)
}

pub(super) fn subnet_block_size(subject: &Subject<'_>) -> Result<(), String> {
    block_size(subject)
}

/// Blocks that no network can have.
const RESERVED: [&str; 4] = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"];

pub(super) fn vpc_block_usable(subject: &Subject<'_>) -> Result<(), String> {
    let given = subject.text("CidrBlock").unwrap_or("");
    let own = Block::around(given);
    let mut reserved = RESERVED.into_iter().filter_map(Block::around);
    let wrong = own.is_some_and(|own| reserved.any(|block| block.overlaps(own)));
    fail_if(wrong, || format!("The CIDR '{given}' is invalid."))
}

pub(super) fn vpc_tenancy(subject: &Subject<'_>) -> Result<(), String> {
    let tenancy = subject.text("InstanceTenancy");
    let wrong = tenancy.filter(|tenancy| !["default", "dedicated"].contains(tenancy));
    wrong.map_or(Ok(()), |tenancy| {
        Err(format!(
            "The tenancy value {tenancy} is not supported for VPCs. Valid values are default and dedicated."
        ))
    })
}

/// Whether a VPC has an IPv6 block.
fn has_ipv6(subject: &Subject<'_>) -> bool {
    let vpc = subject.text("VpcId");
    let mut blocks = subject.state.inventory.of_type("AWS::EC2::VPCCidrBlock");
    blocks.any(|(_, block)| {
        let properties = &block.properties;
        text(properties, "VpcId") == vpc
            && (flag(properties, "AmazonProvidedIpv6CidrBlock", false)
                || ["Ipv6CidrBlock", "Ipv6IpamPoolId", "Ipv6Pool"]
                    .iter()
                    .any(|name| text(properties, name).is_some()))
    })
}

pub(super) fn subnet_ipv6_in_vpc(subject: &Subject<'_>) -> Result<(), String> {
    let given = subject.text("Ipv6CidrBlock");
    let outside = given.filter(|_| !has_ipv6(subject));
    outside.map_or(Ok(()), |given| {
        Err(format!("The CIDR '{given}' is invalid."))
    })
}

pub(super) fn subnet_ipv6_used(subject: &Subject<'_>) -> Result<(), String> {
    if ["Ipv6CidrBlock", "Ipv6IpamPoolId"]
        .iter()
        .any(|name| subject.has(name))
        || has_ipv6(subject)
    {
        return Ok(());
    }
    for (property, name) in [
        ("AssignIpv6AddressOnCreation", "assignIpv6AddressOnCreation"),
        ("EnableDns64", "enableDns64"),
    ] {
        if subject.is(property, true) {
            return Err(format!(
                "Invalid value 'true' for {name}. The subnet does not have an IPv6 CIDR block."
            ));
        }
    }
    Ok(())
}

pub(super) fn subnet_names(subject: &Subject<'_>) -> Result<(), String> {
    let kind = subject.text("PrivateDnsNameOptionsOnLaunch/HostnameType");
    let wrong = kind.filter(|kind| !["ip-name", "resource-name"].contains(kind));
    wrong.map_or(Ok(()), |kind| {
        Err(format!(
            "Invalid value '{kind}' for PrivateDnsHostnameTypeOnLaunch. Valid values are ip-name and resource-name."
        ))
    })
}

pub(super) fn vpc_names(subject: &Subject<'_>) -> Result<(), String> {
    let names = flag(subject.properties, "EnableDnsHostnames", false);
    let support = flag(subject.properties, "EnableDnsSupport", true);
    fail_if(names && !support, || {
        "Enabling DNS hostnames requires enableDnsSupport to be set to true for the VPC".into()
    })
}

pub(super) fn vpc_quota(subject: &Subject<'_>) -> Result<(), String> {
    subject.within("vpcs", "The maximum number of VPCs has been reached.")
}

pub(super) fn subnet_vpc(subject: &Subject<'_>) -> Result<(), String> {
    given(subject, &VPC, "VpcId")
}

pub(super) fn subnet_block_in_vpc(subject: &Subject<'_>) -> Result<(), String> {
    let (Some(given), Some(vpc)) = (subject.text("CidrBlock"), subject.text("VpcId")) else {
        return Ok(());
    };
    let own = Block::around(given);
    let whole = blocks(subject.state, vpc);
    let outside = own.is_some_and(|own| !whole.iter().any(|whole| whole.contains(own)));
    fail_if(outside, || format!("The CIDR '{given}' is invalid."))
}

pub(super) fn subnet_block_free(subject: &Subject<'_>) -> Result<(), String> {
    let Some(given) = subject.text("CidrBlock") else {
        return Ok(());
    };
    let vpc = subject.text("VpcId");
    let siblings = subject
        .others()
        .filter(|(_, other)| text(&other.properties, "VpcId") == vpc);
    let mut blocks =
        siblings.filter_map(|(_, other)| Block::around(text(&other.properties, "CidrBlock")?));
    let own = Block::around(given);
    let taken = own.is_some_and(|own| blocks.any(|other| other.overlaps(own)));
    fail_if(taken, || {
        format!("The CIDR '{given}' conflicts with another subnet")
    })
}

pub(super) fn subnet_quota(subject: &Subject<'_>) -> Result<(), String> {
    let vpc = subject.text("VpcId");
    let siblings = subject
        .others()
        .filter(|(_, other)| text(&other.properties, "VpcId") == vpc);
    let full = siblings.count() as u64 >= subject.quotas.get("subnets-per-vpc");
    fail_if(subject.is_created() && full, || {
        "The maximum number of subnets has been reached.".into()
    })
}

fn block_form(subject: &Subject<'_>) -> Result<(), String> {
    let given = subject.text("CidrBlock");
    let wrong = given.filter(|given| Block::around(given).is_none());
    wrong.map_or(Ok(()), |given| {
        Err(format!(
            "Value ({given}) for parameter cidrBlock is invalid. This is not a valid CIDR block."
        ))
    })
}

fn block_size(subject: &Subject<'_>) -> Result<(), String> {
    let given = subject.text("CidrBlock").unwrap_or("");
    let prefix = given
        .rsplit_once('/')
        .and_then(|(_, prefix)| prefix.parse().ok());
    let wrong = prefix.is_some_and(|prefix| !PREFIXES.contains(&prefix));
    fail_if(wrong, || format!("The CIDR '{given}' is invalid."))
}
