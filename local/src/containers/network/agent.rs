//! The address of the container agent on Fargate, for credentials and metadata.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

pub(super) const AGENT_ADDRESS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);

/// Where the container agent listens in the network of a task.
pub(crate) const AGENT: SocketAddr = SocketAddr::V4(SocketAddrV4::new(AGENT_ADDRESS, 80));
