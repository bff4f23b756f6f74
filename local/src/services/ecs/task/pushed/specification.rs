//! What a container is made of: its image, with the settings of its definition.

use std::io;
use std::path::Path;

use crate::account::Account;
use crate::containers::{DEFAULT_CAPABILITIES, MemoryMount, Root, Specification, Volume};
use crate::services::ecr::Image;
use crate::services::ecs::task::environment::Variables;
use crate::services::ecs::task::prepare::{Container, Prepared};
use crate::services::ecs::task_definition::{ContainerDefinition, MountPoint, Number};

/// Fargate's limit of open files.
const OPEN_FILES: u64 = 65_535;

/// The container, with the environment variables of its program. `files` is a directory of its own.
pub(super) fn specification(
    account: &Account,
    image: &Image,
    task: &Prepared,
    container: &Container,
    environment: Variables,
    files: &Path,
) -> io::Result<Specification> {
    let definition = &container.definition;
    let execution = &image.execution;
    let text = |defined: &Option<String>, own: &Option<String>| {
        let defined = defined.clone().filter(|text| !text.is_empty());
        defined.or_else(|| own.clone()).unwrap_or_default()
    };
    Ok(Specification {
        root: Root {
            image: image.root.clone(),
            own: files.to_owned(),
        },
        command: command(image, definition),
        environment,
        directory: text(&definition.working_directory, &execution.working_dir),
        user: text(&definition.user, &execution.user),
        all_users: task.network.has_all_users(),
        read_only: definition.readonly_root_filesystem,
        capabilities: capabilities(definition),
        limits: limits(definition),
        volumes: volumes(account, task, definition, files)?,
        memory_mounts: memory_mounts(definition),
        kernel_parameters: kernel_parameters(definition),
        has_init: definition.linux_parameters.init_process_enabled,
    })
}

