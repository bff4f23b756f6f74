//! Rules for the load balancers of a service.

use serde_json::Value;

use super::service::{definition, is_awsvpc};
use super::service_network::vpc;
use crate::resources::is_late;
use crate::resources::subject::{Subject, fail_if, list, number, text};

const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

pub(super) fn load_balancers<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Value> {
    subject.list("LoadBalancers").iter()
}

/// The target groups, and those that take turns with them.
pub(super) fn target_groups<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a str> {
    let paths = [
        "TargetGroupArn",
        "AdvancedConfiguration/AlternateTargetGroupArn",
    ];
    load_balancers(subject)
        .flat_map(move |one| paths.into_iter().filter_map(|path| text(one, path)))
}

pub(super) fn one_of_each(subject: &Subject<'_>) -> Result<(), String> {
    fail_if(subject.list("LoadBalancers").len() > 5, || {
        "loadBalancers can have at most 5 items.".into()
    })
}

pub(super) fn mapped(subject: &Subject<'_>) -> Result<(), String> {
    let Some(definition) = definition(subject) else {
        return Ok(());
    };
    let containers = list(&definition.properties, "ContainerDefinitions");
    for one in load_balancers(subject) {
        let name = text(one, "ContainerName").unwrap_or("");
        let container = containers
            .iter()
            .find(|container| text(container, "Name") == Some(name));
        let Some(container) = container else {
            return Err(format!(
                "The container {name} does not exist in the task definition."
            ));
        };
        let port = number(one, "ContainerPort");
        let mut mappings = list(container, "PortMappings").iter();
        if !mappings.any(|mapping| number(mapping, "ContainerPort") == port) {
            let port = port.unwrap_or_default();
            return Err(format!(
                "The container {name} did not have a container port {port} defined."
            ));
        }
    }
    Ok(())
}

pub(super) fn target_group(subject: &Subject<'_>) -> Result<(), String> {
    for one in load_balancers(subject) {
        let Some(arn) = text(one, "TargetGroupArn") else {
            // A classic load balancer, by name.
            return Err("Provided load balancer is not supported with the awsvpc network mode. Specify a target group.".into());
        };
        let alternate = text(one, "AdvancedConfiguration/AlternateTargetGroupArn");
        for arn in [Some(arn), alternate].into_iter().flatten() {
            if subject.find(TARGET_GROUP, arn).is_none() {
                return Err(format!("The target group {arn} does not exist."));
            }
        }
    }
    Ok(())
}

pub(super) fn target_type(subject: &Subject<'_>) -> Result<(), String> {
    for arn in target_groups(subject).filter(|_| is_awsvpc(subject)) {
        let found = subject.find(TARGET_GROUP, arn);
        let kind = found
            .and_then(|group| text(&group.properties, "TargetType"))
            .unwrap_or("instance");
        if found.is_some() && kind != "ip" {
            return Err(format!(
                "The provided target group {arn} has target type {kind}, which is incompatible with the awsvpc network mode specified in the task definition."
            ));
        }
    }
    Ok(())
}

pub(super) fn listener(subject: &Subject<'_>) -> Result<(), String> {
    let types = [
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
    ];
    let used = |arn: &&str| {
        let users = subject.state.inventory.users(arn, &types);
        users.iter().any(|listener| !is_late(subject, listener))
    };
    // ECS finds out only during a deployment whether the alternate one is used.
    let own = load_balancers(subject).filter_map(|one| text(one, "TargetGroupArn"));
    let unused = own.into_iter().find(|arn| !used(arn));
    unused.map_or(Ok(()), |arn| {
        Err(format!(
            "The target group with targetGroupArn {arn} does not have an associated load balancer."
        ))
    })
}

pub(super) fn target_vpc(subject: &Subject<'_>) -> Result<(), String> {
    for arn in target_groups(subject) {
        let group = subject.find(TARGET_GROUP, arn);
        let own = group.and_then(|group| text(&group.properties, "VpcId"));
        if own.is_some() && vpc(subject).is_some() && own != vpc(subject) {
            return Err(format!(
                "The target group {arn} is not in the VPC of the subnets of the service."
            ));
        }
    }
    Ok(())
}
