//! `AWS::EC2::VPCDHCPOptionsAssociation`.

use serde::Deserialize;
use serde_json::json;

use super::network::check_ids;
use crate::account::State;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct VpcDhcpOptionsAssociation;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct VpcDhcpOptionsAssociationProperties {
    dhcp_options_id: String,
    vpc_id: String,
}

impl ResourceType for VpcDhcpOptionsAssociation {
    const NAME: &'static str = "AWS::EC2::VPCDHCPOptionsAssociation";
    const SCHEMA: &'static str = include_str!("vpc_dhcp_options_association.json");
    type Properties = VpcDhcpOptionsAssociationProperties;

    async fn create(
        request: &Request,
        properties: &VpcDhcpOptionsAssociationProperties,
    ) -> Result<Made, String> {
        let (options, vpc) = (&properties.dhcp_options_id, &properties.vpc_id);
        // `default` gives the VPC no options.
        let named = [
            ("VpcId", Some(vpc.as_str())),
            (
                "DhcpOptionsId",
                Some(options.as_str()).filter(|id| *id != "default"),
            ),
        ];
        request.account.read(|state| check_ids(state, &named))?;
        Ok(Made::new(format!("{options}|{vpc}"), json!({})))
    }
}

/// The options that a VPC has: those associated with it last, or those of the region.
pub(super) fn options_of(state: &State, vpc: &str) -> String {
    let associations = state.inventory.of_type(VpcDhcpOptionsAssociation::NAME);
    let own = associations
        .filter_map(|(id, _)| id.split_once('|'))
        .filter(|(_, of)| *of == vpc)
        .last();
    own.map_or_else(
        || vpc.replacen("vpc-", "dopt-", 1),
        |(options, _)| options.to_owned(),
    )
}
