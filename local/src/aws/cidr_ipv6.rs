//! Blocks of IPv6 addresses.

use std::net::Ipv6Addr;

use super::cidr::MOST_BLOCKS;

/// A block of IPv6 addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block6 {
    first: u128,
    prefix: u32,
}

impl Block6 {
    /// Reads `2001:db8::/56`; `None` if it is not a block.
    pub(crate) fn parse(block: &str) -> Option<Self> {
        let (first, prefix) = parse(block)?;
        Some(Self { first, prefix })
    }

    pub(crate) fn first(self) -> Ipv6Addr {
        Ipv6Addr::from_bits(self.first)
    }

    /// How many bits of its addresses are the same.
    pub(crate) fn prefix(self) -> u32 {
        self.prefix
    }

    pub(crate) fn has(self, address: Ipv6Addr) -> bool {
        let hosts = u128::MAX.checked_shr(self.prefix).unwrap_or(0);
        address.to_bits() & !hosts == self.first
    }

    /// Whether all addresses of the other block are in this one.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.prefix <= other.prefix && self.has(other.first())
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// An address of the block; `host` chooses it.
    pub(crate) fn at(self, host: u128) -> Ipv6Addr {
        let hosts = u128::MAX.checked_shr(self.prefix).unwrap_or(0);
        Ipv6Addr::from_bits(self.first | (host & hosts))
    }
}

/// The first `count` blocks of `bits` host bits within an IPv6 block.
///
/// # Errors
/// One sentence if the block is not valid, or the blocks do not fit.
pub(crate) fn split_ipv6(block: &str, count: u32, bits: u32) -> Result<Vec<String>, String> {
    let (first, prefix) =
        parse(block).ok_or_else(|| format!("{block} is not a valid CIDR block"))?;
    let valid = (1..=MOST_BLOCKS).contains(&count) && (1..=127).contains(&bits);
    let room = 128 - prefix;
    let fits = bits <= room && (room - bits >= 32 || count <= 1 << (room - bits));
    if !valid || !fits {
        return Err(format!(
            "Template error: Fn::Cidr cannot make {count} blocks of {bits} bits in {block}"
        ));
    }
    let address = |index: u32| Ipv6Addr::from_bits(first + (u128::from(index) << bits));
    let blocks = (0..count).map(|index| format!("{}/{}", address(index), 128 - bits));
    Ok(blocks.collect())
}

/// The first address and the length of the prefix.
fn parse(block: &str) -> Option<(u128, u32)> {
    let (address, prefix) = block.split_once('/')?;
    let address: Ipv6Addr = address.parse().ok()?;
    let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 128)?;
    let hosts = u128::MAX.checked_shr(prefix).unwrap_or(0);
    (address.to_bits() & hosts == 0).then_some((address.to_bits(), prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_its_addresses_and_smaller_blocks() {
        let block = |text| Block6::parse(text).unwrap();
        let (whole, half) = (block("2001:db8:0:100::/56"), block("2001:db8:0:180::/57"));
        assert!(whole.contains(half) && whole.overlaps(half) && half.overlaps(whole));
        assert!(!half.contains(whole) && !half.overlaps(block("2001:db8:0:100::/64")));
        assert!(whole.has(half.at(u128::MAX)) && !half.has(whole.first()));
        let all = block("::/0");
        assert!(all.contains(whole) && all.has("2001:db8::1".parse().unwrap()));
        assert_eq!((half.prefix(), Block6::parse("2001:db8::1/64")), (57, None));
    }

    #[test]
    fn blocks_are_cut_from_the_front() {
        assert_eq!(
            split_ipv6("2a05:d014:1:200::/56", 2, 64).unwrap(),
            ["2a05:d014:1:200::/64", "2a05:d014:1:201::/64"]
        );
        assert_eq!(
            split_ipv6("2a05:d014:1:200::/56", 256, 64).unwrap().len(),
            256
        );
        for (block, count, bits) in [
            ("2a05:d014:1:200::/56", 257, 64),
            ("2a05:d014:1:200::/56", 2, 72),
            ("2a05:d014:1:200::/56", 1, 80),
            ("2a05:d014:1:200::/56", 1, 128),
            ("2a05:d014:1:2::/56", 1, 64),
            ("2a05:d014:1:200::/129", 1, 64),
        ] {
            assert!(
                split_ipv6(block, count, bits).is_err(),
                "{block} {count} {bits}"
            );
        }
    }
}
