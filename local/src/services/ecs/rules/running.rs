//! Rules for how a container runs and is started again.

use serde_json::Value;

use crate::resources::subject::{Subject, fail_if, list, number, text, texts};

/// The options of a tmpfs mount, as the API reference lists them. Some have a value, such as `mode=755`.
const MOUNT_OPTIONS: [&str; 40] = [
    "defaults",
    "ro",
    "rw",
    "suid",
    "nosuid",
    "dev",
    "nodev",
    "exec",
    "noexec",
    "sync",
    "async",
    "dirsync",
    "remount",
    "mand",
    "nomand",
    "atime",
    "noatime",
    "diratime",
    "nodiratime",
    "bind",
    "rbind",
    "unbindable",
    "runbindable",
    "private",
    "rprivate",
    "shared",
    "rshared",
    "slave",
    "rslave",
    "relatime",
    "norelatime",
    "strictatime",
    "nostrictatime",
    "mode",
    "uid",
    "gid",
    "nr_inodes",
    "nr_blocks",
    "mpol",
    "size",
];

fn containers<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Value> {
    subject.list("ContainerDefinitions").iter()
}

pub(super) fn restarts(subject: &Subject<'_>) -> Result<(), String> {
    for container in containers(subject) {
        let Some(policy) = container.get("RestartPolicy") else {
            continue;
        };
        let name = text(container, "Name").unwrap_or("");
        fail_if(policy.get("Enabled").is_none(), || {
            format!(
                "The 'enabled' setting of the restart policy for container '{name}' must be specified."
            )
        })?;
        let period = number(policy, "RestartAttemptPeriod");
        fail_if(
            period.is_some_and(|period| !(60..=1800).contains(&period)),
            || {
                format!(
                    "the 'restartAttemptPeriod' setting for container '{name}' must be between 60 and 1800"
                )
            },
        )?;
        fail_if(list(policy, "IgnoredExitCodes").len() > 50, || {
            format!(
                "the 'ignoredExitCodes' setting for container '{name}' can have at most 50 items"
            )
        })?;
    }
    Ok(())
}

pub(super) fn memory_mounts(subject: &Subject<'_>) -> Result<(), String> {
    for mount in containers(subject).flat_map(|container| list(container, "LinuxParameters/Tmpfs"))
    {
        let path = text(mount, "ContainerPath").unwrap_or("");
        fail_if(!path.starts_with('/'), || {
            format!("Invalid tmpfs containerPath '{path}'. It must be an absolute path.")
        })?;
        let size = number(mount, "Size");
        fail_if(size.is_none_or(|size| size < 1), || {
            format!("Invalid tmpfs size for '{path}'. It must be at least 1 MiB.")
        })?;
        let unknown = texts(mount, "MountOptions")
            .into_iter()
            .find(|option| !MOUNT_OPTIONS.contains(&option.split('=').next().unwrap_or("")));
        if let Some(option) = unknown {
            return Err(format!("Invalid tmpfs mount option '{option}'."));
        }
    }
    Ok(())
}
