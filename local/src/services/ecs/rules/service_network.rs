//! Rules for the network of a service.

use std::collections::BTreeSet;

use super::service::{definition, is_awsvpc, is_fargate};
use crate::resources::subject::{Subject, fail_if, text};

const SUBNETS: &str = "NetworkConfiguration/AwsvpcConfiguration/Subnets";
const GROUPS: &str = "NetworkConfiguration/AwsvpcConfiguration/SecurityGroups";

pub(super) fn network(subject: &Subject<'_>) -> Result<(), String> {
    if definition(subject).is_none() {
        return Ok(());
    }
    let given = subject.has("NetworkConfiguration/AwsvpcConfiguration");
    if is_awsvpc(subject) && !given {
        return Err(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.".into(),
        );
    }
    fail_if(given && !is_awsvpc(subject), || {
        "Network Configuration is not valid for the given networkMode of this task definition."
            .into()
    })
}

/// The VPC of the subnets.
pub(super) fn vpc<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    let first = *subject.texts(SUBNETS).first()?;
    text(
        &subject.find("AWS::EC2::Subnet", first)?.properties,
        "VpcId",
    )
}

pub(super) fn subnets(subject: &Subject<'_>) -> Result<(), String> {
    if !subject.has("NetworkConfiguration/AwsvpcConfiguration") {
        return Ok(());
    }
    let subnets = subject.texts(SUBNETS);
    if subnets.is_empty() {
        return Err("subnets can not be empty.".into());
    }
    if subnets.len() > 16 {
        return Err("subnets can have at most 16 items.".into());
    }
    let mut vpcs = BTreeSet::new();
    for id in subnets {
        let Some(found) = subject.find("AWS::EC2::Subnet", id) else {
            let error = if id.starts_with("subnet-") {
                format!("The subnet ID '{id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)")
            } else {
                format!(
                    "Invalid id: \"{id}\" (expecting \"subnet-...\") (ErrorCode: InvalidSubnetID.Malformed)"
                )
            };
            return Err(format!(
                "Error retrieving subnet information for [{id}]: {error}"
            ));
        };
        vpcs.insert(text(&found.properties, "VpcId"));
    }
    fail_if(vpcs.len() > 1, || {
        "All subnets must be in the same VPC.".into()
    })
}

pub(super) fn groups(subject: &Subject<'_>) -> Result<(), String> {
    let groups = subject.texts(GROUPS);
    let most = subject.quotas.get("security-groups-per-interface");
    if groups.len() as u64 > most {
        return Err(format!("securityGroups can have at most {most} items."));
    }
    for id in groups {
        let Some(found) = subject.find("AWS::EC2::SecurityGroup", id) else {
            let error = if id.starts_with("sg-") {
                format!(
                    "The security group '{id}' does not exist (ErrorCode: InvalidGroup.NotFound)"
                )
            } else {
                format!(
                    "Invalid id: \"{id}\" (expecting \"sg-...\") (ErrorCode: InvalidGroupId.Malformed)"
                )
            };
            return Err(format!(
                "Error retrieving security group information for [{id}]: {error}"
            ));
        };
        let own = text(&found.properties, "VpcId");
        if own.is_some() && vpc(subject).is_some() && own != vpc(subject) {
            return Err(format!(
                "Security group {id} does not appear to belong to the same VPC as the input subnets."
            ));
        }
    }
    Ok(())
}

pub(super) fn public_address(subject: &Subject<'_>) -> Result<(), String> {
    let wanted =
        subject.text("NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp") == Some("ENABLED");
    fail_if(wanted && !is_fargate(subject), || {
        "Assign public IP is not supported for this launch type.".into()
    })
}
