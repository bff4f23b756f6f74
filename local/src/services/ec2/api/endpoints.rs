//! `DescribeVpcEndpoints`, `DescribeVpcEndpointServices` and the prefix lists.

use serde_json::{Value, json};

use super::listing::{Listing, each, tags};
use crate::account::{Account, Item};
use crate::aws::{ACCOUNT, Answer};
use crate::resources::ResourceType as _;
use crate::services::ec2::prefix_list::PrefixListProperties;
use crate::services::ec2::prefix_lists::{PrefixList, all_prefix_lists, prefix_lists};
use crate::services::ec2::vpc_endpoint::VpcEndpointProperties;
use crate::services::ec2::{PrefixList as PrefixListType, VpcEndpoint};

pub(super) static ENDPOINTS: Listing = Listing {
    action: "DescribeVpcEndpoints",
    set: "vpcEndpointSet",
    ids: &[("VpcEndpointId", "vpcEndpointId")],
    prefix: "vpce-",
    code: "InvalidVpcEndpointId",
    missing: "The Vpc Endpoint Id '{}' does not exist",
    filters: &[
        ("ip-address-type", "ipAddressType"),
        ("service-name", "serviceName"),
        ("service-region", "serviceRegion"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
        ("vpc-id", "vpcId"),
        ("vpc-endpoint-id", "vpcEndpointId"),
        ("vpc-endpoint-state", "state"),
        ("vpc-endpoint-type", "vpcEndpointType"),
    ],
    page: 1000,
    all: endpoints,
};

fn endpoints(account: &Account) -> Vec<Value> {
    each(account, VpcEndpoint::NAME, |state, id, item| {
        let properties: VpcEndpointProperties = item.read();
        let groups = properties.security_group_ids.iter();
        let entries = item.attributes["DnsEntries"]
            .as_array()
            .into_iter()
            .flatten();
        let entries = entries.filter_map(|entry| {
            let (zone, name) = entry.as_str()?.split_once(':')?;
            Some(json!({"dnsName": name, "hostedZoneId": zone}))
        });
        let policy = properties.policy_document.as_ref().map_or_else(
            || {
                r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#
                    .to_owned()
            },
            ToString::to_string,
        );
        json!({
            "vpcEndpointId": id,
            "vpcEndpointType": properties.type_name(),
            "vpcId": properties.vpc_id,
            "serviceName": properties.service_name,
            "serviceRegion": account.region,
            "state": "available",
            "policyDocument": policy,
            "routeTableIdSet": properties.route_table_ids,
            "subnetIdSet": properties.subnet_ids,
            "groupSet": groups.map(|id| json!({"groupId": id})).collect::<Vec<_>>(),
            "ipAddressType": "ipv4",
            "privateDnsEnabled": properties.private_dns_enabled.unwrap_or(false),
            "requesterManaged": false,
            "networkInterfaceIdSet": item.attributes["NetworkInterfaceIds"],
            "dnsEntrySet": entries.collect::<Vec<_>>(),
            "creationTimestamp": item.attribute("CreationTimestamp"),
            "ownerId": ACCOUNT,
            "tagSet": tags(state, id, item),
        })
    })
}

pub(super) static SERVICES: Listing = Listing {
    action: "DescribeVpcEndpointServices",
    set: "serviceDetailSet",
    ids: &[("ServiceName", "serviceName")],
    prefix: "",
    code: "InvalidServiceName",
    missing: "The Vpc Endpoint Service '{}' does not exist",
    filters: &[
        ("owner", "owner"),
        ("service-name", "serviceName"),
        ("service-region", "serviceRegion"),
        ("service-type", "serviceType/serviceType"),
        ("supported-ip-address-types", "supportedIpAddressTypeSet"),
        ("tag-key", "tagSet/key"),
    ],
    page: 1000,
    all: |account| {
        let gateways = ["dynamodb", "s3"].map(|name| (name, "Gateway"));
        let interfaces = [
            "dynamodb",
            "ec2",
            "ecr.api",
            "ecr.dkr",
            "ecs",
            "kms",
            "logs",
            "monitoring",
            "s3",
            "secretsmanager",
            "sns",
            "ssm",
            "sts",
        ];
        let interfaces = interfaces.map(|name| (name, "Interface"));
        let region = &account.region;
        gateways
            .into_iter()
            .chain(interfaces)
            .map(|(name, kind)| {
                json!({
                    "serviceName": format!("com.amazonaws.{region}.{name}"),
                    "serviceRegion": region,
                    "serviceType": [{"serviceType": kind}],
                    "owner": "amazon",
                    "acceptanceRequired": false,
                    "vpcEndpointPolicySupported": true,
                })
            })
            .collect()
    },
};

pub(super) static MANAGED_PREFIX_LISTS: Listing = Listing {
    action: "DescribeManagedPrefixLists",
    set: "prefixListSet",
    ids: &[("PrefixListId", "prefixListId")],
    prefix: "pl-",
    code: "InvalidPrefixListID",
    missing: "The prefix list ID '{}' does not exist",
    filters: &[
        ("owner-id", "ownerId"),
        ("prefix-list-id", "prefixListId"),
        ("prefix-list-name", "prefixListName"),
    ],
    page: 100,
    all: |account| {
        let region = &account.region;
        let of_aws = of_aws(account).into_iter().map(|list| {
            json!({
                "prefixListId": list.id,
                "prefixListName": list.name,
                "prefixListArn": format!("arn:aws:ec2:{region}:aws:prefix-list/{}", list.id),
                "addressFamily": "IPv4",
                "state": "create-complete",
                "ownerId": "AWS",
                "tagSet": [],
            })
        });
        let own = each(account, PrefixListType::NAME, |state, id, item| {
            json!({
                "prefixListId": id,
                "prefixListName": item.properties["PrefixListName"],
                "prefixListArn": item.attribute("Arn"),
                "addressFamily": item.properties["AddressFamily"],
                "maxEntries": item.properties["MaxEntries"],
                "version": item.attributes.get("Version"),
                "state": "create-complete",
                "ownerId": ACCOUNT,
                "tagSet": tags(state, id, item),
            })
        });
        of_aws.chain(own).collect()
    },
};

pub(super) static PREFIX_LISTS: Listing = Listing {
    action: "DescribePrefixLists",
    set: "prefixListSet",
    ids: &[("PrefixListId", "prefixListId")],
    prefix: "pl-",
    code: "InvalidPrefixListId",
    missing: "The prefix list ID '{}' does not exist",
    filters: &[
        ("prefix-list-id", "prefixListId"),
        ("prefix-list-name", "prefixListName"),
    ],
    page: 1000,
    all: |account| {
        let of_aws = of_aws(account).into_iter().map(|list| {
            json!({
                "prefixListId": list.id,
                "prefixListName": list.name,
                "cidrSet": blocks(&list),
            })
        });
        of_aws.collect()
    },
};

/// `GetManagedPrefixListEntries`.
pub(super) fn entries(account: &Account, input: &Value) -> Answer {
    let id = input["PrefixListId"].as_str().unwrap_or("");
    let lists = lists(account);
    let list = lists.iter().find(|list| list.id == id);
    let list = list.ok_or_else(|| MANAGED_PREFIX_LISTS.missing(id))?;
    let described = described(account, id);
    let entries = blocks(list).into_iter().map(|block| {
        let description = described.iter().find(|(cidr, _)| *cidr == block);
        json!({"cidr": block, "description": description.map(|(_, text)| text)})
    });
    Ok(json!({"entrySet": entries.collect::<Vec<_>>()}))
}

fn of_aws(account: &Account) -> [PrefixList; 3] {
    prefix_lists(&account.region)
}

fn lists(account: &Account) -> Vec<PrefixList> {
    account.read(|state| all_prefix_lists(state, &account.region))
}

fn blocks(list: &PrefixList) -> Vec<String> {
    let ipv6 = list.ipv6.iter();
    let ipv6 = ipv6.map(|block| format!("{}/{}", block.first(), block.prefix()));
    let ipv4 = list.blocks.iter().map(ToString::to_string);
    ipv4.chain(ipv6).collect()
}

/// The blocks of a prefix list of the account that have a description.
fn described(account: &Account, id: &str) -> Vec<(String, String)> {
    account.read(|state| {
        let item = state.inventory.get_of(PrefixListType::NAME, id);
        let list = item.map(Item::read::<PrefixListProperties>);
        let entries = list.map(|list| list.entries).unwrap_or_default();
        let described = entries.into_iter();
        described
            .filter_map(|entry| Some((entry.cidr, entry.description?)))
            .collect()
    })
}
