//! Rules for load balancers.

use std::collections::BTreeSet;

use super::name;
use crate::resources::is_late;
use crate::resources::subject::{Subject, fail_if, one_of, repeated, text};

const SUBNET: &str = "AWS::EC2::Subnet";

pub(super) fn balancer_name(subject: &Subject<'_>) -> Result<(), String> {
    let Some(given) = name::given(subject) else {
        return Ok(());
    };
    name::check("The load balancer", given)?;
    fail_if(given.starts_with("internal-"), || {
        format!("The load balancer name '{given}' cannot begin with 'internal-'")
    })
}

pub(super) fn balancer_name_free(subject: &Subject<'_>) -> Result<(), String> {
    let Some(given) = subject.text("Name") else {
        return Ok(());
    };
    let mut others = subject.others();
    let taken = others.any(|(_, other)| other.attribute("LoadBalancerName") == given);
    fail_if(subject.is_created() && taken, || {
        format!("A load balancer with the same name '{given}' exists, but with different settings")
    })
}

pub(super) fn balancer_kind(subject: &Subject<'_>) -> Result<(), String> {
    one_of(
        "scheme",
        subject.text("Scheme"),
        &["internet-facing", "internal"],
    )?;
    one_of(
        "type",
        subject.text("Type"),
        &["application", "network", "gateway"],
    )?;
    let addresses = ["ipv4", "dualstack", "dualstack-without-public-ipv4"];
    one_of("ipAddressType", subject.text("IpAddressType"), &addresses)
}

/// The subnets, listed or mapped.
fn subnets<'a>(subject: &Subject<'a>) -> Vec<&'a str> {
    let mapped = subject.list("SubnetMappings").iter();
    let mapped = mapped.filter_map(|mapping| text(mapping, "SubnetId"));
    subject.texts("Subnets").into_iter().chain(mapped).collect()
}

pub(super) fn balancer_subnets(subject: &Subject<'_>) -> Result<(), String> {
    if subject.has("Subnets") && subject.has("SubnetMappings") {
        return Err("You must specify either subnets or subnet mappings, but not both".into());
    }
    for id in subnets(subject) {
        if !id.starts_with("subnet-") {
            return Err(format!("The subnet ID '{id}' is not valid"));
        }
        if subject.find(SUBNET, id).is_none() {
            return Err(format!("The subnet ID '{id}' does not exist"));
        }
    }
    Ok(())
}

/// The VPCs of the subnets.
fn vpcs<'a>(subject: &Subject<'a>) -> BTreeSet<&'a str> {
    let found = subnets(subject)
        .into_iter()
        .filter_map(|id| subject.find(SUBNET, id));
    found
        .filter_map(|subnet| text(&subnet.properties, "VpcId"))
        .collect()
}

pub(super) fn balancer_one_vpc(subject: &Subject<'_>) -> Result<(), String> {
    fail_if(vpcs(subject).len() > 1, || {
        "All subnets must belong to the same VPC".into()
    })
}

pub(super) fn balancer_zones(subject: &Subject<'_>) -> Result<(), String> {
    let ids = subnets(subject);
    let found = ids.iter().filter_map(|id| subject.find(SUBNET, id));
    let zones: Vec<_> = found
        .map(|subnet| subnet.attribute("AvailabilityZone"))
        .collect();
    if ids.is_empty() {
        return Err("At least one subnet must be specified".into());
    }
    if repeated(zones.iter().copied()).is_some() {
        return Err(
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
                .into(),
        );
    }
    let is_application = subject
        .text("Type")
        .is_none_or(|kind| kind == "application");
    fail_if(is_application && zones.len() < 2, || {
        "At least two subnets in two different Availability Zones must be specified".into()
    })
}

pub(super) fn balancer_gateway(subject: &Subject<'_>) -> Result<(), String> {
    let is_internal = subject.text("Scheme") == Some("internal");
    let Some(vpc) = vpcs(subject).into_iter().next().filter(|_| !is_internal) else {
        return Ok(());
    };
    let attachments = subject
        .state
        .inventory
        .of_type("AWS::EC2::VPCGatewayAttachment");
    let mut in_time = attachments.filter(|(id, _)| !is_late(subject, id));
    let attached = in_time.any(|(_, item)| {
        text(&item.properties, "VpcId") == Some(vpc)
            && text(&item.properties, "InternetGatewayId").is_some()
    });
    fail_if(subject.is_created() && !attached, || {
        format!("VPC {vpc} has no internet gateway")
    })
}

/// On creation, the default group of the VPC takes the place of an empty list.
pub(super) fn balancer_groups_stay(subject: &Subject<'_>) -> Result<(), String> {
    let is_application = subject
        .text("Type")
        .is_none_or(|kind| kind == "application");
    let emptied = subject.has("SecurityGroups") && subject.list("SecurityGroups").is_empty();
    fail_if(!subject.is_created() && is_application && emptied, || {
        "At least one security group must be specified".into()
    })
}

pub(super) fn balancer_groups(subject: &Subject<'_>) -> Result<(), String> {
    let vpc = vpcs(subject).into_iter().next();
    for id in subject.texts("SecurityGroups") {
        let found = subject.find("AWS::EC2::SecurityGroup", id);
        let Some(found) = found else {
            let mut vpcs = subject.state.inventory.of_type("AWS::EC2::VPC");
            let default = vpcs.any(|(_, vpc)| vpc.attribute("DefaultSecurityGroup") == id);
            if default {
                continue;
            }
            return Err(format!("The security group '{id}' does not exist"));
        };
        if vpc.is_some() && text(&found.properties, "VpcId") != vpc {
            return Err("One or more security groups are invalid".into());
        }
    }
    Ok(())
}

pub(super) fn balancer_quota(subject: &Subject<'_>) -> Result<(), String> {
    subject.within(
        "load-balancers",
        "The maximum number of load balancers has been reached",
    )
}

pub(super) fn balancer_dual_stack(subject: &Subject<'_>) -> Result<(), String> {
    let dual = subject
        .text("IpAddressType")
        .is_some_and(|kind| kind.starts_with("dualstack"));
    let inventory = &subject.state.inventory;
    let blocks = || inventory.of_type("AWS::EC2::SubnetCidrBlock");
    let has_block = |id: &str| {
        let own = subject
            .find(SUBNET, id)
            .is_none_or(|subnet| text(&subnet.properties, "Ipv6CidrBlock").is_some());
        own || blocks().any(|(_, block)| text(&block.properties, "SubnetId") == Some(id))
    };
    let without = dual && !subnets(subject).into_iter().all(has_block);
    fail_if(without, || {
        "You must specify subnets with an associated IPv6 CIDR block.".into()
    })
}

pub(super) fn balancer_network_only(subject: &Subject<'_>) -> Result<(), String> {
    let name = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    one_of(
        "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
        subject.text(name),
        &["on", "off"],
    )?;
    let is_network = subject.text("Type") == Some("network");
    fail_if(subject.has(name) && !is_network, || {
        format!("{name} is supported only for load balancers of type 'network'")
    })
}
