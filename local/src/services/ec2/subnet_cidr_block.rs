//! `AWS::EC2::SubnetCidrBlock`.

use serde::Deserialize;

use super::network::{check_ids, with_id};
use super::subnet::{check_ipv6, vpc_of};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct SubnetCidrBlock;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SubnetCidrBlockProperties {
    pub(super) ipv6_cidr_block: Option<String>,
    pub(super) subnet_id: String,
}

impl ResourceType for SubnetCidrBlock {
    const NAME: &'static str = "AWS::EC2::SubnetCidrBlock";
    const SCHEMA: &'static str = include_str!("subnet_cidr_block.json");
    type Properties = SubnetCidrBlockProperties;

    async fn create(
        request: &Request,
        properties: &SubnetCidrBlockProperties,
    ) -> Result<Made, String> {
        let named = [("SubnetId", Some(properties.subnet_id.as_str()))];
        request.account.read(|state| {
            check_ids(state, &named)?;
            let vpc = vpc_of(state, &properties.subnet_id).unwrap_or_default();
            let block = properties.ipv6_cidr_block.as_deref();
            block.map_or(Ok(()), |given| check_ipv6(state, &vpc, given))
        })?;
        Ok(with_id("subnet-cidr-assoc", "Id"))
    }
}
