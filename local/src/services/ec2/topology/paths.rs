//! Gateways and endpoints: the ways out of a VPC.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::account::State;
use crate::resources::ResourceType as _;
use crate::services::ec2::nat_gateway::{NatGateway, NatGatewayProperties};
use crate::services::ec2::subnet::vpc_of;
use crate::services::ec2::vpc_endpoint::{Kind, VpcEndpoint, VpcEndpointProperties};
use crate::services::ec2::vpc_gateway_attachment::{
    VpcGatewayAttachment, VpcGatewayAttachmentProperties,
};
use crate::services::iam::{Document, Kind as DocumentKind, parse};

/// A NAT gateway.
#[derive(Debug)]
pub(crate) struct Nat {
    pub(crate) vpc: String,
    /// None for a regional one, which is in no subnet.
    pub(crate) subnet: Option<String>,
    pub(crate) is_public: bool,
}

/// A VPC endpoint.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) vpc: String,
    /// `dynamodb`, `ecr.api`
    pub(crate) service: String,
    pub(crate) kind: Kind,
    pub(crate) private_dns: bool,
    /// The policy of the endpoint; without one it lets everything through.
    pub(crate) policy: Option<Arc<Document>>,
}

/// The VPC of each internet gateway that is attached.
pub(super) fn gateways(state: &State) -> BTreeMap<String, String> {
    let attachments = state.inventory.of_type(VpcGatewayAttachment::NAME);
    attachments
        .filter_map(|(_, item)| {
            let attachment: VpcGatewayAttachmentProperties = item.read();
            Some((attachment.internet_gateway_id?, attachment.vpc_id))
        })
        .collect()
}

pub(super) fn nats(state: &State) -> BTreeMap<String, Nat> {
    let items = state.inventory.of_type(NatGateway::NAME);
    items
        .map(|(id, item)| {
            let properties: NatGatewayProperties = item.read();
            let subnet = properties.subnet_id.clone();
            let vpc = subnet.as_deref().and_then(|subnet| vpc_of(state, subnet));
            let nat = Nat {
                is_public: properties.is_public(),
                vpc: vpc.or(properties.vpc_id).unwrap_or_default(),
                subnet,
            };
            (id.to_owned(), nat)
        })
        .collect()
}

pub(super) fn endpoints(state: &State) -> Vec<Endpoint> {
    let items = state.inventory.of_type(VpcEndpoint::NAME);
    items
        .map(|(id, item)| {
            let properties: VpcEndpointProperties = item.read();
            Endpoint {
                id: id.to_owned(),
                service: properties.service().to_owned(),
                kind: properties.kind(),
                private_dns: properties.private_dns_enabled.unwrap_or(false),
                policy: properties.policy_document.as_ref().map(policy),
                vpc: properties.vpc_id,
            }
        })
        .collect()
}

/// The policy of an endpoint. One that cannot be read allows nothing.
fn policy(document: &Value) -> Arc<Document> {
    let parsed = parse(DocumentKind::Resource, document);
    Arc::new(parsed.unwrap_or_else(|_| Document::nothing()))
}
