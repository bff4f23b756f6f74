//! IP addresses and CIDR blocks in conditions.

use std::net::IpAddr;

/// Whether the block, or the single address, contains the address.
pub(super) fn contains(block: &str, address: &str) -> bool {
    let (base, length) = match block.split_once('/') {
        Some((base, length)) => (base, length.parse::<u32>().ok()),
        None => (block, Some(128)),
    };
    match (base.parse(), address.parse(), length) {
        (Ok(IpAddr::V4(base)), Ok(IpAddr::V4(address)), Some(length)) => {
            let unused = 32_u32.saturating_sub(length.min(32));
            let bits = |ip: std::net::Ipv4Addr| u64::from(ip.to_bits()) >> unused;
            bits(base) == bits(address)
        }
        (Ok(IpAddr::V6(base)), Ok(IpAddr::V6(address)), Some(length)) => {
            let unused = 128_u32.saturating_sub(length.min(128));
            let bits = |ip: std::net::Ipv6Addr| ip.to_bits().checked_shr(unused).unwrap_or(0);
            bits(base) == bits(address)
        }
        _ => false,
    }
}
