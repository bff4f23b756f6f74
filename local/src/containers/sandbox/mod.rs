//! The inside of a task: the roles of the local AWS's own program that enter Linux namespaces.
//!
//! `task-network` makes the network of a task and hands out sockets of it. `task-container` starts a
//! container in that network, and `task-init` becomes the container's program, or its init process.
//! `task-processes` makes the process namespace of a task whose containers share it. They run before the
//! asynchronous runtime starts, because only a process with one thread can enter a user namespace.

mod agent;
mod capabilities;
mod container;
mod descriptors;
mod exec;
mod identity;
mod init;
mod kernel_parameters;
mod libraries;
mod memory_mounts;
mod mounts;
mod namespaces;
mod netlink;
mod network;
mod processes;
mod reaper;
mod specification;

pub(crate) use self::capabilities::DEFAULT as DEFAULT_CAPABILITIES;
pub(crate) use self::container::run as run_container;
pub(crate) use self::descriptors::receive;
pub(crate) use self::exec::run as run_command;
pub(crate) use self::init::run as run_init;
pub(crate) use self::libraries::libraries;
pub(crate) use self::network::run as run_network;
pub(crate) use self::processes::{run as run_processes, run_first as run_pause};
pub(crate) use self::specification::{
    MemoryMount, NetworkSpecification, Root, Specification, Volume,
};
