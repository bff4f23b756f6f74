//! Containers on this machine: their networks, and the roles of the local AWS's own program that
//! enter them. It knows nothing of ECS.

mod network;
#[cfg(target_os = "linux")]
mod sandbox;

pub(crate) use self::network::{AGENT, Attachment, Networks, TaskConnector, host_name};
#[cfg(target_os = "linux")]
pub(crate) use self::sandbox::{
    DEFAULT_CAPABILITIES, Root, Specification, Volume, libraries, run_command, run_container,
    run_init, run_network,
};
