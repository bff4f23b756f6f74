//! `DescribeNetworkInterfaces`.

use serde_json::{Value, json};

use super::listing::Listing;
use crate::aws::ACCOUNT;
use crate::services::ec2::interfaces::{Interface, Owner};

pub(super) static INTERFACES: Listing = Listing {
    action: "DescribeNetworkInterfaces",
    set: "networkInterfaceSet",
    ids: &[("NetworkInterfaceId", "networkInterfaceId")],
    prefix: "eni-",
    code: "InvalidNetworkInterfaceID",
    missing: "The networkInterface ID '{}' does not exist",
    filters: &[
        ("association.allocation-id", "association/allocationId"),
        ("association.association-id", "association/associationId"),
        (
            "addresses.association.owner-id",
            "privateIpAddressesSet/association/ipOwnerId",
        ),
        (
            "addresses.association.public-ip",
            "privateIpAddressesSet/association/publicIp",
        ),
        ("addresses.primary", "privateIpAddressesSet/primary"),
        (
            "addresses.private-ip-address",
            "privateIpAddressesSet/privateIpAddress",
        ),
        ("association.ip-owner-id", "association/ipOwnerId"),
        ("association.public-ip", "association/publicIp"),
        ("association.public-dns-name", "association/publicDnsName"),
        ("attachment.attach-time", "attachment/attachTime"),
        ("attachment.attachment-id", "attachment/attachmentId"),
        (
            "attachment.delete-on-termination",
            "attachment/deleteOnTermination",
        ),
        ("attachment.device-index", "attachment/deviceIndex"),
        ("attachment.instance-id", "attachment/instanceId"),
        ("attachment.instance-owner-id", "attachment/instanceOwnerId"),
        ("attachment.status", "attachment/status"),
        ("availability-zone", "availabilityZone"),
        ("description", "description"),
        ("group-id", "groupSet/groupId"),
        ("group-name", "groupSet/groupName"),
        (
            "ipv6-addresses.ipv6-address",
            "ipv6AddressesSet/ipv6Address",
        ),
        ("interface-type", "interfaceType"),
        ("mac-address", "macAddress"),
        ("network-interface-id", "networkInterfaceId"),
        ("operator.managed", "operator/managed"),
        ("operator.principal", "operator/principal"),
        ("owner-id", "ownerId"),
        ("private-dns-name", "privateDnsName"),
        ("private-ip-address", "privateIpAddress"),
        ("requester-id", "requesterId"),
        ("requester-managed", "requesterManaged"),
        ("source-dest-check", "sourceDestCheck"),
        ("status", "status"),
        ("subnet-id", "subnetId"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
    all: |account| {
        account.read(|state| {
            let all = state.interfaces.all();
            all.map(|one| described(&account.region, one)).collect()
        })
    },
};

fn described(region: &str, interface: &Interface) -> Value {
    let private = interface.private_ip;
    let name = format!(
        "ip-{}.{region}.compute.internal",
        private.to_string().replace('.', "-")
    );
    let association = interface.public_ip.map(|public| {
        let name = public.to_string().replace('.', "-");
        json!({
            "publicIp": public,
            "publicDnsName": format!("ec2-{name}.{region}.compute.amazonaws.com"),
            "ipOwnerId": "amazon",
        })
    });
    let (kind, requester) = match &interface.owner {
        Owner::Task(_) => ("interface", ACCOUNT),
        Owner::LoadBalancer(_) => ("interface", "amazon-elb"),
        Owner::NatGateway(_) => ("nat_gateway", ACCOUNT),
        Owner::VpcEndpoint(_) => ("vpc_endpoint", ACCOUNT),
    };
    let groups = interface.groups.iter().map(|id| json!({"groupId": id}));
    json!({
        "networkInterfaceId": interface.id,
        "description": shown(interface),
        "subnetId": interface.subnet,
        "vpcId": interface.vpc,
        "availabilityZone": interface.zone,
        "groupSet": groups.collect::<Vec<_>>(),
        "interfaceType": kind,
        "macAddress": interface.mac,
        "ownerId": ACCOUNT,
        "privateDnsName": name,
        "privateIpAddress": private,
        "privateIpAddressesSet": [{
            "primary": true, "privateIpAddress": private, "privateDnsName": name, "association": association,
        }],
        "ipv6Address": interface.ipv6,
        "ipv6AddressesSet": interface.ipv6.iter().map(|address| json!({"ipv6Address": address, "isPrimaryIpv6": false})).collect::<Vec<_>>(),
        "association": association,
        "attachment": {
            "attachmentId": interface.attachment_id,
            "attachTime": interface.attached,
            "deleteOnTermination": false,
            "deviceIndex": 1,
            "instanceOwnerId": requester,
            "status": "attached",
        },
        "requesterId": requester,
        "requesterManaged": true,
        "sourceDestCheck": !matches!(interface.owner, Owner::NatGateway(_)),
        "status": "in-use",
        "tagSet": [],
    })
}

/// ECS describes the interface of a task by the ARN of its attachment.
fn shown(interface: &Interface) -> String {
    match &interface.owner {
        Owner::Task(_) => format!(
            "arn:aws:ecs:{}:{ACCOUNT}:attachment/{}",
            interface.zone.trim_end_matches(char::is_alphabetic),
            interface.attachment_id.trim_start_matches("eni-attach-")
        ),
        _ => interface.description.clone(),
    }
}
