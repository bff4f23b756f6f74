//! `AWS::EC2::VPCGatewayAttachment`.

use serde::Deserialize;
use serde_json::json;

use super::network::{check_ids, refused};
use super::subnet::vpc_of;
use crate::resources::{Made, Request, ResourceType};
use crate::services::elb::public_subnets;

pub(crate) struct VpcGatewayAttachment;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct VpcGatewayAttachmentProperties {
    internet_gateway_id: Option<String>,
    vpc_id: String,
}

impl ResourceType for VpcGatewayAttachment {
    const NAME: &'static str = "AWS::EC2::VPCGatewayAttachment";
    const SCHEMA: &'static str = include_str!("vpc_gateway_attachment.json");
    type Properties = VpcGatewayAttachmentProperties;

    async fn create(
        request: &Request,
        properties: &VpcGatewayAttachmentProperties,
    ) -> Result<Made, String> {
        let named = [
            ("VpcId", Some(properties.vpc_id.as_str())),
            (
                "InternetGatewayId",
                properties.internet_gateway_id.as_deref(),
            ),
        ];
        request.account.read(|state| check_ids(state, &named))?;
        let vpc = properties.vpc_id.as_str();
        Ok(Made::new(
            format!("IGW|{vpc}"),
            json!({"AttachmentType": "IGW"}),
        ))
    }

    /// An internet gateway cannot be detached while the VPC has public addresses.
    async fn delete(
        request: &Request,
        properties: &VpcGatewayAttachmentProperties,
    ) -> Result<(), String> {
        let vpc = properties.vpc_id.as_str();
        let has_public_address = request.account.read(|state| {
            let mut subnets = public_subnets(state).into_iter();
            subnets.any(|subnet| vpc_of(state, &subnet).as_deref() == Some(vpc))
        });
        if has_public_address {
            return refused(&format!(
                "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
            ));
        }
        Ok(())
    }
}
