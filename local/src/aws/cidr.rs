//! Blocks of IPv4 addresses.

use std::fmt;
use std::net::Ipv4Addr;

/// The most blocks that `Fn::Cidr` returns (AWS: "The number of CIDRs to generate. Valid range is 1
/// to 256").
pub(super) const MOST_BLOCKS: u32 = 256;

/// An IPv4 block: its first address and the length of its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    first: u32,
    prefix: u32,
}

impl Block {
    /// Reads `10.0.0.0/16`.
    ///
    /// # Errors
    /// One sentence if the text is not an IPv4 block.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is not a valid CIDR block");
        let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let address: Ipv4Addr = address.parse().map_err(|_| wrong())?;
        let prefix: u32 = prefix
            .parse()
            .ok()
            .filter(|prefix| *prefix <= 32)
            .ok_or_else(wrong)?;
        let block = Self {
            first: address.into(),
            prefix,
        };
        if u64::from(block.first) % block.size() == 0 {
            Ok(block)
        } else {
            Err(wrong())
        }
    }

    /// Reads `10.0.0.7/16` as the block that the address is in, as EC2 does for routes and rules.
    pub(crate) fn around(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let address: Ipv4Addr = address.parse().ok()?;
        let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
        let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
        Some(Self {
            first: u32::from(address) & mask,
            prefix,
        })
    }

    /// The length of the prefix.
    pub(crate) fn prefix(self) -> u32 {
        self.prefix
    }

    /// Whether the address is in this block.
    pub(crate) fn has(self, address: Ipv4Addr) -> bool {
        self.range().contains(&u64::from(u32::from(address)))
    }

    /// The address number `index` of this block, counted from 0.
    pub(crate) fn nth(self, index: u64) -> Option<Ipv4Addr> {
        let index = u32::try_from(index).ok().filter(|_| index < self.size())?;
        Some(Ipv4Addr::from(self.first + index))
    }

    /// The first `count` blocks of `bits` host bits within this block.
    ///
    /// # Errors
    /// One sentence if they do not fit.
    pub(crate) fn split(self, count: u32, bits: u32) -> Result<Vec<String>, String> {
        let valid = (1..=MOST_BLOCKS).contains(&count) && (1..=31).contains(&bits);
        if !valid || u64::from(count) << bits > self.size() {
            return Err(format!(
                "Template error: Fn::Cidr cannot make {count} blocks of {bits} bits in {self}"
            ));
        }
        let address = |index| Ipv4Addr::from(self.first + (index << bits));
        Ok((0..count)
            .map(|index| format!("{}/{}", address(index), 32 - bits))
            .collect())
    }

    /// How many addresses it has.
    pub(crate) fn size(self) -> u64 {
        1 << (32 - self.prefix)
    }

    fn range(self) -> std::ops::Range<u64> {
        u64::from(self.first)..u64::from(self.first) + self.size()
    }

    /// Whether the two blocks share an address.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.range().start < other.range().end && other.range().start < self.range().end
    }

    /// Whether `other` is within this block.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.range().start <= other.range().start && other.range().end <= self.range().end
    }
}

impl fmt::Display for Block {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", Ipv4Addr::from(self.first), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_cut_from_the_front() {
        let split = |block, count, bits| Block::parse(block)?.split(count, bits);
        assert_eq!(
            split("10.0.0.0/16", 2, 14).unwrap(),
            ["10.0.0.0/18", "10.0.64.0/18"]
        );
        assert_eq!(
            split("10.0.0.0/16", 256, 8).unwrap().last().unwrap(),
            "10.0.255.0/24"
        );
        for (block, count, bits) in [
            ("10.0.0.0/16", 5, 14),
            ("10.0.0.0/16", 0, 8),
            ("10.0.0.0/33", 1, 8),
            ("0.0.0.0/0", 2, 32),
        ] {
            assert!(split(block, count, bits).is_err(), "{block} {count} {bits}");
        }
    }

    #[test]
    fn overlap_and_containment() {
        let block = |text| Block::parse(text).unwrap();
        assert!(block("10.0.0.0/16").contains(block("10.0.192.0/18")));
        assert!(!block("10.0.0.0/16").contains(block("10.1.0.0/18")));
        assert!(block("10.0.0.0/17").overlaps(block("10.0.64.0/18")));
        assert!(!block("10.0.0.0/18").overlaps(block("10.0.64.0/18")));
        assert!(Block::parse("10.0.0.1/16").is_err());
        assert_eq!(Block::around("10.0.0.1/16"), Some(block("10.0.0.0/16")));
        assert_eq!(Block::around("10.0.0.1/0"), Some(block("0.0.0.0/0")));
        assert_eq!(Block::around("10.0.0.1/33"), None);
        assert!(block("10.0.0.0/16").has(Ipv4Addr::new(10, 0, 255, 255)));
        assert!(!block("10.0.0.0/16").has(Ipv4Addr::new(10, 1, 0, 0)));
        assert_eq!(
            block("10.0.0.0/30").nth(3),
            Some(Ipv4Addr::new(10, 0, 0, 3))
        );
        assert_eq!(block("10.0.0.0/30").nth(4), None);
    }
}
