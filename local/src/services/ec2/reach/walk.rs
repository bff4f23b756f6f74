//! The walk of a connection through the network: the hops that it has passed.

use super::{Blocked, Path};
use crate::services::ec2::interfaces::{Interface, Owner};
use crate::services::ec2::topology::Topology;

/// The ports from which a client connects. A response is let through only if all of them are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Client {
    /// A Linux system.
    Task,
    /// A load balancer or a NAT gateway.
    Aws,
    /// Any system in the internet.
    Internet,
}

impl Client {
    /// Ports of the whole range (VPC user guide, "Ephemeral ports").
    pub(super) fn ports(self) -> [u16; 3] {
        match self {
            Self::Task => [32768, 49152, 60999],
            Self::Aws => [1024, 32768, 65535],
            Self::Internet => [32768, 49152, 65535],
        }
    }

    /// The range in words.
    pub(super) fn range(self) -> &'static str {
        match self {
            Self::Task => "32768-60999",
            Self::Aws => "1024-65535",
            Self::Internet => "32768-65535",
        }
    }

    /// The client that an interface is.
    pub(super) fn of(interface: &Interface) -> Self {
        match interface.owner {
            Owner::Task(_) => Self::Task,
            Owner::LoadBalancer(_) | Owner::NatGateway(_) | Owner::VpcEndpoint(_) => Self::Aws,
        }
    }
}

#[derive(Clone)]
pub(super) struct Walk<'a> {
    pub(super) topology: &'a Topology,
    pub(super) port: u16,
    passed: Vec<String>,
    endpoint: Option<String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(topology: &'a Topology, port: u16) -> Self {
        Self {
            topology,
            port,
            passed: Vec::new(),
            endpoint: None,
        }
    }

    /// Notes the VPC endpoint that it goes through.
    pub(super) fn through(&mut self, endpoint: &str) {
        self.endpoint = Some(endpoint.to_owned());
    }

    pub(super) fn pass(&mut self, hop: String) {
        self.passed.push(hop);
    }

    pub(super) fn arrived(self) -> Path {
        Path {
            hops: self.passed,
            endpoint: self.endpoint,
        }
    }

    pub(super) fn stopped(&self, resource: &str, why: String, remedy: String) -> Blocked {
        Blocked {
            passed: self.passed.clone(),
            resource: resource.to_owned(),
            why,
            remedy,
        }
    }

    /// A resource as a person knows it.
    pub(super) fn name(&self, id: &str) -> String {
        self.topology.name(id)
    }

    /// The security groups of an interface, named.
    pub(super) fn names(&self, ids: &[String]) -> String {
        let names: Vec<String> = ids.iter().map(|id| self.name(id)).collect();
        names.join(", ")
    }
}
