//! Parameters of the kernel (`sysctl`) that belong to the network or the shared memory of a task.

use std::fs;
use std::path::PathBuf;

/// Those that belong to the shared memory, as runc lists them.
const OF_MEMORY: [&str; 9] = [
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
    "kernel.sem",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
    "kernel.shm_rmid_forced",
    "fs.mqueue.",
];

/// Sets a parameter of the namespaces of this process.
///
/// # Errors
/// The words of runc for a parameter of the whole machine, or one that there is not.
pub(super) fn set(name: &str, value: &str) -> Result<(), String> {
    let file = file(name)?;
    fs::write(&file, value).map_err(|err| {
        let (file, text) = (file.display(), err.to_string().to_lowercase());
        let reason = text.split(" (os error").next().unwrap_or(&text);
        format!("open {file}: {reason}")
    })
}

fn file(name: &str) -> Result<PathBuf, String> {
    let is_own = |known: &str| name == known || (known.ends_with('.') && name.starts_with(known));
    let is_of_namespace = name.starts_with("net.") || OF_MEMORY.into_iter().any(is_own);
    let parts: Vec<&str> = name.split('.').collect();
    let is_plain = |part: &&str| !part.is_empty() && !part.contains('/');
    if !is_of_namespace || !parts.iter().all(is_plain) {
        return Err(format!(
            "sysctl \"{name}\" is not in a separate kernel namespace"
        ));
    }
    Ok(PathBuf::from("/proc/sys").join(parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parameters_of_a_namespace_are_set() {
        let found = file("net.ipv4.tcp_keepalive_time").unwrap();
        assert_eq!(
            found,
            PathBuf::from("/proc/sys/net/ipv4/tcp_keepalive_time")
        );
        assert!(file("fs.mqueue.queues_max").is_ok());
        for name in [
            "vm.overcommit_memory",
            "kernel.hostname",
            "net.a/../../b",
            "net..a",
            "",
        ] {
            let words = format!("sysctl \"{name}\" is not in a separate kernel namespace");
            assert_eq!(file(name), Err(words));
        }
    }
}
