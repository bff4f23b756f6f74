//! What the actions of ECS are authorised for.

use serde_json::Value;

use crate::account::Account;
use crate::aws::json::member;
use crate::services::iam::{Access, reference};

/// What an action needs; nothing for an action that IAM does not know.
pub(crate) fn needed(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    let cluster = cluster(input);
    let named = |kind: &str| resources(account, action, kind, cluster, input);
    let mut needed = match action {
        // The copy of the reference is older than this action.
        "ContinueServiceDeployment" => {
            Access::each("ecs:ContinueServiceDeployment", named("service-deployment"))
        }
        _ => reference::needed(account, "ecs", action, named)?,
    };
    let cluster = account.arn("ecs", &format!("cluster/{cluster}"));
    for access in &mut needed {
        access.set("ecs:cluster", cluster.as_str());
    }
    needed.append(&mut passed_roles(account, action, input));
    Some(needed)
}

/// The name of the cluster: an input names it by name or ARN, or means `default`.
fn cluster(input: &Value) -> &str {
    let given = member(input, "cluster").unwrap_or("default");
    given.rsplit('/').next().unwrap_or(given)
}

fn resources(
    account: &Account,
    action: &str,
    kind: &str,
    cluster: &str,
    input: &Value,
) -> Vec<String> {
    let members: &[&str] = match kind {
        "cluster" => &["clusters", "clusterName", "cluster"],
        "service" => &["services", "service", "serviceName"],
        "task" => &["tasks", "task"],
        "task-definition" => &["taskDefinition", "family", "taskDefinitions"],
        "service-deployment" => &["serviceDeploymentArns", "serviceDeploymentArn"],
        "service-revision" => &["serviceRevisionArns"],
        "capacity-provider" => &["capacityProviders", "capacityProvider", "name"],
        _ => &[],
    };
    if let Some(arn) = member(input, "resourceArn") {
        let is_of_kind = arn.contains(&format!(":{kind}/"));
        return is_of_kind.then(|| arn.to_owned()).into_iter().collect();
    }
    let in_cluster = matches!(kind, "service" | "task" | "container-instance");
    let names = texts(input, members);
    if names.is_empty() && kind == "cluster" && action != "DescribeClusters" {
        return vec![account.arn("ecs", &format!("cluster/{cluster}"))];
    }
    if names.is_empty() && in_cluster {
        return vec![account.arn("ecs", &format!("{kind}/{cluster}/*"))];
    }
    let arn = |name: &str| match name {
        name if name.starts_with("arn:") => name.to_owned(),
        name if in_cluster => account.arn("ecs", &format!("{kind}/{cluster}/{name}")),
        // A family without a revision means the newest one.
        name if kind == "task-definition" && !name.contains(':') => {
            account.arn("ecs", &format!("{kind}/{name}:*"))
        }
        name => account.arn("ecs", &format!("{kind}/{name}")),
    };
    names.into_iter().map(arn).collect()
}

/// The names in these members, of which each is one or a list.
fn texts<'a>(input: &'a Value, members: &[&str]) -> Vec<&'a str> {
    let values = members.iter().filter_map(|member| input.get(member));
    let texts = values.flat_map(|value| match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect::<Vec<_>>(),
    });
    texts.filter(|text| !text.is_empty()).collect()
}

/// Whoever registers a task definition or runs a task passes its roles to ECS, and so does whoever
/// changes a service with roles for its load balancers.
fn passed_roles(account: &Account, action: &str, input: &Value) -> Vec<Access> {
    if matches!(action, "CreateService" | "UpdateService") {
        let balancers = input["loadBalancers"].as_array();
        let roles = balancers
            .into_iter()
            .flatten()
            .filter_map(|balancer| member(balancer.get("advancedConfiguration")?, "roleArn"));
        let passed = roles.map(|role| {
            Access::new("iam:PassRole", role).with("iam:PassedToService", "ecs.amazonaws.com")
        });
        return passed.collect();
    }
    let of = |value: &Value| -> Vec<String> {
        [
            "executionRoleArn",
            "taskRoleArn",
            "ExecutionRoleArn",
            "TaskRoleArn",
        ]
        .iter()
        .filter_map(|name| Some(member(value, name)?.to_owned()))
        .collect()
    };
    let roles = match action {
        "RegisterTaskDefinition" => of(input),
        "RunTask" | "StartTask" => {
            let mut roles = input.get("overrides").map(of).unwrap_or_default();
            let wanted = member(input, "taskDefinition").unwrap_or("");
            account.read(|state| {
                let definitions = state.inventory.of_type("AWS::ECS::TaskDefinition");
                let found = definitions.filter(|(arn, _)| {
                    *arn == wanted
                        || arn.rsplit('/').next().is_some_and(|name| {
                            name == wanted || name.split(':').next() == Some(wanted)
                        })
                });
                if let Some((_, item)) = found.last() {
                    roles.append(&mut of(&item.properties));
                }
            });
            roles
        }
        _ => Vec::new(),
    };
    let passed = roles.into_iter().map(|role| {
        Access::new("iam:PassRole", role).with("iam:PassedToService", "ecs-tasks.amazonaws.com")
    });
    passed.collect()
}
