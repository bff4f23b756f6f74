//! Rules for internet gateways, NAT gateways and Elastic IP addresses.

use super::same_vpc::{INTERNET_GATEWAY, SUBNET, VPC, exists, given, has_gateway, vpc_of};
use crate::resources::subject::{Subject, fail_if, text};

pub(super) fn gateway_quota(subject: &Subject<'_>) -> Result<(), String> {
    let sentence = "The maximum number of internet gateways has been reached.";
    subject.within("internet-gateways", sentence)
}

pub(super) fn attachment_one_gateway(subject: &Subject<'_>) -> Result<(), String> {
    let count = ["InternetGatewayId", "VpnGatewayId"]
        .into_iter()
        .filter(|name| subject.has(name));
    fail_if(count.count() != 1, || {
        "Exactly one of [InternetGatewayId, VpnGatewayId] must be specified".into()
    })
}

pub(super) fn attachment_vpc(subject: &Subject<'_>) -> Result<(), String> {
    given(subject, &VPC, "VpcId")
}

pub(super) fn attachment_gateway(subject: &Subject<'_>) -> Result<(), String> {
    let gateway = subject.text("InternetGatewayId");
    gateway.map_or(Ok(()), |gateway| {
        exists(subject, &INTERNET_GATEWAY, gateway)
    })
}

pub(super) fn attachment_once(subject: &Subject<'_>) -> Result<(), String> {
    let (vpc, gateway) = (subject.text("VpcId"), subject.text("InternetGatewayId"));
    for (_, other) in subject.others() {
        let taken = text(&other.properties, "VpcId");
        if text(&other.properties, "InternetGatewayId") == gateway {
            return Err(format!(
                "resource {} is already attached to network {}",
                gateway.unwrap_or(""),
                taken.unwrap_or("")
            ));
        }
        if taken == vpc {
            let vpc = vpc.unwrap_or("");
            return Err(format!(
                "Network {vpc} already has an internet gateway attached"
            ));
        }
    }
    Ok(())
}

pub(super) fn address_quota(subject: &Subject<'_>) -> Result<(), String> {
    subject.within(
        "elastic-ips",
        "The maximum number of addresses has been reached.",
    )
}

pub(super) fn address_domain(subject: &Subject<'_>) -> Result<(), String> {
    let domain = subject.text("Domain");
    let wrong = domain.filter(|domain| *domain != "vpc");
    wrong.map_or(Ok(()), |domain| {
        Err(format!("Invalid value '{domain}' for domain."))
    })
}

pub(super) fn address_border(subject: &Subject<'_>) -> Result<(), String> {
    let group = subject.text("NetworkBorderGroup");
    let is_near = |group: &str| {
        let rest = group.strip_prefix(subject.region);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let wrong = group.filter(|group| !is_near(group));
    wrong.map_or(Ok(()), |group| {
        Err(format!("Invalid value '{group}' for network border group."))
    })
}

pub(super) fn nat_subnet(subject: &Subject<'_>) -> Result<(), String> {
    if subject.text("AvailabilityMode") == Some("regional") {
        return Ok(());
    }
    given(subject, &SUBNET, "SubnetId")
}

pub(super) fn nat_address(subject: &Subject<'_>) -> Result<(), String> {
    let is_private = subject.text("ConnectivityType") == Some("private");
    match subject.text("AllocationId") {
        Some(_) if is_private => {
            Err("AllocationId cannot be specified for a private NAT gateway".into())
        }
        None if is_private || subject.text("AvailabilityMode") == Some("regional") => Ok(()),
        None => Err("The request must contain the parameter AllocationId".into()),
        Some(given) if address(subject, given) => Ok(()),
        Some(given) if given.starts_with("eipalloc-") => {
            Err(format!("The allocation ID '{given}' does not exist"))
        }
        Some(given) => Err(format!(
            "Invalid id: \"{given}\" (expecting \"eipalloc-...\")"
        )),
    }
}

fn address(subject: &Subject<'_>, allocation: &str) -> bool {
    let mut addresses = subject.state.inventory.of_type("AWS::EC2::EIP");
    addresses.any(|(_, address)| address.attribute("AllocationId") == allocation)
}

pub(super) fn nat_address_free(subject: &Subject<'_>) -> Result<(), String> {
    let Some(given) = subject.text("AllocationId") else {
        return Ok(());
    };
    // A gateway that is replaced still has its address.
    let mut all = subject.state.inventory.of_type(subject.resource_type);
    let taken = all.any(|(_, other)| text(&other.properties, "AllocationId") == Some(given));
    fail_if(subject.is_created() && taken, || {
        format!("Elastic IP address [{given}] is already associated")
    })
}

pub(super) fn nat_gateway_attached(subject: &Subject<'_>) -> Result<(), String> {
    let is_public = subject.text("ConnectivityType") != Some("private");
    let vpc = subject
        .text("SubnetId")
        .and_then(|id| vpc_of(subject, &SUBNET, id));
    let Some(vpc) = vpc.filter(|_| is_public && subject.is_created()) else {
        return Ok(());
    };
    fail_if(!has_gateway(subject, vpc), || {
        format!("Network {vpc} has no Internet gateway attached")
    })
}

pub(super) fn nat_quota(subject: &Subject<'_>) -> Result<(), String> {
    let zone = |subnet: Option<&str>| {
        let subnet = subject.find("AWS::EC2::Subnet", subnet?)?;
        Some(subnet.attribute("AvailabilityZone").to_owned())
    };
    let own = zone(subject.text("SubnetId"));
    let same = |properties| own.is_some() && zone(text(properties, "SubnetId")) == own;
    let neighbours = subject
        .others()
        .filter(|(_, other)| same(&other.properties));
    let full = neighbours.count() as u64 >= subject.quotas.get("nat-gateways-per-zone");
    fail_if(subject.is_created() && full, || {
        format!(
            "Performing this operation would exceed the limit of {} NAT gateways",
            subject.quotas.get("nat-gateways-per-zone")
        )
    })
}
