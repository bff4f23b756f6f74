//! `AWS::EC2::VPCCidrBlock`.

use rand::RngExt as _;
use serde::Deserialize;
use serde_json::json;

use super::network::{check_ids, refused};
use super::vpc::{block, blocks};
use crate::account::{Item, State};
use crate::aws::ec2_id;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct VpcCidrBlock;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct VpcCidrBlockProperties {
    amazon_provided_ipv6_cidr_block: Option<bool>,
    pub(super) cidr_block: Option<String>,
    pub(super) vpc_id: String,
}

impl ResourceType for VpcCidrBlock {
    const NAME: &'static str = "AWS::EC2::VPCCidrBlock";
    const SCHEMA: &'static str = include_str!("vpc_cidr_block.json");
    type Properties = VpcCidrBlockProperties;

    async fn create(
        request: &Request,
        properties: &VpcCidrBlockProperties,
    ) -> Result<Made, String> {
        request.account.read(|state| check(state, properties))?;
        let id = ec2_id("vpc-cidr-assoc");
        Ok(Made::new(id.clone(), json!({"Id": id})))
    }

    /// An IPv6 block of Amazon becomes an attribute of the VPC.
    fn record(
        state: &mut State,
        properties: &VpcCidrBlockProperties,
        _: &str,
    ) -> Result<(), String> {
        if properties.amazon_provided_ipv6_cidr_block == Some(true)
            && let Some(vpc) = state.inventory.get_mut("AWS::EC2::VPC", &properties.vpc_id)
        {
            let [high, low]: [u8; 2] = rand::rng().random();
            let block = format!("2a05:d014:{high:x}{low:02x}:{low:x}00::/56");
            vpc.attributes
                .insert("Ipv6CidrBlocks".into(), json!([block]));
        }
        Ok(())
    }

    async fn delete(request: &Request, properties: &VpcCidrBlockProperties) -> Result<(), String> {
        if properties.amazon_provided_ipv6_cidr_block != Some(true) {
            return Ok(());
        }
        request.account.change(|state| {
            let vpc = state.inventory.get_mut("AWS::EC2::VPC", &properties.vpc_id);
            if let Some(Item { attributes, .. }) = vpc {
                attributes.insert("Ipv6CidrBlocks".into(), json!([]));
            }
        });
        Ok(())
    }
}

fn check(state: &State, properties: &VpcCidrBlockProperties) -> Result<(), String> {
    let vpc = properties.vpc_id.as_str();
    check_ids(state, &[("VpcId", Some(vpc))])?;
    if let Some(given) = &properties.cidr_block {
        let own = block(Some(given))?;
        if blocks(state, vpc).iter().any(|other| other.overlaps(own)) {
            return refused(&format!(
                "The CIDR '{given}' conflicts with another CIDR block of the VPC"
            ));
        }
    } else if properties.amazon_provided_ipv6_cidr_block != Some(true) {
        return Err("the local AWS does not do IPAM pools of AWS::EC2::VPCCidrBlock yet".into());
    }
    Ok(())
}
