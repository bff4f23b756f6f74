//! Containers on this machine: their networks, and the roles of the local AWS's own program that
//! enter them. It knows nothing of ECS.

mod network;
mod processes;
#[cfg(target_os = "linux")]
mod sandbox;
#[cfg(target_os = "linux")]
mod tree;

pub(crate) use self::network::{AGENT, Attachment, Networks, TaskConnector, host_name};
pub(crate) use self::processes::Processes;
#[cfg(target_os = "linux")]
pub(crate) use self::sandbox::{
    DEFAULT_CAPABILITIES, MemoryMount, Root, Specification, Volume, libraries, run_command,
    run_container, run_init, run_network, run_pause, run_processes,
};
#[cfg(target_os = "linux")]
pub(crate) use self::tree::{Identity, Place, Tree};
