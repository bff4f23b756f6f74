//! Rules for task definitions that Fargate runs.

use super::super::task_definition::units;
use super::container::option;
use crate::resources::subject::{Subject, at, fail_if, list, number, one_of, text};

const CONTAINERS: &str = "ContainerDefinitions";

/// Whether the task definition says that Fargate runs it.
pub(super) fn is_fargate(subject: &Subject<'_>) -> bool {
    subject
        .texts("RequiresCompatibilities")
        .contains(&"FARGATE")
}

pub(super) fn compatibility(subject: &Subject<'_>) -> Result<(), String> {
    let known = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];
    let mut all = subject.texts("RequiresCompatibilities").into_iter();
    all.try_for_each(|name| one_of("requiresCompatibilities", Some(name), &known))
}

pub(super) fn network_mode(subject: &Subject<'_>) -> Result<(), String> {
    let wrong = is_fargate(subject) && subject.text("NetworkMode") != Some("awsvpc");
    fail_if(wrong, || {
        "Fargate only supports network mode ‘awsvpc’.".into()
    })
}

pub(super) fn size(subject: &Subject<'_>) -> Result<(), String> {
    if !is_fargate(subject) {
        return Ok(());
    }
    for (name, property) in [("cpu", "Cpu"), ("memory", "Memory")] {
        if !subject.has(property) {
            return Err(format!(
                "Fargate requires that '{name}' be defined at the task level."
            ));
        }
    }
    let cpu = units(subject.text("Cpu").unwrap_or(""));
    let memory = units(subject.text("Memory").unwrap_or(""));
    let invalid = |name| format!("Invalid '{name}' setting for task.");
    let cpu = cpu.ok_or_else(|| invalid("cpu"))?;
    let memory = memory.ok_or_else(|| invalid("memory"))?;
    // Windows needs a whole vCPU:
    // <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html>
    let system = subject.text("RuntimePlatform/OperatingSystemFamily");
    let too_small = cpu < 1024 && system.is_some_and(|system| system.starts_with("WINDOWS_"));
    fail_if(too_small || !is_pair(cpu, memory), || {
        format!(
            "No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. See the Amazon ECS documentation for the valid values."
        )
    })
}

/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html>
pub(in crate::services::ecs) fn is_pair(cpu: u64, memory: u64) -> bool {
    let gib = 1024;
    let (least, most, step) = match cpu {
        256 => return [512, gib, 2 * gib].contains(&memory),
        512 => (gib, 4 * gib, gib),
        1024 => (2 * gib, 8 * gib, gib),
        2048 => (4 * gib, 16 * gib, gib),
        4096 => (8 * gib, 30 * gib, gib),
        8192 => (16 * gib, 60 * gib, 4 * gib),
        16384 => (32 * gib, 120 * gib, 8 * gib),
        _ => return false,
    };
    (least..=most).contains(&memory) && (memory - least).is_multiple_of(step)
}

/// Fargate's message for a feature that needs the execution role.
fn needs_role(subject: &Subject<'_>, needs: bool, sentence: &str) -> Result<(), String> {
    let wrong = needs && !subject.has("ExecutionRoleArn");
    fail_if(wrong, || sentence.to_owned())
}

pub(super) fn execution_role_logs(subject: &Subject<'_>) -> Result<(), String> {
    let mut containers = subject.list(CONTAINERS).iter();
    let logs = containers
        .any(|container| text(container, "LogConfiguration/LogDriver") == Some("awslogs"));
    let sentence = "Fargate requires task definition to have execution role ARN to support log driver awslogs.";
    needs_role(subject, is_fargate(subject) && logs, sentence)
}

pub(super) fn execution_role_images(subject: &Subject<'_>) -> Result<(), String> {
    let mut images = subject
        .list(CONTAINERS)
        .iter()
        .filter_map(|container| text(container, "Image"));
    let ecr = images.any(|image| image.contains(".dkr.ecr."));
    let sentence =
        "Fargate requires task definition to have execution role ARN to support ECR images.";
    needs_role(subject, is_fargate(subject) && ecr, sentence)
}

pub(super) fn execution_role_secrets(subject: &Subject<'_>) -> Result<(), String> {
    let mut containers = subject.list(CONTAINERS).iter();
    let secrets = containers.any(|container| {
        !list(container, "Secrets").is_empty()
            || !list(container, "LogConfiguration/SecretOptions").is_empty()
            || at(container, "RepositoryCredentials").is_some()
    });
    let sentence = "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
    needs_role(subject, secrets, sentence)
}

