//! `DescribeDhcpOptions`.

use serde_json::{Value, json};

use super::listing::{Listing, each, tags};
use crate::aws::ACCOUNT;
use crate::resources::ResourceType as _;
use crate::services::ec2::DhcpOptions;

/// The properties with EC2's names of the options.
const OPTIONS: [(&str, &str); 6] = [
    ("DomainName", "domain-name"),
    ("DomainNameServers", "domain-name-servers"),
    (
        "Ipv6AddressPreferredLeaseTime",
        "ipv6-address-preferred-lease-time",
    ),
    ("NetbiosNameServers", "netbios-name-servers"),
    ("NetbiosNodeType", "netbios-node-type"),
    ("NtpServers", "ntp-servers"),
];

pub(super) static DHCP_OPTIONS: Listing = Listing {
    action: "DescribeDhcpOptions",
    set: "dhcpOptionsSet",
    ids: &[("DhcpOptionsId", "dhcpOptionsId")],
    prefix: "dopt-",
    code: "InvalidDhcpOptionID",
    missing: "The dhcpOption ID '{}' does not exist",
    filters: &[
        ("dhcp-options-id", "dhcpOptionsId"),
        ("key", "dhcpConfigurationSet/key"),
        ("owner-id", "ownerId"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
        ("value", "dhcpConfigurationSet/valueSet/value"),
    ],
    page: 1000,
    all: |account| {
        each(account, DhcpOptions::NAME, |state, id, item| {
            json!({
                "dhcpOptionsId": id,
                "ownerId": ACCOUNT,
                "dhcpConfigurationSet": configurations(&item.properties),
                "tagSet": tags(state, id, item),
            })
        })
    },
};

fn configurations(properties: &Value) -> Vec<Value> {
    let given = OPTIONS.iter().filter_map(|(property, key)| {
        let value = properties.get(property)?;
        let values = value
            .as_array()
            .map_or_else(|| vec![value.clone()], Clone::clone);
        let values = values.iter().map(|value| json!({"value": text(value)}));
        Some(json!({"key": key, "valueSet": values.collect::<Vec<_>>()}))
    });
    given.collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
