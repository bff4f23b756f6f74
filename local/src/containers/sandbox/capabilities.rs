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
    let kept: Vec<CapabilitySet> = kept.iter().filter_map(|name| known(name)).collect();
    for capability in CapabilitySet::all().iter() {
        let is_there = capability_is_in_bounding_set(capability).unwrap_or(false);
        if is_there && !kept.contains(&capability) {
            remove_capability_from_bounding_set(capability)?;
        }
    }
    Ok(())
}

/// The capability of this name, with or without `CAP_`.
fn known(name: &str) -> Option<CapabilitySet> {
    CapabilitySet::from_name(name.strip_prefix("CAP_").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_have_their_names_in_docker() {
        for name in DEFAULT {
            assert!(known(name).is_some(), "{name}");
        }
        assert_eq!(known("CAP_CHOWN"), Some(CapabilitySet::CHOWN));
        assert_eq!(known("NONE"), None);
    }
}
