//! `AWS::EC2::NatGateway`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::network::check_ids;
use crate::aws::{ec2_id, hex_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct NatGateway;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct NatGatewayProperties {
    subnet_id: Option<String>,
}

impl ResourceType for NatGateway {
    const NAME: &'static str = "AWS::EC2::NatGateway";
    const SCHEMA: &'static str = include_str!("nat_gateway.json");
    const USUAL_DURATION: Duration = Duration::from_secs(110);
    type Properties = NatGatewayProperties;

    async fn create(request: &Request, properties: &NatGatewayProperties) -> Result<Made, String> {
        let named = [("SubnetId", properties.subnet_id.as_deref())];
        request.account.read(|state| check_ids(state, &named))?;
        let id = ec2_id("nat");
        let attributes = json!({"NatGatewayId": id, "EniId": format!("eni-{}", hex_id(17))});
        Ok(Made::new(id, attributes))
    }
}
