//! Rules for the containers of a task definition.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fargate::is_fargate;
use crate::resources::subject::{
    Subject, at, fail_if, list, number, one_of, repeated, text, texts,
};

/// The options of the log driver awslogs.
const LOG_OPTIONS: [&str; 9] = [
    "awslogs-create-group",
    "awslogs-region",
    "awslogs-group",
    "awslogs-stream-prefix",
    "awslogs-datetime-format",
    "awslogs-multiline-pattern",
    "mode",
    "max-buffer-size",
    "awslogs-endpoint",
];

/// The capabilities of Linux, as ECS lists them.
const CAPABILITIES: [&str; 39] = [
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "SYSLOG",
    "WAKE_ALARM",
];

fn containers<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Value> + Clone {
    subject.list("ContainerDefinitions").iter()
}

/// The name of the member at `path` in lower camel case, if it is set to something.
pub(super) fn option(value: &Value, path: &str) -> Option<String> {
    let is_set = match at(value, path)? {
        Value::Bool(flag) => *flag,
        Value::Array(items) => !items.is_empty(),
        _ => true,
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut letters = name.chars();
    let first = letters.next()?.to_ascii_lowercase();
    is_set.then(|| std::iter::once(first).chain(letters).collect())
}

fn mappings<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Value> {
    containers(subject).flat_map(|container| list(container, "PortMappings"))
}

pub(super) fn ports(subject: &Subject<'_>) -> Result<(), String> {
    for mapping in mappings(subject) {
        let port = number(mapping, "ContainerPort");
        let wrong = port.is_none_or(|port| !(1..=65535).contains(&port));
        if wrong
            && !mapping
                .get("ContainerPortRange")
                .is_some_and(Value::is_string)
        {
            return Err("Container port must be between 1 and 65535.".into());
        }
        if let Some(name) = text(mapping, "Name").filter(|name| !is_port_name(name)) {
            return Err(format!(
                "Invalid portMapping name '{name}'. It must have at most 64 lowercase letters, digits, hyphens and underscores, and cannot begin with a hyphen."
            ));
        }
        let protocol = text(mapping, "Protocol").unwrap_or("tcp");
        if !["tcp", "udp"].contains(&protocol) {
            return Err(format!(
                "Invalid protocol '{protocol}' for the container port. Valid protocols are tcp and udp."
            ));
        }
    }
    Ok(())
}

fn is_port_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    name.len() <= 64 && !name.starts_with('-') && name.chars().all(is_allowed)
}

pub(super) fn host_ports(subject: &Subject<'_>) -> Result<(), String> {
    let mut mapped = mappings(subject);
    let differ = mapped.any(|mapping| {
        let host = number(mapping, "HostPort").filter(|port| *port != 0);
        host.is_some() && host != number(mapping, "ContainerPort")
    });
    let mode = subject.text("NetworkMode").unwrap_or("");
    fail_if(["awsvpc", "host"].contains(&mode) && differ, || {
        format!(
            "When networkMode={mode}, the host ports and container ports in port mappings must match."
        )
    })
}

pub(super) fn ports_differ(subject: &Subject<'_>) -> Result<(), String> {
    if subject.text("NetworkMode") != Some("awsvpc") {
        return Ok(());
    }
    if repeated(mappings(subject).filter_map(|mapping| text(mapping, "Name"))).is_some() {
        return Err("When networkMode=awsvpc, port mapping name is already used".into());
    }
    let ports = mappings(subject).map(|mapping| {
        (
            number(mapping, "ContainerPort"),
            text(mapping, "Protocol").unwrap_or("tcp"),
        )
    });
    repeated(ports).map_or(Ok(()), |(port, protocol)| {
        let (port, protocol) = (port.unwrap_or_default(), protocol.to_uppercase());
        Err(format!(
            "{protocol} container port '{port}' is used multiple times in task when networkMode=awsvpc."
        ))
    })
}

pub(super) fn log_driver(subject: &Subject<'_>) -> Result<(), String> {
    let known = ["awslogs", "splunk", "awsfirelens"];
    let mut drivers =
        containers(subject).filter_map(|container| text(container, "LogConfiguration/LogDriver"));
    let unknown = drivers.find(|driver| !known.contains(driver));
    match unknown.filter(|_| is_fargate(subject)) {
        Some(driver) => Err(format!(
            "{driver} is not a valid log driver. Must be one of [awslogs, splunk, awsfirelens]."
        )),
        None => Ok(()),
    }
}

