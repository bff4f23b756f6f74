//! `Fn::GetAZs` and `Fn::Cidr`.

use serde_json::{Value, json};

use super::scope::{Resolved, Scope};
use crate::aws::{Block, KNOWN_AFTER_APPLY, split_ipv6};
use crate::services::ec2;

/// The zones of another region are known, too. What is made in them is refused by its service.
pub(super) fn zones(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let region = scope.text(argument)?;
    if region.is_empty() || region == scope.inputs.region {
        return Ok(Some(scope.inputs.zones.into()));
    }
    let has_number = region.ends_with(|last: char| last.is_ascii_digit());
    if region.split('-').count() < 3 || !has_number {
        return Err(format!(
            "Template error: {region} is not a region (Fn::GetAZs)"
        ));
    }
    Ok(Some(ec2::zones(&region).into()))
}

pub(super) fn cidr(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let wrong = || {
        "Template error: every Fn::Cidr object requires two parameters, (1) ipBlock and (2) count, with an optional (3) cidrBits".to_owned()
    };
    let number = |value: &Value| scope.text(value)?.parse::<u32>().map_err(|_| wrong());
    let (block, count, bits) = match argument.as_array().map(Vec::as_slice) {
        Some([block, count]) => (block, count, 8),
        Some([block, count, bits]) => (block, count, number(bits)?),
        _ => return Err(wrong()),
    };
    let block = scope.text(block)?;
    if block.contains(KNOWN_AFTER_APPLY) {
        return Ok(Some(json!([KNOWN_AFTER_APPLY])));
    }
    let count = number(count)?;
    let blocks = if block.contains(':') {
        split_ipv6(&block, count, bits)?
    } else {
        let block = Block::around(&block).ok_or_else(|| not_a_block(&block))?;
        block.split(count, bits)?
    };
    Ok(Some(blocks.into()))
}

fn not_a_block(block: &str) -> String {
    format!("Template error: {block} is not a valid CIDR block (Fn::Cidr)")
}
