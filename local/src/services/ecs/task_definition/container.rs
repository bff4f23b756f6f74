//! The part of a container definition that the local AWS uses.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// Fargate's default stop timeout, in seconds.
const STOP_TIMEOUT: u64 = 30;

/// A container of a task definition.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct ContainerDefinition {
    pub(in crate::services::ecs) name: Option<String>,
    pub(in crate::services::ecs) image: Option<String>,
    pub(in crate::services::ecs) command: Vec<String>,
    pub(in crate::services::ecs) cpu: Option<Number>,
    pub(in crate::services::ecs) depends_on: Vec<Dependency>,
    pub(in crate::services::ecs) entry_point: Vec<String>,
    pub(in crate::services::ecs) environment: Vec<Variable>,
    pub(in crate::services::ecs) environment_files: Vec<EnvironmentFile>,
    essential: Option<bool>,
    pub(in crate::services::ecs) health_check: Option<HealthCheck>,
    pub(in crate::services::ecs) linux_parameters: LinuxParameters,
    pub(in crate::services::ecs) log_configuration: Option<LogConfiguration>,
    pub(in crate::services::ecs) memory: Option<Number>,
    pub(in crate::services::ecs) mount_points: Vec<MountPoint>,
    pub(in crate::services::ecs) port_mappings: Vec<PortMapping>,
    pub(in crate::services::ecs) readonly_root_filesystem: bool,
    pub(in crate::services::ecs) restart_policy: RestartPolicy,
    pub(in crate::services::ecs) secrets: Vec<Secret>,
    start_timeout: Option<Number>,
    stop_timeout: Option<Number>,
    pub(in crate::services::ecs) system_controls: Vec<SystemControl>,
    pub(in crate::services::ecs) ulimits: Vec<Limit>,
    pub(in crate::services::ecs) user: Option<String>,
    pub(in crate::services::ecs) volumes_from: Vec<VolumesFrom>,
    pub(in crate::services::ecs) working_directory: Option<String>,
}

impl ContainerDefinition {
    /// Its name; ECS requires one.
    pub(in crate::services::ecs) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("")
    }

    pub(in crate::services::ecs) fn image(&self) -> &str {
        self.image.as_deref().unwrap_or("")
    }

    /// Whether the task ends with this container.
    pub(in crate::services::ecs) fn is_essential(&self) -> bool {
        self.essential.unwrap_or(true)
    }

    /// How many seconds the container may take to stop.
    pub(in crate::services::ecs) fn stop_timeout(&self) -> u64 {
        self.stop_timeout
            .map_or(STOP_TIMEOUT, |Number(seconds)| seconds)
    }

    /// How many seconds to wait for the containers that it depends on.
    pub(in crate::services::ecs) fn start_timeout(&self) -> Option<u64> {
        self.start_timeout.map(|Number(seconds)| seconds)
    }

    /// Whether its output goes to CloudWatch Logs.
    pub(in crate::services::ecs) fn has_awslogs(&self) -> bool {
        self.log_configuration
            .as_ref()
            .is_some_and(|log| log.log_driver == "awslogs")
    }

    /// The TCP ports that it declares.
    pub(in crate::services::ecs) fn tcp_ports(&self) -> impl Iterator<Item = u16> {
        let tcp = |mapping: &&PortMapping| mapping.protocol.as_deref() != Some("udp");
        let ports = self.port_mappings.iter().filter(tcp);
        ports.filter_map(|mapping| u16::try_from(mapping.container_port?.0).ok())
    }

    /// The first port that it declares.
    pub(in crate::services::ecs) fn port(&self) -> Option<u16> {
        let mut ports = self.port_mappings.iter();
        ports.find_map(|mapping| u16::try_from(mapping.container_port?.0).ok())
    }
}

/// A number that a template may also write as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::ecs) struct Number(pub(in crate::services::ecs) u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let number = value.as_u64().or_else(|| units(value.as_str()?));
        number
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom(format!("{value} is not a number")))
    }
}

/// `256`, `.25 vCPU` or `0.5 GB`: the number, or that of the larger unit times 1024.
pub(in crate::services::ecs) fn units(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let larger = ["vcpu", "gb"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit));
    let Some(number) = larger else {
        return text.parse().ok();
    };
    let quarters = number.trim().parse::<f64>().ok()? * 4.0;
    let quarter = (1..=480_u32).find(|quarter| (f64::from(*quarter) - quarters).abs() < 1e-9)?;
    Some(u64::from(quarter) * 256)
}

/// A container that must be in a condition before this one starts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct Dependency {
    pub(in crate::services::ecs) container_name: String,
    /// `START`, `COMPLETE`, `SUCCESS` or `HEALTHY`.
    pub(in crate::services::ecs) condition: String,
}

/// An environment variable.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::services::ecs) struct Variable {
    pub(in crate::services::ecs) name: Option<String>,
    pub(in crate::services::ecs) value: Option<String>,
}

