//! The prefix lists that AWS manages: the addresses of S3, `DynamoDB` and
//! `CloudFront`; and those of the account.

use std::net::Ipv4Addr;

use super::prefix_list;
use crate::account::State;
use crate::aws::{Block, Block6};

/// A prefix list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrefixList {
    pub(crate) id: String,
    /// `com.amazonaws.eu-central-1.dynamodb`
    pub(crate) name: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) ipv6: Vec<Block6>,
}

impl PrefixList {
    /// Whether AWS manages it.
    pub(super) fn is_of_aws(&self) -> bool {
        self.name.starts_with("com.amazonaws.")
    }
}

/// All prefix lists of a region: those that AWS manages, and those of the account.
pub(crate) fn all_prefix_lists(state: &State, region: &str) -> Vec<PrefixList> {
    let managed = prefix_lists(region).into_iter();
    managed.chain(prefix_list::own(state)).collect()
}

/// The ids in regions where they are known from public templates. Other regions get made-up ids: as on
/// AWS, a template must not contain them.
const KNOWN: [(&str, &str, &str); 4] = [
    ("eu-central-1", "pl-6ea54007", "pl-66a5400f"),
    ("eu-west-1", "pl-6da54004", "pl-6fa54006"),
    ("us-east-1", "pl-63a5400a", "pl-02cd2c6b"),
    ("us-west-2", "pl-68a54001", "pl-00a54069"),
];

/// The prefix lists of a region.
pub(crate) fn prefix_lists(region: &str) -> [PrefixList; 3] {
    let known = KNOWN.iter().find(|(name, ..)| *name == region);
    let (s3, dynamodb) = known.map_or_else(
        || (made_up(region, 3), made_up(region, 4)),
        |(_, s3, dynamodb)| ((*s3).to_owned(), (*dynamodb).to_owned()),
    );
    let list = |id: String, name: String, blocks: &[&str]| PrefixList {
        id,
        name,
        blocks: blocks
            .iter()
            .filter_map(|block| Block::around(block))
            .collect(),
        ipv6: Vec::new(),
    };
    [
        list(
            s3,
            format!("com.amazonaws.{region}.s3"),
            &["3.5.134.0/23", "52.219.44.0/22"],
        ),
        list(
            dynamodb,
            format!("com.amazonaws.{region}.dynamodb"),
            &["52.94.17.0/24", "3.33.34.0/24"],
        ),
        list(
            made_up(region, 5),
            "com.amazonaws.global.cloudfront.origin-facing".to_owned(),
            &["13.124.199.0/24", "130.176.0.0/18"],
        ),
    ]
}

/// A public address of a service, such as `dynamodb` or `ecr.api`.
pub(super) fn address_of(lists: &[PrefixList], service: &str) -> Ipv4Addr {
    let ending = format!(".{service}");
    let list = lists.iter().find(|list| list.name.ends_with(&ending));
    let first = list.and_then(|list| list.blocks.first()?.nth(10));
    // The other services share the addresses of the region: 52.95.0.0/16 belongs to AWS.
    let sum: u32 = service.bytes().map(u32::from).sum();
    let [.., low] = sum.to_be_bytes();
    first.unwrap_or(Ipv4Addr::new(52, 95, 120, low))
}

fn made_up(region: &str, salt: u32) -> String {
    let sum = region.bytes().fold(salt, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    format!("pl-{sum:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_service_has_an_address_of_its_prefix_list() {
        for region in ["eu-central-1", "ap-south-1"] {
            let lists = prefix_lists(region);
            for service in ["s3", "dynamodb"] {
                let address = address_of(&lists, service);
                let named = format!("com.amazonaws.{region}.{service}");
                let list = lists.iter().find(|list| list.name == named).unwrap();
                assert!(
                    list.blocks.iter().any(|block| block.has(address)),
                    "{service}"
                );
            }
            assert!(lists.iter().all(|list| {
                list.blocks
                    .iter()
                    .all(|block| !block.has(address_of(&lists, "ssm")))
            }));
        }
    }
}
