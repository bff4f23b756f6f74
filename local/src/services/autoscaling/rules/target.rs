//! Rules for a scalable target.

use crate::aws::ACCOUNT;
use crate::resources::subject::{Subject, fail_if, one_of};

const NAMESPACES: [&str; 15] = [
    "ecs",
    "elasticmapreduce",
    "ec2",
    "appstream",
    "dynamodb",
    "rds",
    "sagemaker",
    "custom-resource",
    "comprehend",
    "lambda",
    "cassandra",
    "kafka",
    "elasticache",
    "neptune",
    "workspaces",
];

pub(super) fn parts(subject: &Subject<'_>) -> Result<(), String> {
    let namespace = subject.text("ServiceNamespace");
    one_of("serviceNamespace", namespace, &NAMESPACES)?;
    let id = subject.text("ResourceId").unwrap_or("");
    let dimension = subject.text("ScalableDimension").unwrap_or("");
    let count = id.split('/').filter(|part| !part.is_empty()).count();
    let of_table = dimension.starts_with("dynamodb:table:") && count == 2;
    let of_index = dimension.starts_with("dynamodb:index:") && id.contains("/index/") && count == 4;
    let fits = match namespace {
        Some("ecs") => {
            dimension == "ecs:service:DesiredCount" && id.starts_with("service/") && count == 3
        }
        Some("dynamodb") => id.starts_with("table/") && (of_table || of_index),
        Some(other) => dimension
            .split_once(':')
            .is_some_and(|(first, _)| first == other),
        None => true,
    };
    fail_if(!fits, || {
        "Unsupported service namespace, resource type or scalable dimension".into()
    })
}

pub(super) fn bounds(subject: &Subject<'_>) -> Result<(), String> {
    let least = subject.number("MinCapacity").unwrap_or(0);
    let most = subject.number("MaxCapacity").unwrap_or(0);
    let lowest = i64::from(subject.text("ServiceNamespace") == Some("dynamodb"));
    if least < lowest {
        return Err(format!("Minimum capacity cannot be less than {lowest}"));
    }
    fail_if(least > most, || {
        "Maximum capacity cannot be less than minimum capacity".into()
    })
}

pub(super) fn exists(subject: &Subject<'_>) -> Result<(), String> {
    let id = subject.text("ResourceId").unwrap_or("");
    if subject.text("ServiceNamespace") != Some("ecs") {
        return Ok(());
    }
    let mut services = subject.state.inventory.of_type("AWS::ECS::Service");
    let exists = services.any(|(arn, _)| {
        arn.split_once(":service/")
            .is_some_and(|(_, name)| id.strip_prefix("service/") == Some(name))
    });
    fail_if(!exists, || format!("ECS service doesn't exist: {id}"))
}

/// Auto Scaling uses its service-linked role instead of the role that is given, but not of any text.
pub(super) fn role(subject: &Subject<'_>) -> Result<(), String> {
    let Some(arn) = subject.text("RoleARN") else {
        return Ok(());
    };
    let path = arn.strip_prefix(&format!("arn:aws:iam::{ACCOUNT}:role/"));
    let exists = path.is_some_and(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_linked = path.starts_with("aws-service-role/")
            && name.starts_with("AWSServiceRoleForApplicationAutoScaling_");
        let mut roles = subject.state.inventory.of_type("AWS::IAM::Role");
        is_linked || roles.any(|(known, _)| known == name)
    });
    fail_if(!exists, || format!("Unable to assume IAM role: {arn}"))
}
