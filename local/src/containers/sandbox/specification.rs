//! What the local AWS tells the roles of a task.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The network of a task.
#[derive(Serialize, Deserialize)]
pub(crate) struct NetworkSpecification {
    pub(crate) host_name: String,
    /// The private address of the task.
    pub(crate) address: Ipv4Addr,
    /// Where the AWS endpoint listens in the network.
    pub(crate) endpoint: SocketAddr,
    /// Where the container agent listens.
    pub(crate) agent: SocketAddrV4,
}

/// A container whose program comes from an image.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Specification {
    pub(crate) root: Root,
    /// The program and its arguments.
    pub(crate) command: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) directory: String,
    /// `USER[:GROUP]`, as names or numbers; empty for root.
    pub(crate) user: String,
    /// Whether the user namespace has all users of this machine, not only one.
    pub(crate) all_users: bool,
    pub(crate) read_only: bool,
    /// The capabilities to keep, such as `CHOWN`.
    pub(crate) capabilities: Vec<String>,
    /// `NAME`, soft and hard limit.
    pub(crate) limits: Vec<(String, u64, u64)>,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) memory_mounts: Vec<MemoryMount>,
    /// The name and the value of each, such as `net.core.somaxconn`.
    pub(crate) kernel_parameters: Vec<(String, String)>,
    /// Whether an init process starts the program, forwards signals to it and reaps others.
    pub(crate) has_init: bool,
}

/// The directories that make up the root of a container.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Root {
    /// The unpacked image, which several containers share.
    pub(crate) image: PathBuf,
    /// A directory of the container: its own files, and where its root is mounted.
    pub(crate) own: PathBuf,
}

/// A directory or file of this machine in the container.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Volume {
    pub(crate) source: PathBuf,
    pub(crate) target: String,
    pub(crate) read_only: bool,
}

/// A directory in memory in the container.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MemoryMount {
    pub(crate) target: String,
    /// In MiB.
    pub(crate) size: u64,
    /// As for mount(8).
    pub(crate) options: Vec<String>,
}
