//! Free addresses for network interfaces.

use std::net::Ipv4Addr;

use rand::RngExt as _;

use crate::aws::Block;

/// AWS keeps the first four addresses of a subnet and the last one (VPC user guide, "Subnet sizing").
const RESERVED_FIRST: u64 = 4;
const RESERVED_LAST: u64 = 1;

/// How many addresses of a subnet's block can be used.
pub(super) fn usable(block: &str) -> u64 {
    let size = Block::parse(block).map_or(0, Block::size);
    size.saturating_sub(RESERVED_FIRST + RESERVED_LAST)
}

/// A free address of the subnet's block, if there is one.
pub(super) fn free_private(block: &str, taken: impl Fn(Ipv4Addr) -> bool) -> Option<Ipv4Addr> {
    let usable = usable(block);
    let block = Block::parse(block).ok()?;
    if usable == 0 {
        return None;
    }
    let first: u64 = rand::rng().random_range(0..usable);
    (0..usable)
        .filter_map(|step| block.nth(RESERVED_FIRST + (first + step) % usable))
        .find(|address| !taken(*address))
}

/// A free address of 198.18.0.0/15, which is reserved for tests and belongs to no host.
pub(super) fn free_public(taken: impl Fn(Ipv4Addr) -> bool) -> Ipv4Addr {
    loop {
        let [high, middle, low]: [u8; 3] = rand::rng().random();
        let address = Ipv4Addr::new(198, 18 + (high & 1), middle, low);
        if !taken(address) {
            return address;
        }
    }
}

/// A random MAC address of the kind that EC2 gives out.
pub(super) fn mac() -> String {
    let [a, b, c, d, e]: [u8; 5] = rand::rng().random();
    format!("0a:{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_small_subnet_has_eleven_addresses() {
        let mut taken = BTreeSet::new();
        while let Some(address) = free_private("10.0.0.16/28", |one| taken.contains(&one)) {
            taken.insert(address);
        }
        let expected: BTreeSet<_> = (20..31).map(|last| Ipv4Addr::new(10, 0, 0, last)).collect();
        assert_eq!(taken, expected);
        assert_eq!(free_private("10.0.0.0/31", |_| false), None);
    }
}
