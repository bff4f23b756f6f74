//! EC2: the network. It carries no packets, but stands, is checked, and can be in use.

use std::net::Ipv4Addr;

use rand::RngExt as _;
use serde_json::{Value, json};

use crate::account::{State, ec2_id, hex_id};
use crate::cloudformation::Block;
use crate::json;
use crate::resources::{Made, Request, in_use};

/// The availability zones of a region.
pub(crate) fn zones(region: &str) -> Vec<String> {
    ["a", "b", "c"]
        .map(|letter| format!("{region}{letter}"))
        .to_vec()
}

/// Makes a resource of the network.
///
/// # Errors
/// EC2's message where the address block is wrong or what it names does not stand.
pub(crate) fn create(request: &Request) -> Result<Made, String> {
    request.account.read(|state| {
        check(state, request)?;
        if request.resource_type == "AWS::EC2::EIP" {
            return elastic_ip(state);
        }
        Ok(made(request))
    })
}

fn check(state: &State, request: &Request) -> Result<(), String> {
    let refused = |sentence: String| Err(in_use(&sentence, "Ec2", 400));
    for property in [
        "VpcId",
        "SubnetId",
        "RouteTableId",
        "InternetGatewayId",
        "NatGatewayId",
        "GatewayId",
    ] {
        if let Some(id) = request.text(property)
            && state.inventory.get(id).is_none()
        {
            return refused(format!("The {property} '{id}' does not exist"));
        }
    }
    let zones = zones(&request.account.region);
    if let Some(zone) = request.text("AvailabilityZone")
        && !zones.iter().any(|known| known == zone)
    {
        let known = zones.join(", ");
        return refused(format!(
            "Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: {known}."
        ));
    }
    let needs_block = matches!(
        request.resource_type.as_str(),
        "AWS::EC2::VPC" | "AWS::EC2::Subnet"
    );
    let Some(block) = request.text("CidrBlock") else {
        return if needs_block {
            refused(
                "Either CidrBlock or an IPAM pool must be given, and the local AWS has no IPAM"
                    .into(),
            )
        } else {
            Ok(())
        };
    };
    let block = match Block::parse(block) {
        Ok(block) => block,
        Err(sentence) => return refused(sentence),
    };
    if request.resource_type != "AWS::EC2::Subnet" {
        return Ok(());
    }
    let vpc = request.text("VpcId").unwrap_or_default();
    let of_vpc = state
        .inventory
        .get(vpc)
        .and_then(|vpc| json::member(&vpc.properties, "CidrBlock"));
    let within = of_vpc
        .and_then(|whole| Block::parse(whole).ok())
        .is_some_and(|whole| whole.contains(block));
    if !within {
        return refused(format!(
            "The CIDR '{}' is invalid.",
            request.text("CidrBlock").unwrap_or_default()
        ));
    }
    let mut siblings = state
        .inventory
        .of_type("AWS::EC2::Subnet")
        .filter(|(_, subnet)| json::member(&subnet.properties, "VpcId") == Some(vpc));
    let overlaps = siblings.any(|(_, subnet)| {
        json::member(&subnet.properties, "CidrBlock")
            .and_then(|other| Block::parse(other).ok())
            .is_some_and(|other| other.overlaps(block))
    });
    if overlaps {
        return refused(format!(
            "The CIDR '{}' conflicts with another subnet",
            request.text("CidrBlock").unwrap_or_default()
        ));
    }
    Ok(())
}

fn made(request: &Request) -> Made {
    let text = |name: &str| request.text(name).unwrap_or_default();
    let by_id = |prefix: &str, attribute: &str| {
        let id = ec2_id(prefix);
        Made::new(id.clone(), json!({ attribute: id }))
    };
    match request.resource_type.as_str() {
        "AWS::EC2::VPC" => vpc(request),
        "AWS::EC2::Subnet" => subnet(request),
        "AWS::EC2::InternetGateway" => by_id("igw", "InternetGatewayId"),
        "AWS::EC2::VPCGatewayAttachment" => Made::new(
            format!("IGW|{}", text("VpcId")),
            json!({"AttachmentType": "IGW"}),
        ),
        "AWS::EC2::RouteTable" => by_id("rtb", "RouteTableId"),
        "AWS::EC2::Route" => {
            let block = text("DestinationCidrBlock");
            Made::new(
                format!("{}|{block}", text("RouteTableId")),
                json!({"CidrBlock": block}),
            )
        }
        "AWS::EC2::SubnetRouteTableAssociation" => by_id("rtbassoc", "Id"),
        "AWS::EC2::NatGateway" => nat_gateway(),
        "AWS::EC2::VPCEndpoint" => {
            let id = ec2_id("vpce");
            let attributes = json!({"Id": id, "CreationTimestamp": crate::account::now(), "DnsEntries": [], "NetworkInterfaceIds": []});
            Made::new(id, attributes)
        }
        "AWS::EC2::SecurityGroup" => {
            let id = ec2_id("sg");
            Made::new(
                id.clone(),
                json!({"Id": id, "GroupId": id, "VpcId": text("VpcId")}),
            )
        }
        _ => by_id("sgr", "Id"),
    }
}

