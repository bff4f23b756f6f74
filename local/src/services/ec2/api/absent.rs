//! `DescribeVpnGateways` and `DescribeVpcPeeringConnections`: an account of the local AWS has none. The
//! CDK asks for the VPN gateway of a VPC that it looks up.

use super::listing::Listing;

pub(super) static VPN_GATEWAYS: Listing = Listing {
    action: "DescribeVpnGateways",
    set: "vpnGatewaySet",
    ids: &[("VpnGatewayId", "vpnGatewayId")],
    prefix: "vgw-",
    code: "InvalidVpnGatewayID",
    missing: "The vpnGateway ID '{}' does not exist",
    filters: &[
        ("amazon-side-asn", "amazonSideAsn"),
        ("attachment.state", "attachments/state"),
        ("attachment.vpc-id", "attachments/vpcId"),
        ("availability-zone", "availabilityZone"),
        ("state", "state"),
        ("tag-key", "tagSet/key"),
        ("type", "type"),
        ("vpn-gateway-id", "vpnGatewayId"),
    ],
    page: 0,
    all: |_| Vec::new(),
};

pub(super) static PEERINGS: Listing = Listing {
    action: "DescribeVpcPeeringConnections",
    set: "vpcPeeringConnectionSet",
    ids: &[("VpcPeeringConnectionId", "vpcPeeringConnectionId")],
    prefix: "pcx-",
    code: "InvalidVpcPeeringConnectionID",
    missing: "The vpcPeeringConnection ID '{}' does not exist",
    filters: &[
        ("accepter-vpc-info.cidr-block", "accepterVpcInfo/cidrBlock"),
        ("accepter-vpc-info.owner-id", "accepterVpcInfo/ownerId"),
        ("accepter-vpc-info.vpc-id", "accepterVpcInfo/vpcId"),
        ("expiration-time", "expirationTime"),
        (
            "requester-vpc-info.cidr-block",
            "requesterVpcInfo/cidrBlock",
        ),
        ("requester-vpc-info.owner-id", "requesterVpcInfo/ownerId"),
        ("requester-vpc-info.vpc-id", "requesterVpcInfo/vpcId"),
        ("status-code", "status/code"),
        ("status-message", "status/message"),
        ("tag-key", "tagSet/key"),
        ("vpc-peering-connection-id", "vpcPeeringConnectionId"),
    ],
    page: 1000,
    all: |_| Vec::new(),
};