pub(super) fn log_options(subject: &Subject<'_>) -> Result<(), String> {
    for container in containers(subject) {
        if text(container, "LogConfiguration/LogDriver") != Some("awslogs") {
            continue;
        }
        let has =
            |name: &&str| text(container, &format!("LogConfiguration/Options/{name}")).is_some();
        let missing: Vec<_> = ["awslogs-region", "awslogs-group"]
            .into_iter()
            .filter(|name| !has(name))
            .collect();
        if !missing.is_empty() {
            return Err(format!(
                "Log driver awslogs requires options: {}",
                missing.join(", ")
            ));
        }
        if is_fargate(subject) && !has(&"awslogs-stream-prefix") {
            return Err("Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.".into());
        }
        let options = at(container, "LogConfiguration/Options").and_then(Value::as_object);
        let names = options
            .into_iter()
            .flat_map(|options| options.keys().map(String::as_str));
        let unknown: Vec<_> = names.filter(|name| !LOG_OPTIONS.contains(name)).collect();
        if !unknown.is_empty() {
            return Err(format!(
                "Log driver awslogs disallows options: {}",
                unknown.join(", ")
            ));
        }
    }
    Ok(())
}

pub(super) fn log_buffer(subject: &Subject<'_>) -> Result<(), String> {
    let value = |container: &'_ Value, name: &str| {
        text(container, &format!("LogConfiguration/Options/{name}")).map(str::to_owned)
    };
    for container in containers(subject) {
        if let Some(mode) = value(container, "mode")
            && !["blocking", "non-blocking"].contains(&mode.as_str())
        {
            return Err(format!(
                "Log driver option 'mode' has the invalid value '{mode}'. Valid values are blocking and non-blocking."
            ));
        }
        let size = value(container, "max-buffer-size");
        if let Some(size) = size.filter(|size| !is_size(size)) {
            return Err(format!(
                "Log driver option 'max-buffer-size' has the invalid value '{size}'."
            ));
        }
    }
    Ok(())
}

/// A size such as `25m`.
fn is_size(text: &str) -> bool {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text[number.len()..].to_ascii_lowercase();
    number.parse::<u64>().is_ok()
        && ["", "b", "k", "kb", "m", "mb", "g", "gb"].contains(&unit.as_str())
}

pub(super) fn ulimits(subject: &Subject<'_>) -> Result<(), String> {
    let mut all = containers(subject).flat_map(|container| list(container, "Ulimits"));
    let wrong = all.find(|limit| number(limit, "SoftLimit") > number(limit, "HardLimit"));
    wrong.map_or(Ok(()), |limit| {
        let name = text(limit, "Name").unwrap_or("");
        Err(format!("Soft limit exceeds hard limit for ulimit {name}."))
    })
}

pub(super) fn log_group_created(subject: &Subject<'_>) -> Result<(), String> {
    let path = "LogConfiguration/Options/awslogs-create-group";
    let mut given = containers(subject).filter_map(|container| text(container, path));
    fail_if(given.any(|value| value != "true"), || {
        "Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option.".into()
    })
}

pub(super) fn times(subject: &Subject<'_>) -> Result<(), String> {
    let bounds = [
        ("StartTimeout", "Start timeout", 2, 120),
        ("StopTimeout", "Stop timeout", 2, 120),
        ("HealthCheck/Interval", "Health check interval", 5, 300),
        ("HealthCheck/Timeout", "Health check timeout", 2, 60),
        ("HealthCheck/Retries", "Health check retries", 1, 10),
        (
            "HealthCheck/StartPeriod",
            "Health check start period",
            0,
            300,
        ),
    ];
    for container in containers(subject) {
        for (path, name, least, most) in bounds {
            // Only Fargate limits the time to stop.
            let counts = is_fargate(subject) || !path.starts_with('S');
            let value = number(container, path).filter(|_| counts);
            let own = text(container, "Name").unwrap_or("");
            let (bound, limit) = match value {
                Some(value) if value < least => ("greater than or equal to the minimum", least),
                Some(value) if value > most => ("less than or equal to the maximum", most),
                _ => continue,
            };
            return Err(format!(
                "{name} must be {bound} allowed value {limit} for container '{own}'"
            ));
        }
    }
    Ok(())
}

pub(super) fn health_command(subject: &Subject<'_>) -> Result<(), String> {
    for container in containers(subject) {
        if at(container, "HealthCheck").is_none() {
            continue;
        }
        let command = texts(container, "HealthCheck/Command");
        let first = command.first().copied().unwrap_or("");
        let known = ["CMD", "CMD-SHELL", "NONE"].contains(&first);
        if !known || (command.len() < 2 && first != "NONE") {
            return Err("Container.healthCheck.command must begin with CMD or CMD-SHELL, followed by a command.".into());
        }
    }
    Ok(())
}

