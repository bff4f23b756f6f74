//! The API of EC2: the `Describe` actions of the network, a line each.
//!
//! Each kind of resource is a [`Listing`]: its members in EC2's own XML names, its filters, and its error
//! for an id that does not exist. `select` does the rest in one way for all.

mod absent;
mod acls;
mod addresses;
mod dhcp;
mod endpoints;
mod filter;
mod gateways;
mod groups;
mod interfaces;
mod listing;
mod routes;
mod select;
mod subnets;
mod tags;
mod vpcs;
mod zones;

#[cfg(test)]
mod tests;

use serde_json::Value;

use self::listing::Listing;
use self::select::select;
use crate::account::Account;
use crate::aws::{Answer, AwsError};

/// The actions that list resources.
const LISTINGS: [&Listing; 22] = [
    &absent::PEERINGS,
    &absent::VPN_GATEWAYS,
    &acls::ACLS,
    &addresses::ADDRESSES,
    &dhcp::DHCP_OPTIONS,
    &endpoints::ENDPOINTS,
    &endpoints::MANAGED_PREFIX_LISTS,
    &endpoints::PREFIX_LISTS,
    &gateways::EGRESS_ONLY_GATEWAYS,
    &gateways::FLOW_LOGS,
    &gateways::INTERNET_GATEWAYS,
    &gateways::NAT_GATEWAYS,
    &groups::GROUPS,
    &groups::RULES,
    &interfaces::INTERFACES,
    &routes::TABLES,
    &subnets::SUBNETS,
    &tags::TAGS,
    &vpcs::VPCS,
    &zones::REGIONS,
    &zones::ZONES,
    &endpoints::SERVICES,
];

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    let listing = LISTINGS.iter().find(|listing| listing.action == action);
    let answer = match (listing, action) {
        (Some(listing), _) => select(account, listing, input),
        (None, "DescribeVpcAttribute") => vpcs::attribute(account, input),
        (None, "GetManagedPrefixListEntries") => endpoints::entries(account, input),
        _ => Err(AwsError::unknown_action("EC2", action)),
    }?;
    if input["DryRun"] == "true" {
        let sentence = "Request would have succeeded, but DryRun flag is set.";
        return Err(AwsError::new("DryRunOperation", sentence).with_status(412));
    }
    Ok(answer)
}
