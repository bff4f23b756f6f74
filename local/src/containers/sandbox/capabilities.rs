//! The capabilities of a container.

use std::io;

use rustix::thread::{
    CapabilitySet, capability_is_in_bounding_set, remove_capability_from_bounding_set,
};

/// The capabilities of a container without settings:
/// <https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities>
pub(crate) const DEFAULT: [&str; 14] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Gives up all capabilities but these, also for the programs that this process becomes.
pub(super) fn keep_only(kept: &[String]) -> io::Result<()> {
    let kept: Vec<CapabilitySet> = kept
        .iter()
        .filter_map(|name| CapabilitySet::from_name(&format!("CAP_{name}").replace("CAP_CAP_", "")))
        .collect();
    for capability in CapabilitySet::all().iter() {
        let is_there = capability_is_in_bounding_set(capability).unwrap_or(false);
        if is_there && !kept.contains(&capability) {
            remove_capability_from_bounding_set(capability)?;
        }
    }
    Ok(())
}
