//! `AWS::EC2::VPCEndpoint`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::network::check_ids;
use crate::aws::{ec2_id, now};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct VpcEndpoint;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct VpcEndpointProperties {
    vpc_id: String,
}

impl ResourceType for VpcEndpoint {
    const NAME: &'static str = "AWS::EC2::VPCEndpoint";
    const SCHEMA: &'static str = include_str!("vpc_endpoint.json");
    const USUAL_DURATION: Duration = Duration::from_secs(12);
    type Properties = VpcEndpointProperties;

    async fn create(request: &Request, properties: &VpcEndpointProperties) -> Result<Made, String> {
        let named = [("VpcId", Some(properties.vpc_id.as_str()))];
        request.account.read(|state| check_ids(state, &named))?;
        let id = ec2_id("vpce");
        let attributes = json!({
            "Id": id,
            "CreationTimestamp": now(),
            "DnsEntries": [],
            "NetworkInterfaceIds": [],
        });
        Ok(Made::new(id, attributes))
    }
}
