//! Rules for a service, and its task definition.

use serde_json::Value;

use super::cluster::is_name;
use crate::account::Item;
use crate::resources::subject::{Subject, at, fail_if, list, one_of, text, texts, within_bounds};

/// The versions of Fargate's platform for Linux.
const PLATFORMS: [&str; 3] = ["LATEST", "1.4.0", "1.3.0"];

/// The task definition of a service, by ARN, family or family and revision.
pub(super) fn definition<'a>(subject: &Subject<'a>) -> Option<&'a Item> {
    let given = subject.text("TaskDefinition")?;
    let family = |arn: &'a str| arn.rsplit_once('/').map_or(arn, |(_, name)| name);
    let revision = |name: &'a str| {
        name.rsplit_once(':')
            .and_then(|(_, number)| number.parse::<u32>().ok())
    };
    let all = subject.state.inventory.of_type("AWS::ECS::TaskDefinition");
    let named = all.filter(|(arn, _)| {
        let name = family(arn);
        *arn == given
            || name == given
            || name
                .rsplit_once(':')
                .is_some_and(|(family, _)| family == given)
    });
    named
        .max_by_key(|(arn, _)| revision(family(arn)))
        .map(|(_, item)| item)
}

/// The network mode of the tasks.
pub(super) fn is_awsvpc(subject: &Subject<'_>) -> bool {
    definition(subject).is_some_and(|item| text(&item.properties, "NetworkMode") == Some("awsvpc"))
}

/// Whether Fargate runs the tasks.
pub(super) fn is_fargate(subject: &Subject<'_>) -> bool {
    let of_provider = |strategy: &Value| {
        text(strategy, "CapacityProvider").is_some_and(|name| name.starts_with("FARGATE"))
    };
    subject.text("LaunchType") == Some("FARGATE")
        || subject
            .list("CapacityProviderStrategy")
            .iter()
            .any(of_provider)
}

pub(super) fn service_name(subject: &Subject<'_>) -> Result<(), String> {
    let wrong = subject.text("ServiceName").filter(|name| !is_name(name));
    wrong.map_or(Ok(()), |name| {
        Err(format!(
            "ServiceName must match ^[a-zA-Z0-9\\-_]{{1,255}}$, but was {name}"
        ))
    })
}

pub(super) fn service_cluster(subject: &Subject<'_>) -> Result<(), String> {
    let given = subject.text("Cluster").unwrap_or("default");
    let name = given.rsplit('/').next().unwrap_or(given);
    fail_if(subject.find("AWS::ECS::Cluster", name).is_none(), || {
        "Cluster not found.".into()
    })
}

pub(super) fn service_definition(subject: &Subject<'_>) -> Result<(), String> {
    // CODE_DEPLOY and EXTERNAL deployments have task sets instead.
    let is_external = subject.text("DeploymentController/Type") == Some("EXTERNAL");
    if is_external {
        return Ok(());
    }
    if subject.text("TaskDefinition").is_none() {
        return Err("TaskDefinition can not be blank.".into());
    }
    fail_if(definition(subject).is_none(), || {
        "TaskDefinition not found.".into()
    })
}

pub(super) fn launch_type(subject: &Subject<'_>) -> Result<(), String> {
    let launch = subject.text("LaunchType");
    one_of(
        "launchType",
        launch,
        &["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"],
    )?;
    let Some(definition) = definition(subject) else {
        return Ok(());
    };
    let given = texts(&definition.properties, "RequiresCompatibilities");
    // cfn-lint, which AWS keeps, says so in its rule E3054.
    let can_run = given.contains(&"FARGATE");
    fail_if(launch == Some("FARGATE") && !can_run, || {
        "Task definition does not support launch_type FARGATE.".into()
    })
}

pub(super) fn launch_or_provider(subject: &Subject<'_>) -> Result<(), String> {
    let both = subject.has("LaunchType") && !subject.list("CapacityProviderStrategy").is_empty();
    fail_if(both, || {
        "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.".into()
    })
}

pub(super) fn platform_version(subject: &Subject<'_>) -> Result<(), String> {
    let version = subject.text("PlatformVersion");
    if version.is_some() && subject.text("LaunchType") == Some("EC2") {
        return Err("The platform version must be null when specifying an EC2 launch type.".into());
    }
    let unknown = version.filter(|version| !PLATFORMS.contains(version));
    unknown.map_or(Ok(()), |version| {
        Err(format!("The platform version {version} does not exist."))
    })
}

