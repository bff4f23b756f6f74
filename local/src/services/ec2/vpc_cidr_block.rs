//! `AWS::EC2::VPCCidrBlock`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::network::{check_ids, refused};
use super::vpc::{block, blocks};
use crate::account::State;
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

    /// An IPv6 block of Amazon becomes one of the VPC's.
    fn record(
        state: &mut State,
        properties: &VpcCidrBlockProperties,
        id: &str,
    ) -> Result<(), String> {
        change_blocks(state, properties, |blocks| blocks.push(ipv6_block(id)));
        Ok(())
    }

    async fn delete(request: &Request, properties: &VpcCidrBlockProperties) -> Result<(), String> {
        let own = ipv6_block(&request.physical_id);
        request.account.change(|state| {
            change_blocks(state, properties, |blocks| blocks.retain(|one| *one != own));
        });
        Ok(())
    }
}

/// A block of Amazon's in Frankfurt, which the id of the association decides.
fn ipv6_block(id: &str) -> Value {
    let digits: String = id.chars().filter(char::is_ascii_hexdigit).collect();
    let digits = digits.get(digits.len().saturating_sub(6)..).unwrap_or("");
    let number = u32::from_str_radix(digits, 16).unwrap_or(0);
    let (first, second) = (number >> 8, number & 0xff);
    format!("2a05:d014:{first:x}:{second:x}00::/56").into()
}

fn change_blocks(
    state: &mut State,
    properties: &VpcCidrBlockProperties,
    change: impl FnOnce(&mut Vec<Value>),
) {
    if properties.amazon_provided_ipv6_cidr_block != Some(true) {
        return;
    }
    let vpc = state.inventory.get_mut("AWS::EC2::VPC", &properties.vpc_id);
    let blocks = vpc.and_then(|vpc| vpc.attributes.get_mut("Ipv6CidrBlocks"));
    if let Some(Value::Array(blocks)) = blocks {
        change(blocks);
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
