//! `DescribeTags`.

use serde_json::{Value, json};

use super::LISTINGS;
use super::listing::Listing;
use crate::account::Account;

pub(super) static TAGS: Listing = Listing {
    action: "DescribeTags",
    set: "tagSet",
    ids: &[],
    prefix: "",
    code: "InvalidParameterValue",
    missing: "",
    filters: &[
        ("key", "key"),
        ("resource-id", "resourceId"),
        ("resource-type", "resourceType"),
        ("value", "value"),
        // `tag:KEY` is the value of the tag with this key.
        ("tag-key", "key"),
    ],
    page: 1000,
    all,
};

/// The resources with tags: the action that lists them, and their type in tags.
const TAGGED: [(&str, &str); 10] = [
    ("DescribeVpcs", "vpc"),
    ("DescribeSubnets", "subnet"),
    ("DescribeRouteTables", "route-table"),
    ("DescribeSecurityGroups", "security-group"),
    ("DescribeNetworkAcls", "network-acl"),
    ("DescribeInternetGateways", "internet-gateway"),
    ("DescribeNatGateways", "natgateway"),
    ("DescribeAddresses", "elastic-ip"),
    ("DescribeVpcEndpoints", "vpc-endpoint"),
    ("DescribeFlowLogs", "vpc-flow-log"),
];

fn all(account: &Account) -> Vec<Value> {
    let mut tags = Vec::new();
    for (action, kind) in TAGGED {
        let listing = LISTINGS.iter().find(|listing| listing.action == action);
        let listing = listing.expect("every action of the table is a listing");
        let (_, id) = listing.ids[0];
        for resource in (listing.all)(account) {
            for tag in resource["tagSet"].as_array().into_iter().flatten() {
                tags.push(json!({
                    "resourceId": resource[id], "resourceType": kind, "key": tag["key"], "value": tag["value"],
                    "tagSet": [tag],
                }));
            }
        }
    }
    tags
}
