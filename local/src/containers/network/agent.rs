//! The address of the container agent on Fargate, for credentials and metadata.

use std::net::{Ipv4Addr, SocketAddrV4};

/// Where the container agent listens for the programs of a task.
pub(crate) const AGENT: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(169, 254, 170, 2), 80);
