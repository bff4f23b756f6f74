//! Rules for IP sets and associations, and those that web ACLs share with IP sets.

use crate::aws::{Block, Block6};
use crate::resources::ResourceType as _;
use crate::resources::subject::{Subject, fail_if};
use crate::services::wafv2::association::LOAD_BALANCER;
use crate::services::wafv2::named::by_arn;
use crate::services::wafv2::web_acl::WebAcl;
use crate::services::wafv2::words::{ARN, DUPLICATE, FORMAT, LIMIT, NONEXISTENT, invalid};

/// Web ACLs and IP sets for `CloudFront` are in us-east-1.
pub(super) fn scope(subject: &Subject<'_>) -> Result<(), String> {
    let scope = subject.text("Scope").unwrap_or("REGIONAL");
    if scope == "REGIONAL" {
        return Ok(());
    }
    if subject.region == "us-east-1" {
        return Err("The local AWS does not do the scope CLOUDFRONT yet.".into());
    }
    Err(invalid("The scope is not valid.", "SCOPE_VALUE", scope))
}

pub(super) fn name_free(subject: &Subject<'_>) -> Result<(), String> {
    let Some(name) = subject.text("Name") else {
        return Ok(());
    };
    let mut others = subject.others();
    let taken = others.any(|(_, other)| other.attribute("Name") == name);
    fail_if(subject.is_created() && taken, || DUPLICATE.into())
}

pub(super) fn set_scope(subject: &Subject<'_>) -> Result<(), String> {
    scope(subject)
}

pub(super) fn set_name_free(subject: &Subject<'_>) -> Result<(), String> {
    name_free(subject)
}

pub(super) fn set_addresses(subject: &Subject<'_>) -> Result<(), String> {
    let is_ipv6 = subject.text("IPAddressVersion") == Some("IPV6");
    let is_block = |text: &str| {
        if is_ipv6 {
            Block6::parse(text).is_some_and(|block| block.prefix() > 0)
        } else {
            Block::around(text).is_some_and(|block| block.prefix() > 0)
        }
    };
    let addresses = subject.texts("Addresses");
    let wrong = addresses.into_iter().find(|text| !is_block(text));
    wrong.map_or(Ok(()), |text| Err(invalid(FORMAT, "IP_ADDRESS", text)))
}

pub(super) fn set_size(subject: &Subject<'_>) -> Result<(), String> {
    let most = subject.quotas.get("addresses-per-ip-set");
    let full = subject.list("Addresses").len() as u64 > most;
    fail_if(full, || LIMIT.into())
}

pub(super) fn association_resource(subject: &Subject<'_>) -> Result<(), String> {
    let arn = subject.text("ResourceArn").unwrap_or("");
    if !arn.starts_with("arn:") || !arn.contains(":loadbalancer/app/") {
        return Err(invalid(ARN, "RESOURCE_ARN", arn));
    }
    let exists = subject.find(LOAD_BALANCER, arn).is_some();
    fail_if(!exists, || NONEXISTENT.into())
}

pub(super) fn association_acl(subject: &Subject<'_>) -> Result<(), String> {
    let arn = subject.text("WebACLArn").unwrap_or("");
    if !arn.starts_with("arn:") {
        return Err(invalid(ARN, "RESOURCE_ARN", arn));
    }
    let exists = by_arn(subject.state, WebAcl::NAME, arn).is_some();
    fail_if(!exists, || NONEXISTENT.into())
}