pub(super) fn scheduling(subject: &Subject<'_>) -> Result<(), String> {
    let is_daemon = subject.text("SchedulingStrategy") == Some("DAEMON");
    if is_daemon {
        daemon(subject)?;
    }
    if !is_fargate(subject) {
        return Ok(());
    }
    if is_daemon {
        return Err(
            "The daemon scheduling strategy is not supported for FARGATE launch type.".into(),
        );
    }
    if !subject.list("PlacementConstraints").is_empty() {
        return Err("Placement constraints are not supported with FARGATE launch type.".into());
    }
    fail_if(!subject.list("PlacementStrategies").is_empty(), || {
        "Placement strategies are not supported with FARGATE launch type.".into()
    })
}

/// What a service with one task on each instance cannot have.
fn daemon(subject: &Subject<'_>) -> Result<(), String> {
    fail_if(subject.has("DesiredCount"), || {
        "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again".into()
    })?;
    let rebalances = subject.text("AvailabilityZoneRebalancing") == Some("ENABLED");
    fail_if(rebalances, || {
        "Availability Zone Rebalancing does not support DAEMON services.".into()
    })?;
    fail_if(!subject.list("PlacementStrategies").is_empty(), || {
        "The daemon scheduling strategy does not support placement strategies.".into()
    })?;
    let most = subject.number("DeploymentConfiguration/MaximumPercent");
    fail_if(most.is_some_and(|most| most > 100), || {
        "The daemon scheduling strategy does not support values above 100 for maximumPercent."
            .into()
    })
}

/// What only ECS's own deployments can have.
pub(super) fn other_controllers(subject: &Subject<'_>) -> Result<(), String> {
    let none = subject.list("LoadBalancers").is_empty();
    match subject.text("DeploymentController/Type") {
        Some("EXTERNAL") if !none => Err("LoadBalancers must be empty or null.".into()),
        Some("EXTERNAL") if subject.has("TaskDefinition") => {
            Err("TaskDefinition must be blank.".into())
        }
        Some("CODE_DEPLOY") if none => Err("When specifying the CODE_DEPLOY deployment controller type, the service requires an Application Load Balancer or Network Load Balancer.".into()),
        Some("CODE_DEPLOY" | "EXTERNAL")
            if subject.has("DeploymentConfiguration/DeploymentCircuitBreaker") =>
        {
            Err("The deployment circuit breaker is only supported with the ECS deployment controller.".into())
        }
        _ => Ok(()),
    }
}

pub(super) fn service_role(subject: &Subject<'_>) -> Result<(), String> {
    let none = subject.list("LoadBalancers").is_empty();
    fail_if(subject.has("Role") && none && !is_awsvpc(subject), || {
        "IAM roles are only valid for services configured to use load balancers.".into()
    })?;
    fail_if(subject.has("Role") && is_awsvpc(subject), || {
        "You cannot specify an IAM role for services that require a service linked role.".into()
    })
}

pub(super) fn execute_role(subject: &Subject<'_>) -> Result<(), String> {
    let has_role =
        definition(subject).is_some_and(|item| at(&item.properties, "TaskRoleArn").is_some());
    fail_if(
        subject.is("EnableExecuteCommand", true) && !has_role,
        || {
            "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.".into()
        },
    )
}

pub(super) fn percents(subject: &Subject<'_>) -> Result<(), String> {
    let percent = |name| subject.number(&format!("DeploymentConfiguration/{name}"));
    let (least, most) = (
        percent("MinimumHealthyPercent").unwrap_or(100),
        percent("MaximumPercent").unwrap_or(200),
    );
    if percent("MinimumHealthyPercent").is_some_and(|least| least > 100) {
        return Err("minimumHealthyPercent must be at most 100".into());
    }
    if percent("MaximumPercent").is_some_and(|most| most < 100) {
        return Err("maximumPercent must be at least 100".into());
    }
    if most < least {
        return Err(
            "maximumPercent must be greater than or equal to minimumHealthyPercent.".into(),
        );
    }
    // With a larger number, too, no task can be stopped or started.
    fail_if(least == most && least >= 100, || {
        "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.".into()
    })
}

pub(super) fn grace_period(subject: &Subject<'_>) -> Result<(), String> {
    let given = subject
        .number("HealthCheckGracePeriodSeconds")
        .is_some_and(|seconds| seconds > 0);
    within_bounds(
        "healthCheckGracePeriodSeconds",
        subject.number("HealthCheckGracePeriodSeconds"),
        0,
        i64::from(i32::MAX),
    )?;
    let none = list(subject.properties, "LoadBalancers").is_empty();
    fail_if(given && none, || {
        "Health check grace period is only valid for services configured to use load balancers"
            .into()
    })
}