/// A file with environment variables in S3.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct EnvironmentFile {
    /// The ARN of the object.
    pub(in crate::services::ecs) value: String,
}

/// An environment variable with a value from SSM or Secrets Manager.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct Secret {
    pub(in crate::services::ecs) name: String,
    pub(in crate::services::ecs) value_from: String,
}

impl Secret {
    pub(in crate::services::ecs) fn is_of_secrets_manager(&self) -> bool {
        self.value_from.starts_with("arn:") && self.value_from.contains(":secretsmanager:")
    }

    /// The ARN of a secret of Secrets Manager, without the parts that ECS allows behind it.
    pub(in crate::services::ecs) fn arn(&self) -> &str {
        let end = self.value_from.match_indices(':').nth(6);
        end.map_or(&*self.value_from, |(end, _)| &self.value_from[..end])
    }

    /// The key in the JSON of a secret, the label and the id of its version, which ECS allows behind the
    /// ARN: `ARN:KEY:LABEL:VERSION`. Each may be empty.
    pub(in crate::services::ecs) fn version(&self) -> (Option<&str>, Option<&str>, Option<&str>) {
        let mut parts = self.value_from.split(':').skip(7);
        let mut part = || parts.next().filter(|part| !part.is_empty());
        (part(), part(), part())
    }

    /// The name of a parameter.
    pub(in crate::services::ecs) fn parameter(&self) -> String {
        match self.value_from.split_once(":parameter/") {
            // The name of a parameter in a path begins with a slash, any other does not.
            Some((_, name)) if name.contains('/') => format!("/{name}"),
            Some((_, name)) => name.to_owned(),
            None => self.value_from.clone(),
        }
    }
}

/// A command that says whether the container is healthy.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct HealthCheck {
    pub(in crate::services::ecs) command: Vec<String>,
    pub(in crate::services::ecs) interval: Option<Number>,
    pub(in crate::services::ecs) retries: Option<Number>,
    pub(in crate::services::ecs) start_period: Option<Number>,
    pub(in crate::services::ecs) timeout: Option<Number>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct LinuxParameters {
    pub(in crate::services::ecs) capabilities: Capabilities,
    pub(in crate::services::ecs) init_process_enabled: bool,
    pub(in crate::services::ecs) tmpfs: Vec<Tmpfs>,
}

/// A directory of a container that is kept in memory.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct Tmpfs {
    pub(in crate::services::ecs) container_path: String,
    pub(in crate::services::ecs) mount_options: Vec<String>,
    /// In MiB.
    pub(in crate::services::ecs) size: Option<Number>,
}

/// A parameter of the kernel that each network, or each group of programs with shared memory, has of its own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct SystemControl {
    pub(in crate::services::ecs) namespace: String,
    pub(in crate::services::ecs) value: String,
}

/// When a container that has ended is started again.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct RestartPolicy {
    pub(in crate::services::ecs) enabled: bool,
    pub(in crate::services::ecs) ignored_exit_codes: Vec<i64>,
    /// In seconds.
    pub(in crate::services::ecs) restart_attempt_period: Option<Number>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct Capabilities {
    pub(in crate::services::ecs) add: Vec<String>,
    pub(in crate::services::ecs) drop: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct LogConfiguration {
    pub(in crate::services::ecs) log_driver: String,
    pub(in crate::services::ecs) options: BTreeMap<String, String>,
}

/// A volume of the task in the container.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct MountPoint {
    pub(in crate::services::ecs) source_volume: Option<String>,
    pub(in crate::services::ecs) container_path: Option<String>,
    pub(in crate::services::ecs) read_only: bool,
}

/// The mount points of another container of the task.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct VolumesFrom {
    pub(in crate::services::ecs) source_container: Option<String>,
    pub(in crate::services::ecs) read_only: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::ecs) struct PortMapping {
    pub(in crate::services::ecs) container_port: Option<Number>,
    pub(in crate::services::ecs) protocol: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(
    clippy::struct_field_names,
    reason = "the names are those of a template"
)]
pub(in crate::services::ecs) struct Limit {
    pub(in crate::services::ecs) name: String,
    pub(in crate::services::ecs) soft_limit: Number,
    pub(in crate::services::ecs) hard_limit: Number,
}

#[cfg(test)]
mod unit_tests {
    use super::units;

    #[test]
    fn sizes_have_units() {
        for (text, expected) in [
            ("256", Some(256)),
            (".25 vCPU", Some(256)),
            ("1 VCPU", Some(1024)),
            ("0.5 GB", Some(512)),
            ("2GB", Some(2048)),
            ("512 MB", None),
            ("0.3 vCPU", None),
            ("a lot", None),
        ] {
            assert_eq!(units(text), expected, "{text}");
        }
    }
}