pub(super) fn unsupported(subject: &Subject<'_>) -> Result<(), String> {
    if !is_fargate(subject) {
        return Ok(());
    }
    let of_container = [
        "DockerSecurityOptions",
        "LinuxParameters/Devices",
        "LinuxParameters/SharedMemorySize",
        "LinuxParameters/MaxSwap",
        "LinuxParameters/Swappiness",
    ];
    let volumes = subject.list("Volumes").iter();
    let hosts = volumes.filter_map(|volume| {
        option(volume, "Host/SourcePath").or(option(volume, "DockerVolumeConfiguration"))
    });
    let constraints = option(subject.properties, "PlacementConstraints");
    let constraints = constraints.map(|_| "constraints".to_owned());
    let containers = subject.list(CONTAINERS).iter();
    if containers
        .clone()
        .any(|one| one.get("Privileged") == Some(&true.into()))
    {
        return Err("Fargate requires that the 'privileged' setting be 'false'.".into());
    }
    let mut needs = containers
        .clone()
        .flat_map(|one| list(one, "ResourceRequirements"));
    if needs.any(|need| text(need, "Type") == Some("GPU")) {
        return Err(
            "Tasks using the Fargate launch type do not support GPU resource requirements.".into(),
        );
    }
    let named = containers.flat_map(|container| {
        of_container
            .iter()
            .filter_map(|path| option(container, path))
    });
    let first = hosts.chain(constraints).chain(named).next();
    first.map_or(Ok(()), |name| {
        Err(format!(
            "Fargate compatible task definitions do not support {name}"
        ))
    })
}

pub(super) fn name_spaces(subject: &Subject<'_>) -> Result<(), String> {
    if !is_fargate(subject) {
        return Ok(());
    }
    if subject.has("IpcMode") {
        return Err("Fargate compatible task definitions do not support ipcMode".into());
    }
    let wrong = subject.text("PidMode").is_some_and(|mode| mode != "task");
    fail_if(wrong, || {
        "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.".into()
    })
}

/// Whether the task definition says that instances run it, and not Fargate.
fn only_ec2(subject: &Subject<'_>) -> bool {
    !is_fargate(subject) && !subject.list("RequiresCompatibilities").is_empty()
}

/// What containers with a network interface of their own cannot have, each with ECS's words.
const NOT_WITH_AWSVPC: [(&str, &str); 6] = [
    ("Links", "Links are not supported"),
    (
        "DisableNetworking",
        "Disable Networking is not supported on container",
    ),
    ("ExtraHosts", "Extra hosts are not supported on container"),
    ("Hostname", "hostname is not supported on container"),
    ("DnsServers", "DNS servers are not supported on container"),
    (
        "DnsSearchDomains",
        "DNS search domains are not supported on container",
    ),
];

pub(super) fn own_interface(subject: &Subject<'_>) -> Result<(), String> {
    if subject.text("NetworkMode") != Some("awsvpc") {
        return Ok(());
    }
    for container in subject.list(CONTAINERS) {
        for (path, sentence) in NOT_WITH_AWSVPC {
            if option(container, path).is_some() {
                return Err(format!("{sentence} when networkMode=awsvpc."));
            }
        }
    }
    Ok(())
}

pub(super) fn accelerators(subject: &Subject<'_>) -> Result<(), String> {
    let given = !subject.list("InferenceAccelerators").is_empty();
    fail_if(given, || {
        "Unsupported field 'inferenceAccelerators'.".into()
    })
}

pub(super) fn storage(subject: &Subject<'_>) -> Result<(), String> {
    let size = number(subject.properties, "EphemeralStorage/SizeInGiB");
    if subject.has("EphemeralStorage") && only_ec2(subject) {
        return Err("Tasks using the EC2 launch type do not support EphemeralStorage.".into());
    }
    match size {
        Some(size) if size < 21 => Err("EphemeralStorage size should be at least 21".into()),
        Some(size) if size > 200 => Err("EphemeralStorage size should be at most 200".into()),
        _ => Ok(()),
    }
}

pub(super) fn platform(subject: &Subject<'_>) -> Result<(), String> {
    let system = subject.text("RuntimePlatform/OperatingSystemFamily");
    let architecture = subject.text("RuntimePlatform/CpuArchitecture");
    one_of(
        "runtimePlatform.cpuArchitecture",
        architecture,
        &["X86_64", "ARM64"],
    )?;
    let is_windows = system.is_some_and(|system| system.starts_with("WINDOWS_"));
    if system.is_some_and(|system| system != "LINUX" && !is_windows) {
        return Err(format!(
            "Invalid operating system family '{}'.",
            system.unwrap_or("")
        ));
    }
    fail_if(is_windows && architecture == Some("ARM64"), || {
        "Windows tasks do not support the CPU architecture ARM64.".into()
    })
}
