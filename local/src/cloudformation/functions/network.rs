//! `Fn::GetAZs` and `Fn::Cidr`.

use std::net::Ipv6Addr;

use serde_json::{Value, json};

use super::scope::{Resolved, Scope};
use crate::aws::{Block, KNOWN_AFTER_APPLY};
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
        ipv6_blocks(&block, count, bits)?
    } else {
        let block = Block::around(&block).ok_or_else(|| not_a_block(&block))?;
        block.split(count, bits)?
    };
    Ok(Some(blocks.into()))
}

/// The first `count` blocks of `bits` host bits within an IPv6 block.
fn ipv6_blocks(block: &str, count: u32, bits: u32) -> Result<Vec<String>, String> {
    let parts = block.split_once('/').and_then(|(address, prefix)| {
        let address: Ipv6Addr = address.parse().ok()?;
        let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 128)?;
        Some((u128::from(address), prefix))
    });
    let (address, prefix) = parts.ok_or_else(|| not_a_block(block))?;
    let room = (128 - prefix).checked_sub(bits).filter(|_| bits > 0);
    let fits = room.is_some_and(|room| room >= 32 || count <= 1 << room);
    if !(1..=256).contains(&count) || !fits {
        return Err(format!(
            "Template error: Fn::Cidr cannot make {count} blocks of {bits} bits in {block}"
        ));
    }
    let first = address & u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
    let addresses = (0..count).map(|index| Ipv6Addr::from(first + (u128::from(index) << bits)));
    Ok(addresses
        .map(|address| format!("{address}/{}", 128 - bits))
        .collect())
}

fn not_a_block(block: &str) -> String {
    format!("Template error: {block} is not a valid CIDR block (Fn::Cidr)")
}