fn vpc(request: &Request) -> Made {
    let id = ec2_id("vpc");
    let block = request.text("CidrBlock").unwrap_or_default();
    let attributes = json!({
        "VpcId": id,
        "CidrBlock": block,
        "CidrBlockAssociations": [ec2_id("vpc-cidr-assoc")],
        "DefaultNetworkAcl": ec2_id("acl"),
        "DefaultSecurityGroup": ec2_id("sg"),
        "Ipv6CidrBlocks": [],
    });
    Made::new(id, attributes)
}

fn subnet(request: &Request) -> Made {
    let id = ec2_id("subnet");
    let zones = zones(&request.account.region);
    let zone = request.text("AvailabilityZone").unwrap_or(&zones[0]);
    let number = zones
        .iter()
        .position(|known| known == zone)
        .unwrap_or_default()
        + 1;
    let attributes = json!({
        "SubnetId": id,
        "VpcId": request.text("VpcId"),
        "CidrBlock": request.text("CidrBlock"),
        "AvailabilityZone": zone,
        "AvailabilityZoneId": format!("{}-az{number}", request.account.region),
        "NetworkAclAssociationId": ec2_id("aclassoc"),
        "Ipv6CidrBlocks": [],
    });
    Made::new(id, attributes)
}

/// A free address out of 203.0.113.0/24, which is kept for documentation: it reaches nobody.
fn elastic_ip(state: &State) -> Result<Made, String> {
    let first = rand::rng().random_range(0..254_u8);
    let address = (0..254_u8)
        .map(|step| Ipv4Addr::new(203, 0, 113, (first.wrapping_add(step) % 254) + 1).to_string())
        .find(|address| state.inventory.get(address).is_none())
        .ok_or_else(|| {
            in_use(
                "The maximum number of addresses has been reached.",
                "Ec2",
                400,
            )
        })?;
    Ok(Made::new(
        address.clone(),
        json!({"PublicIp": address, "AllocationId": ec2_id("eipalloc")}),
    ))
}

fn nat_gateway() -> Made {
    let id = ec2_id("nat");
    Made::new(
        id.clone(),
        json!({"NatGatewayId": id, "EniId": format!("eni-{}", hex_id(17))}),
    )
}

/// Checks that nothing uses the resource any more.
///
/// # Errors
/// EC2's message for a resource with dependencies.
pub(crate) fn delete(request: &Request) -> Result<(), String> {
    let id = &request.physical_id;
    request.account.read(|state| {
        if request.resource_type == "AWS::EC2::VPCGatewayAttachment" {
            return mapped_addresses(state, request);
        }
        let noun = match request.resource_type.as_str() {
            "AWS::EC2::VPC" => "vpc",
            "AWS::EC2::Subnet" => "subnet",
            "AWS::EC2::InternetGateway" => "internetGateway",
            "AWS::EC2::RouteTable" => "routeTable",
            "AWS::EC2::SecurityGroup" => return security_group(state, id),
            _ => return Ok(()),
        };
        if users(state, id).is_empty() {
            return Ok(());
        }
        Err(in_use(
            &format!("The {noun} '{id}' has dependencies and cannot be deleted."),
            "Ec2",
            400,
        ))
    })
}

fn users(state: &State, id: &str) -> Vec<String> {
    let services = [
        "AWS::EC2::",
        "AWS::ECS::Service",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
    ];
    state
        .inventory
        .users(id, &services)
        .into_iter()
        .filter(|user| *user != id)
        .map(str::to_owned)
        .collect()
}

fn security_group(state: &State, id: &str) -> Result<(), String> {
    if users(state, id).is_empty() {
        return Ok(());
    }
    Err(in_use(
        &format!("resource {id} has a dependent object"),
        "Ec2",
        400,
    ))
}

/// An internet gateway cannot be detached while the VPC has public addresses.
fn mapped_addresses(state: &State, request: &Request) -> Result<(), String> {
    let vpc = request.text("VpcId").unwrap_or_default();
    let in_vpc = |subnet: &str| {
        state
            .inventory
            .get(subnet)
            .is_some_and(|subnet| json::member(&subnet.properties, "VpcId") == Some(vpc))
    };
    let mut public = state
        .inventory
        .of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
        .filter(|(_, balancer)| json::member(&balancer.properties, "Scheme") != Some("internal"))
        .flat_map(|(_, balancer)| {
            balancer
                .properties
                .get("Subnets")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        });
    if public.any(|subnet| subnet.as_str().is_some_and(in_vpc)) {
        let sentence = format!(
            "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
        );
        return Err(in_use(&sentence, "Ec2", 400));
    }
    Ok(())
}