/// The variables of an image.
pub(super) fn own(image: &Image) -> Variables {
    let variables = image.execution.env.iter().flatten();
    let pairs = variables.filter_map(|variable| {
        let (name, value) = variable.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    pairs.collect()
}

/// The program and its arguments. A new entry point makes the image's command void.
pub(super) fn command(image: &Image, definition: &ContainerDefinition) -> Vec<String> {
    let of_image = |words: &Option<Vec<String>>| words.clone().unwrap_or_default();
    let has_entry_point = !definition.entry_point.is_empty();
    let mut words = if has_entry_point {
        definition.entry_point.clone()
    } else {
        of_image(&image.execution.entrypoint)
    };
    if !definition.command.is_empty() {
        words.extend(definition.command.iter().cloned());
    } else if !has_entry_point {
        words.extend(of_image(&image.execution.cmd));
    }
    words
}

fn capabilities(definition: &ContainerDefinition) -> Vec<String> {
    let settings = &definition.linux_parameters.capabilities;
    let drops_all = settings.drop.iter().any(|name| name == "ALL");
    let kept = DEFAULT_CAPABILITIES.iter().map(|name| (*name).to_owned());
    let kept = kept.filter(|name| !drops_all && !settings.drop.contains(name));
    kept.chain(settings.add.iter().cloned()).collect()
}

fn limits(definition: &ContainerDefinition) -> Vec<(String, u64, u64)> {
    let default = ("nofile".to_owned(), OPEN_FILES, OPEN_FILES);
    let own = definition.ulimits.iter();
    let own = own.map(|limit| (limit.name.clone(), limit.soft_limit.0, limit.hard_limit.0));
    std::iter::once(default).chain(own).collect()
}

fn kernel_parameters(definition: &ContainerDefinition) -> Vec<(String, String)> {
    let controls = definition.system_controls.iter();
    controls
        .map(|control| (control.namespace.clone(), control.value.clone()))
        .collect()
}

fn memory_mounts(definition: &ContainerDefinition) -> Vec<MemoryMount> {
    let mounts = definition.linux_parameters.tmpfs.iter();
    mounts
        .map(|mount| MemoryMount {
            target: mount.container_path.clone(),
            size: mount.size.map_or(1, |Number(mebibytes)| mebibytes),
            options: mount.mount_options.clone(),
        })
        .collect()
}

/// The files that every container has, and the volumes of the task.
fn volumes(
    account: &Account,
    task: &Prepared,
    definition: &ContainerDefinition,
    files: &Path,
) -> io::Result<Vec<Volume>> {
    let address = task.interface.interface.private_ip;
    let name = crate::containers::host_name(address, &account.region);
    let texts = [
        (
            "/etc/hosts",
            format!("127.0.0.1 localhost\n{address} {name}\n"),
        ),
        ("/etc/hostname", format!("{name}\n")),
        // The resolver of every VPC.
        (
            "/etc/resolv.conf",
            format!(
                "nameserver 169.254.169.253\nsearch {}.compute.internal\n",
                account.region
            ),
        ),
    ];
    let mut volumes = Vec::new();
    for (target, text) in texts {
        let source = files.join(target.trim_start_matches("/etc/"));
        std::fs::write(&source, text)?;
        volumes.push(Volume {
            source,
            target: target.to_owned(),
            read_only: false,
        });
    }
    for (mount, read_only) in mount_points(definition, &task.definition.container_definitions) {
        let name = mount.source_volume.as_deref().unwrap_or("");
        let path = mount.container_path.clone().unwrap_or_default();
        if let Some(directory) = task.volumes.get(name) {
            volumes.push(Volume {
                source: directory.path().to_owned(),
                target: path,
                read_only,
            });
        }
    }
    Ok(volumes)
}

/// The mount points of a container, and whether each is read-only: its own, and those of the containers
/// that it names.
fn mount_points<'a>(
    definition: &'a ContainerDefinition,
    all: &'a [ContainerDefinition],
) -> Vec<(&'a MountPoint, bool)> {
    let own = definition.mount_points.iter();
    let mut mounts: Vec<_> = own.map(|mount| (mount, mount.read_only)).collect();
    for from in &definition.volumes_from {
        let source = from.source_container.as_deref();
        let source = all.iter().find(|other| Some(other.name()) == source);
        let others = source.into_iter().flat_map(|other| &other.mount_points);
        mounts.extend(others.map(|mount| (mount, mount.read_only || from.read_only)));
    }
    mounts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn image(entrypoint: &[&str], cmd: &[&str]) -> Image {
        let execution = json!({"Entrypoint": entrypoint, "Cmd": cmd});
        Image {
            digest: String::new(),
            architecture: String::new(),
            root: "/".into(),
            execution: serde_json::from_value(execution).unwrap(),
        }
    }

    #[test]
    fn a_new_entry_point_makes_the_command_of_the_image_void() {
        let image = image(&["/app"], &["serve"]);
        for (definition, expected) in [
            (json!({}), vec!["/app", "serve"]),
            (json!({"Command": ["check"]}), vec!["/app", "check"]),
            (json!({"EntryPoint": ["/sh"]}), vec!["/sh"]),
            (
                json!({"EntryPoint": ["/sh"], "Command": ["-c", "x"]}),
                vec!["/sh", "-c", "x"],
            ),
        ] {
            let definition = serde_json::from_value(definition).unwrap();
            assert_eq!(command(&image, &definition), expected);
        }
    }

    #[test]
    fn capabilities_are_dropped_one_by_one_or_all() {
        let of = |settings: serde_json::Value| {
            let definition = json!({"LinuxParameters": {"Capabilities": settings}});
            capabilities(&serde_json::from_value(definition).unwrap())
        };
        assert_eq!(of(json!({})).len(), DEFAULT_CAPABILITIES.len());
        assert!(of(json!({"Drop": ["ALL"]})).is_empty());
        assert_eq!(
            of(json!({"Drop": ["ALL"], "Add": ["SYS_PTRACE"]})),
            ["SYS_PTRACE"]
        );
        assert!(!of(json!({"Drop": ["CHOWN"]})).contains(&"CHOWN".to_owned()));
    }
}
