//! `AWS::EC2::EIP`.

use std::net::Ipv4Addr;
use std::time::Duration;

use rand::RngExt as _;
use serde::Deserialize;
use serde_json::json;

use super::network::refused;
use crate::account::State;
use crate::aws::ec2_id;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct ElasticIp;

#[derive(Deserialize)]
pub(crate) struct ElasticIpProperties {}

impl ResourceType for ElasticIp {
    const NAME: &'static str = "AWS::EC2::EIP";
    const SCHEMA: &'static str = include_str!("elastic_ip.json");
    const USUAL_DURATION: Duration = Duration::from_secs(16);
    type Properties = ElasticIpProperties;

    async fn create(request: &Request, _: &ElasticIpProperties) -> Result<Made, String> {
        let Some(address) = request.account.read(free_address) else {
            return refused("The maximum number of addresses has been reached.");
        };
        let attributes = json!({"PublicIp": address, "AllocationId": ec2_id("eipalloc")});
        Ok(Made::new(address, attributes))
    }
}

/// A free address of 203.0.113.0/24, which is reserved for documentation and belongs to no host.
fn free_address(state: &State) -> Option<String> {
    let first = rand::rng().random_range(0..254_u8);
    (0..254_u8)
        .map(|step| Ipv4Addr::new(203, 0, 113, (first.wrapping_add(step) % 254) + 1).to_string())
        .find(|address| state.inventory.get(address).is_none())
}
