//! Rules for VPC endpoints.

use super::same_vpc::{GROUP, ROUTE_TABLE, SUBNET, VPC, exists, flag, given, vpc_of};
use crate::resources::subject::{Subject, at, fail_if, repeated, text, texts};
use crate::services::iam::{Kind, parse};

/// The services with a gateway endpoint. They have interface endpoints, too.
const GATEWAYS: [&str; 2] = ["dynamodb", "s3"];

/// The services of this architecture, and others that run beside it, with an interface endpoint.
const INTERFACES: [&str; 36] = [
    "application-autoscaling",
    "appmesh-envoy-management",
    "athena",
    "autoscaling",
    "cloudformation",
    "cloudtrail",
    "codebuild",
    "dynamodb",
    "dynamodb-streams",
    "ec2",
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "ecs-agent",
    "ecs-telemetry",
    "elasticfilesystem",
    "elasticloadbalancing",
    "events",
    "execute-api",
    "kinesis-firehose",
    "kinesis-streams",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "rds",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "sns",
    "sqs",
    "ssm",
    "ssmmessages",
    "sts",
    "xray",
];

/// The name of the service in `com.amazonaws.REGION.NAME`.
fn service<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    let rest = subject
        .text("ServiceName")?
        .strip_prefix("com.amazonaws.")?;
    rest.strip_prefix(subject.region)?.strip_prefix('.')
}

/// The type; a gateway if there is none.
fn kind<'a>(subject: &Subject<'a>) -> &'a str {
    subject.text("VpcEndpointType").unwrap_or("Gateway")
}

pub(super) fn endpoint_vpc(subject: &Subject<'_>) -> Result<(), String> {
    given(subject, &VPC, "VpcId")
}

pub(super) fn endpoint_service(subject: &Subject<'_>) -> Result<(), String> {
    let given = subject.text("ServiceName").unwrap_or("");
    let known = service(subject).is_some_and(|name| INTERFACES.contains(&name));
    // Services of others (`com.amazonaws.vpce.…`) cannot be known here.
    fail_if(!known && !given.starts_with("com.amazonaws.vpce."), || {
        format!("The Vpc Endpoint Service '{given}' does not exist")
    })
}

pub(super) fn endpoint_type(subject: &Subject<'_>) -> Result<(), String> {
    let is_gateway = service(subject).is_none_or(|name| GATEWAYS.contains(&name));
    let kind = kind(subject);
    let wrong = match kind {
        "Gateway" => !is_gateway,
        "Interface" => false,
        _ => true,
    };
    let types = if is_gateway {
        "Gateway, Interface"
    } else {
        "Interface"
    };
    fail_if(wrong, || {
        format!("Endpoint type ({kind}) does not match available service types ([{types}]).")
    })
}

pub(super) fn endpoint_members(subject: &Subject<'_>) -> Result<(), String> {
    let kind = kind(subject);
    let has = |name| !subject.list(name).is_empty();
    if kind != "Gateway" && has("RouteTableIds") {
        return Err("Route table IDs are only supported for Gateway type VPC Endpoint.".into());
    }
    if kind == "Gateway" && has("SubnetIds") {
        return Err("Subnet IDs are only supported for Interface and Gateway Load Balancer type VPC Endpoints.".into());
    }
    if kind == "Gateway" && has("SecurityGroupIds") {
        return Err(
            "Security group IDs are only supported for Interface type VPC Endpoint.".into(),
        );
    }
    fail_if(
        kind == "Gateway" && subject.is("PrivateDnsEnabled", true),
        || "Private DNS can't be enabled because the type of the VPC endpoint is Gateway".into(),
    )
}

pub(super) fn endpoint_parts(subject: &Subject<'_>) -> Result<(), String> {
    let parts = [
        ("RouteTableIds", &ROUTE_TABLE),
        ("SubnetIds", &SUBNET),
        ("SecurityGroupIds", &GROUP),
    ];
    let vpc = subject.text("VpcId");
    for (property, kind) in parts {
        for id in subject.texts(property) {
            exists(subject, kind, id)?;
            let own = vpc_of(subject, kind, id);
            if own.is_some() && own != vpc {
                let vpc = vpc.unwrap_or("");
                return Err(format!("{id} and {vpc} belong to different networks"));
            }
        }
    }
    let zones = subject.texts("SubnetIds").into_iter().filter_map(|id| {
        let subnet = subject.find("AWS::EC2::Subnet", id)?;
        Some(subnet.attribute("AvailabilityZone"))
    });
    fail_if(repeated(zones).is_some(), || {
        "Found another VPC endpoint subnet in the availability zone. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.".into()
    })
}

pub(super) fn endpoint_once(subject: &Subject<'_>) -> Result<(), String> {
    if kind(subject) != "Gateway" {
        return Ok(());
    }
    let name = subject.text("ServiceName");
    for (_, other) in subject.others() {
        if text(&other.properties, "ServiceName") != name {
            continue;
        }
        let taken = texts(&other.properties, "RouteTableIds");
        if let Some(table) = subject
            .texts("RouteTableIds")
            .into_iter()
            .find(|id| taken.contains(id))
        {
            return Err(format!(
                "route table {table} already has a route with destination-prefix-list-id of {}",
                name.unwrap_or("")
            ));
        }
    }
    Ok(())
}

pub(super) fn endpoint_names(subject: &Subject<'_>) -> Result<(), String> {
    let vpc = subject.text("VpcId").unwrap_or("");
    let Some(found) = subject.find("AWS::EC2::VPC", vpc) else {
        return Ok(());
    };
    let support = flag(&found.properties, "EnableDnsSupport", true);
    let names = flag(&found.properties, "EnableDnsHostnames", false);
    let wanted = kind(subject) == "Interface" && subject.is("PrivateDnsEnabled", true);
    fail_if(wanted && !(support && names), || {
        format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {vpc}"
        )
    })
}

pub(super) fn endpoint_policy(subject: &Subject<'_>) -> Result<(), String> {
    let document = at(subject.properties, "PolicyDocument");
    let broken = document.is_some_and(|document| parse(Kind::Resource, document).is_err());
    // The sentence of the error code's description.
    fail_if(broken, || {
        "The specified policy document is not a valid JSON policy document.".into()
    })
}