pub(super) fn dependencies(subject: &Subject<'_>) -> Result<(), String> {
    let names: BTreeSet<_> = containers(subject)
        .filter_map(|container| text(container, "Name"))
        .collect();
    let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for container in containers(subject) {
        let own = text(container, "Name").unwrap_or("");
        for dependency in list(container, "DependsOn") {
            let other = text(dependency, "ContainerName").unwrap_or("");
            if !names.contains(other) {
                return Err(format!(
                    "Cannot depend on container {other} because it does not exist."
                ));
            }
            check_condition(subject, other, text(dependency, "Condition").unwrap_or(""))?;
            waiting.entry(own).or_default().push(other);
        }
    }
    while let Some(done) = waiting
        .iter()
        .find(|(_, after)| !after.iter().any(|name| waiting.contains_key(name)))
    {
        let done = *done.0;
        waiting.remove(done);
    }
    fail_if(!waiting.is_empty(), || {
        "Container dependencies form a circle. Remove one of the dependencies and try again.".into()
    })
}

fn check_condition(subject: &Subject<'_>, name: &str, condition: &str) -> Result<(), String> {
    let other = containers(subject).find(|container| text(container, "Name") == Some(name));
    let is_essential = other.is_some_and(|other| other.get("Essential") != Some(&false.into()));
    let has_check = other.is_some_and(|other| at(other, "HealthCheck").is_some());
    match condition {
        "COMPLETE" | "SUCCESS" if is_essential => {
            Err("A dependency container with SUCCESS or COMPLETE condition cannot be an essential container".into())
        }
        "HEALTHY" if !has_check => {
            Err("A dependency container with HEALTHY condition must have health check configured".into())
        }
        "START" | "COMPLETE" | "SUCCESS" | "HEALTHY" => Ok(()),
        _ => Err(format!(
            "Invalid container dependency condition '{condition}'."
        )),
    }
}

pub(super) fn capabilities(subject: &Subject<'_>) -> Result<(), String> {
    let named = ["Add", "Drop"].map(|name| format!("LinuxParameters/Capabilities/{name}"));
    let all = containers(subject)
        .flat_map(|container| named.iter().flat_map(|path| texts(container, path)));
    for name in all {
        one_of("capabilities.1.member", Some(name), &CAPABILITIES)?;
    }
    let mut added = containers(subject)
        .flat_map(|container| texts(container, "LinuxParameters/Capabilities/Add"));
    let unknown = added.find(|name| *name != "SYS_PTRACE");
    match unknown.filter(|_| is_fargate(subject)) {
        Some(name) => Err(format!("{name} is not allowed on Fargate.")),
        None => Ok(()),
    }
}

pub(super) fn variables(subject: &Subject<'_>) -> Result<(), String> {
    for container in containers(subject) {
        let mut unnamed = list(container, "Environment").iter();
        if unnamed.any(|one| text(one, "Name").is_none()) {
            return Err("Environment variable name should not be null or empty.".into());
        }
        let named = |path| {
            list(container, path)
                .iter()
                .filter_map(|one| text(one, "Name"))
        };
        let variables: BTreeSet<_> = named("Environment").collect();
        if let Some(name) = repeated(variables.into_iter().chain(named("Secrets"))) {
            return Err(format!(
                "The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '{name}'."
            ));
        }
    }
    Ok(())
}

/// The log driver awsfirelens needs a container that routes the logs, and volumes come from other
/// containers of the task.
pub(super) fn others(subject: &Subject<'_>) -> Result<(), String> {
    let mut drivers =
        containers(subject).filter_map(|container| text(container, "LogConfiguration/LogDriver"));
    let mut routers =
        containers(subject).filter(|container| at(container, "FirelensConfiguration").is_some());
    if drivers.any(|driver| driver == "awsfirelens") && routers.next().is_none() {
        return Err("When awsfirelens log driver is specified in log configuration, a firelens configuration object must be specified.".into());
    }
    let names: BTreeSet<_> = containers(subject)
        .filter_map(|container| text(container, "Name"))
        .collect();
    let mut sources = containers(subject)
        .flat_map(|container| list(container, "VolumesFrom"))
        .map(|source| text(source, "SourceContainer").unwrap_or(""));
    let unknown = sources.find(|name| !names.contains(name));
    unknown.map_or(Ok(()), |name| {
        Err(format!(
            "Invalid 'volumesFrom' setting. Unknown container: '{name}'."
        ))
    })
}
