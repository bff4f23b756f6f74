//! Rules for a task definition as a whole.

use super::super::task_definition::units;
use super::cluster::{given, is_name};
use super::fargate::is_fargate;
use crate::resources::subject::{Subject, fail_if, list, number, repeated, text};

const CONTAINERS: &str = "ContainerDefinitions";

pub(super) fn containers(subject: &Subject<'_>) -> Result<(), String> {
    let all = subject.list(CONTAINERS);
    if all.is_empty() {
        return Err("Container list cannot be empty.".into());
    }
    for container in all {
        for (name, member) in [("name", "Name"), ("image", "Image")] {
            if text(container, member).is_none() {
                return Err(format!("Container.{name} should not be null or empty."));
            }
        }
        let image = text(container, "Image").unwrap_or("");
        if image.len() > 255 || image.contains(char::is_whitespace) {
            return Err("Container.image contains invalid characters.".into());
        }
    }
    Ok(())
}

pub(super) fn container_names(subject: &Subject<'_>) -> Result<(), String> {
    let names = || {
        subject
            .list(CONTAINERS)
            .iter()
            .filter_map(|container| text(container, "Name"))
    };
    if names().any(|name| !is_name(name)) {
        return Err("Container.name contains invalid characters.".into());
    }
    fail_if(repeated(names()).is_some(), || {
        "Container names must be unique within a task definition.".into()
    })
}

pub(super) fn essential(subject: &Subject<'_>) -> Result<(), String> {
    let mut containers = subject.list(CONTAINERS).iter();
    let some = containers.any(|container| container.get("Essential") != Some(&false.into()));
    fail_if(!some, || {
        "Task definition doesn't have any essential container.".into()
    })
}

pub(super) fn family(subject: &Subject<'_>) -> Result<(), String> {
    let wrong = given(subject, "Family").is_some_and(|name| !is_name(name));
    fail_if(wrong, || "Family contains invalid characters.".into())
}

pub(super) fn roles(subject: &Subject<'_>) -> Result<(), String> {
    let roles = ["ExecutionRoleArn", "TaskRoleArn"]
        .into_iter()
        .filter_map(|name| given(subject, name));
    let wrong = |role: &str| {
        let is_arn = role.starts_with("arn:") && role.contains(":iam::") && role.contains(":role/");
        // ECS also takes the name of a role.
        !is_arn && (role.is_empty() || role.contains(':') || role.contains('/'))
    };
    fail_if(roles.into_iter().any(wrong), || "Role is not valid".into())
}

pub(super) fn memory_limits(subject: &Subject<'_>) -> Result<(), String> {
    let sum = |name| -> i64 {
        let containers = subject.list(CONTAINERS).iter();
        containers
            .filter_map(|container| number(container, name))
            .sum()
    };
    let task = |name| {
        let units = subject.text(name).and_then(units);
        units.and_then(|units| i64::try_from(units).ok())
    };
    for container in subject.list(CONTAINERS) {
        let name = text(container, "Name").unwrap_or("");
        let soft = number(container, "MemoryReservation");
        let hard = number(container, "Memory").or(task("Memory"));
        // Fargate asks for the memory of the task first.
        if soft.or(hard).is_none() && !is_fargate(subject) {
            return Err(format!(
                "Invalid setting for container '{name}'. At least one of 'memory' or 'memoryReservation' must be specified."
            ));
        }
        if let (Some(soft), Some(hard)) = (soft, hard)
            && soft > hard
        {
            return Err(format!(
                "Invalid setting for container '{name}'. 'memory' must be greater than or equal to 'memoryReservation'."
            ));
        }
        if let (Some(own), Some(all)) = (number(container, "Memory"), task("Memory"))
            && own > all
        {
            return Err(format!(
                "The 'memory' setting for container '{name}' is greater than for the task."
            ));
        }
    }
    let exceeded = task("Cpu").is_some_and(|cpu| sum("Cpu") > cpu);
    fail_if(exceeded, || {
        "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'."
            .into()
    })
}

pub(super) fn volume_names(subject: &Subject<'_>) -> Result<(), String> {
    let names = || {
        let volumes = subject.list("Volumes").iter();
        volumes.map(|volume| text(volume, "Name").unwrap_or(""))
    };
    if let Some(name) = names().find(|name| !is_name(name)) {
        return Err(format!(
            "Volume name '{name}' is invalid. Up to 255 letters, digits, hyphens and underscores are allowed."
        ));
    }
    repeated(names()).map_or(Ok(()), |name| {
        Err(format!("Duplicate volume name '{name}'."))
    })
}

pub(super) fn volumes(subject: &Subject<'_>) -> Result<(), String> {
    let known: Vec<_> = subject
        .list("Volumes")
        .iter()
        .filter_map(|volume| text(volume, "Name"))
        .collect();
    let mounted = subject
        .list(CONTAINERS)
        .iter()
        .flat_map(|container| list(container, "MountPoints"));
    let unknown = mounted
        .map(|mount| text(mount, "SourceVolume").unwrap_or(""))
        .find(|name| !known.contains(name));
    unknown.map_or(Ok(()), |name| Err(format!("Unknown volume '{name}'.")))
}
