//! Rules for flow logs and network ACLs.

use super::same_vpc::{SUBNET, VPC, exists};
use crate::resources::subject::{Subject, fail_if};

/// The fields of a record. Source:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html>.
const FIELDS: &str = " version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id encryption-status ";

pub(super) fn flow_interval(subject: &Subject<'_>) -> Result<(), String> {
    let interval = subject.number("MaxAggregationInterval").unwrap_or(600);
    fail_if(![60, 600].contains(&interval), || {
        "Invalid Flow Log Max Aggregation Interval.".into()
    })
}

pub(super) fn flow_destination(subject: &Subject<'_>) -> Result<(), String> {
    let kind = subject
        .text("LogDestinationType")
        .unwrap_or("cloud-watch-logs");
    let named = subject.has("LogGroupName");
    if !subject.has("LogDestination") && (!named || kind != "cloud-watch-logs") {
        return Err("LogDestination can't be empty if LogGroupName is not provided.".into());
    }
    if named && subject.has("LogDestination") {
        return Err("Please only provide LogGroupName or only provide LogDestination.".into());
    }
    fail_if(
        kind == "cloud-watch-logs" && !subject.has("DeliverLogsPermissionArn"),
        || {
            "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs."
                .into()
        },
    )
}

pub(super) fn flow_format(subject: &Subject<'_>) -> Result<(), String> {
    let format = subject.text("LogFormat").unwrap_or("");
    let fields = format.split("${").skip(1);
    let mut fields = fields.map(|rest| rest.split('}').next().unwrap_or(rest));
    let unknown = fields.find(|field| !FIELDS.contains(&format!(" {field} ")));
    unknown.map_or(Ok(()), |field| {
        Err(format!("Unknown fields provided: '{field}'"))
    })
}

pub(super) fn flow_resource(subject: &Subject<'_>) -> Result<(), String> {
    let id = subject.text("ResourceId").unwrap_or("");
    match subject.text("ResourceType") {
        Some("VPC") => exists(subject, &VPC, id),
        Some("Subnet") => exists(subject, &SUBNET, id),
        _ => Ok(()),
    }
}

pub(super) fn flow_traffic(subject: &Subject<'_>) -> Result<(), String> {
    let is_needed =
        ["VPC", "Subnet", "NetworkInterface"].contains(&subject.text("ResourceType").unwrap_or(""));
    fail_if(is_needed && !subject.has("TrafficType"), || {
        "The request must contain the parameter TrafficType".into()
    })
}

pub(super) fn entry_number(subject: &Subject<'_>) -> Result<(), String> {
    let number = subject.number("RuleNumber").unwrap_or(1);
    fail_if(!(1..=32766).contains(&number), || {
        format!("Invalid value '{number}' for ruleNumber. Must be between 1 and 32766")
    })
}

pub(super) fn entry_action(subject: &Subject<'_>) -> Result<(), String> {
    let action = subject.text("RuleAction").unwrap_or("");
    fail_if(!["allow", "deny"].contains(&action), || {
        format!("Invalid value '{action}' for ruleAction. Must be allow or deny")
    })
}

pub(super) fn entry_ports(subject: &Subject<'_>) -> Result<(), String> {
    let (from, to) = (
        subject.number("PortRange/From"),
        subject.number("PortRange/To"),
    );
    match subject.number("Protocol") {
        Some(6 | 17) if from.is_none() || to.is_none() => {
            Err("The request must contain the parameter portRange".into())
        }
        Some(6 | 17) if from > to => {
            let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
            Err(format!("Invalid TCP/UDP port range ({from}:{to})"))
        }
        Some(1) if !subject.has("Icmp") => {
            Err("The request must contain the parameter icmpTypeCode".into())
        }
        _ => Ok(()),
    }
}

pub(super) fn entry_block(subject: &Subject<'_>) -> Result<(), String> {
    let block = subject.text("CidrBlock");
    let wrong = block.filter(|block| crate::aws::Block::around(block).is_none());
    wrong.map_or(Ok(()), |block| {
        Err(format!(
            "Value ({block}) for parameter cidrBlock is invalid. This is not a valid CIDR block."
        ))
    })
}
