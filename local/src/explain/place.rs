//! A connection that is explained, and its ends.

use std::net::Ipv4Addr;
use std::sync::Arc;

use crate::services::ec2::{End, Interface, Topology};
use crate::services::ecs::TaskRoles;

/// One end of a connection.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Internet,
    Client(Ipv4Addr),
    Interface(Box<Interface>),
    Aws(&'static str),
}

/// One connection.
pub(super) struct Walk {
    pub(super) from_name: String,
    pub(super) from: Place,
    pub(super) to_name: String,
    pub(super) to: Place,
    pub(super) port: u16,
    /// The roles of the task that it begins at.
    pub(super) roles: Option<Arc<TaskRoles>>,
    /// The name that the person has given to the end.
    pub(super) asked: String,
    /// The action of an AWS service that the person asks for: `dynamodb:Scan`.
    pub(super) action: Option<String>,
}

impl Place {
    pub(super) fn end(&self) -> End<'_> {
        match self {
            Self::Internet => End::Internet,
            Self::Client(address) => End::Client(*address),
            Self::Interface(interface) => End::Interface(interface),
            Self::Aws(service) => End::Service(service),
        }
    }
}

impl Walk {
    /// The ends, the subnets that they are in, and the port.
    pub(super) fn title(&self, topology: &Topology) -> String {
        let shown = |name: &str, place: &Place| match place {
            Place::Interface(interface) => {
                format!("{name} in {}", topology.name(&interface.subnet))
            }
            Place::Internet | Place::Client(_) | Place::Aws(_) => name.to_owned(),
        };
        let (from, to) = (
            shown(&self.from_name, &self.from),
            shown(&self.to_name, &self.to),
        );
        format!("{from} -> {to}, TCP {}", self.port)
    }
}
