//! `AWS::EC2::EgressOnlyInternetGateway`.

use serde::Deserialize;

use super::network::{check_ids, check_unused, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct EgressOnlyInternetGateway;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct EgressOnlyInternetGatewayProperties {
    vpc_id: String,
}

impl ResourceType for EgressOnlyInternetGateway {
    const NAME: &'static str = "AWS::EC2::EgressOnlyInternetGateway";
    const SCHEMA: &'static str = include_str!("egress_only_internet_gateway.json");
    type Properties = EgressOnlyInternetGatewayProperties;

    async fn create(
        request: &Request,
        properties: &EgressOnlyInternetGatewayProperties,
    ) -> Result<Made, String> {
        let named = [("VpcId", Some(properties.vpc_id.as_str()))];
        request.account.read(|state| check_ids(state, &named))?;
        Ok(with_id("eigw", "Id"))
    }

    async fn delete(
        request: &Request,
        _: &EgressOnlyInternetGatewayProperties,
    ) -> Result<(), String> {
        let id = &request.physical_id;
        request
            .account
            .read(|state| check_unused(state, "egressOnlyInternetGateway", id))
    }
}
