//! `AWS::EC2::SubnetCidrBlock`.

use serde::Deserialize;

use super::network::{check_ids, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct SubnetCidrBlock;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SubnetCidrBlockProperties {
    subnet_id: String,
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
        request.account.read(|state| check_ids(state, &named))?;
        Ok(with_id("subnet-cidr-assoc", "Id"))
    }
}
