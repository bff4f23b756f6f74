//! `AWS::EC2::VPCGatewayAttachment`.

use serde::Deserialize;
use serde_json::json;

use super::network::{check_ids, refused};
use crate::account::State;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct VpcGatewayAttachment;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct VpcGatewayAttachmentProperties {
    pub(super) internet_gateway_id: Option<String>,
    pub(super) vpc_id: String,
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
        let has_public_address = request
            .account
            .read(|state| state.interfaces.is_public(vpc) || has_regional_nat(state, vpc));
        if has_public_address {
            return refused(&format!(
                "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
            ));
        }
        Ok(())
    }
}

/// Whether an internet gateway is attached to the VPC.
pub(super) fn has_gateway(state: &State, vpc: &str) -> bool {
    let mut attachments = state.inventory.of_type(VpcGatewayAttachment::NAME);
    attachments.any(|(_, item)| {
        let attachment: VpcGatewayAttachmentProperties = item.read();
        attachment.vpc_id == vpc && attachment.internet_gateway_id.is_some()
    })
}

/// A regional NAT gateway has public addresses, but no interface.
fn has_regional_nat(state: &State, vpc: &str) -> bool {
    let mut gateways = state.inventory.of_type("AWS::EC2::NatGateway");
    gateways
        .any(|(_, item)| item.properties["SubnetId"].is_null() && item.properties["VpcId"] == *vpc)
}
