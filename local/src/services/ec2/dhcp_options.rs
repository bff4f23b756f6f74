//! `AWS::EC2::DHCPOptions`.

use serde::Deserialize;

use super::network::{check_unused, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct DhcpOptions;

/// Kept as they are given: the tasks of the local AWS resolve names without them.
#[derive(Default, Deserialize)]
pub(crate) struct DhcpOptionsProperties {}

impl ResourceType for DhcpOptions {
    const NAME: &'static str = "AWS::EC2::DHCPOptions";
    const SCHEMA: &'static str = include_str!("dhcp_options.json");
    type Properties = DhcpOptionsProperties;

    async fn create(_: &Request, _: &DhcpOptionsProperties) -> Result<Made, String> {
        Ok(with_id("dopt", "DhcpOptionsId"))
    }

    async fn delete(request: &Request, _: &DhcpOptionsProperties) -> Result<(), String> {
        let id = &request.physical_id;
        request
            .account
            .read(|state| check_unused(state, "dhcpOptions", id))
    }
}
