//! `AWS::WAFv2::IPSet`.

use std::net::IpAddr;

use serde::Deserialize;

use super::named::made;
use super::web_acl::WebAcl;
use super::words::ASSOCIATED;
use crate::aws::{Block, Block6};
use crate::resources::{Made, Request, ResourceType, refused_by};

pub(crate) struct IpSet;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct IpSetProperties {
    name: Option<String>,
    addresses: Vec<String>,
}

/// The blocks of an IP set.
#[derive(Debug, Clone, Default)]
pub(super) struct Blocks {
    ipv4: Vec<Block>,
    ipv6: Vec<Block6>,
}

impl Blocks {
    pub(super) fn has(&self, client: IpAddr) -> bool {
        match client {
            IpAddr::V4(address) => self.ipv4.iter().any(|block| block.has(address)),
            IpAddr::V6(address) => self.ipv6.iter().any(|block| block.has(address)),
        }
    }
}

impl IpSetProperties {
    pub(super) fn blocks(&self) -> Blocks {
        let addresses = self.addresses.iter();
        let ipv4 = addresses.clone().filter_map(|text| Block::around(text));
        let ipv6 = addresses.filter_map(|text| Block6::parse(text));
        Blocks {
            ipv4: ipv4.collect(),
            ipv6: ipv6.collect(),
        }
    }
}

impl ResourceType for IpSet {
    const NAME: &'static str = "AWS::WAFv2::IPSet";
    const SCHEMA: &'static str = include_str!("ip_set.json");
    type Properties = IpSetProperties;

    async fn create(request: &Request, properties: &IpSetProperties) -> Result<Made, String> {
        Ok(made(request, "ipset", properties.name.as_deref()))
    }

    async fn delete(request: &Request, _: &IpSetProperties) -> Result<(), String> {
        let id = &request.physical_id;
        let is_used = request.account.read(|state| {
            let item = state.inventory.get_of(Self::NAME, id);
            let arn = item.map_or("", |item| item.attribute("Arn"));
            !state.inventory.users(arn, &[WebAcl::NAME]).is_empty()
        });
        if is_used {
            return Err(refused_by(
                "Wafv2",
                "WAFAssociatedItemException",
                ASSOCIATED,
            ));
        }
        Ok(())
    }
}
