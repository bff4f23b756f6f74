//! `Fn::GetAZs` and `Fn::Cidr`.

use serde_json::{Value, json};

use super::scope::{Resolved, Scope};
use crate::aws::{Block, KNOWN_AFTER_APPLY, split_ipv6};

pub(super) fn zones(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let region = scope.text(argument)?;
    let here = scope.inputs.region;
    if !region.is_empty() && region != here {
        return Err(format!(
            "Template error: the local AWS is in {here}, not in {region} (Fn::GetAZs)"
        ));
    }
    Ok(Some(scope.inputs.zones.into()))
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
        Block::parse(&block)?.split(count, bits)?
    };
    Ok(Some(blocks.into()))
}
