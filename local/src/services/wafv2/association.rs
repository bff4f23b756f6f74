//! `AWS::WAFv2::WebACLAssociation`: the web ACL that inspects the requests to a load balancer.

use serde::Deserialize;
use serde_json::json;

use crate::account::State;
use crate::resources::{Made, Request, ResourceType};

/// The type of the only resources that can be protected here.
pub(super) const LOAD_BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";

pub(crate) struct WebAclAssociation;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct WebAclAssociationProperties {
    pub(super) resource_arn: String,
    #[serde(rename = "WebACLArn")]
    pub(super) web_acl_arn: String,
}

impl ResourceType for WebAclAssociation {
    const NAME: &'static str = "AWS::WAFv2::WebACLAssociation";
    const SCHEMA: &'static str = include_str!("association.json");
    type Properties = WebAclAssociationProperties;

    async fn create(_: &Request, properties: &WebAclAssociationProperties) -> Result<Made, String> {
        let WebAclAssociationProperties {
            resource_arn,
            web_acl_arn,
        } = properties;
        Ok(Made::new(
            format!("{resource_arn}|{web_acl_arn}"),
            json!({}),
        ))
    }

    /// A load balancer has one web ACL: a new one takes the place of the old one.
    fn record(
        state: &mut State,
        properties: &WebAclAssociationProperties,
        _: &str,
    ) -> Result<(), String> {
        remove(state, &properties.resource_arn);
        Ok(())
    }
}

/// Takes the web ACL of a load balancer away. Returns whether it had one.
pub(super) fn remove(state: &mut State, resource: &str) -> bool {
    let found: Vec<String> = all(state)
        .filter(|(_, one)| one.resource_arn == resource)
        .map(|(id, _)| id.to_owned())
        .collect();
    for id in &found {
        state.inventory.remove(WebAclAssociation::NAME, id);
    }
    !found.is_empty()
}

/// The associations of load balancers that exist, with their ids.
pub(super) fn all(state: &State) -> impl Iterator<Item = (&str, WebAclAssociationProperties)> {
    let items = state.inventory.of_type(WebAclAssociation::NAME);
    let read = items.map(|(id, item)| (id, item.read::<WebAclAssociationProperties>()));
    read.filter(|(_, one)| state.inventory.has(LOAD_BALANCER, &one.resource_arn))
}

/// The ARN of the web ACL of a load balancer.
pub(super) fn web_acl_of(state: &State, resource: &str) -> Option<String> {
    let mut all = all(state);
    let found = all.find(|(_, one)| one.resource_arn == resource);
    found.map(|(_, one)| one.web_acl_arn)
}

/// Whether a web ACL inspects the requests to a load balancer.
pub(super) fn is_associated(state: &State, arn: &str) -> bool {
    all(state).any(|(_, one)| one.web_acl_arn == arn)
}
