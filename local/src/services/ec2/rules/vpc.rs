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
