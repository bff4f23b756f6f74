//! The network: a VPC with public and private subnets.

mod network;

use clap::Args;
use deploy::render::Shown;
use deploy::{Parameters, Stack};

pub use network::{Network, forget, use_network};

/// The stack, which hands over the VPC and its subnets.
pub static STACK: Stack = Stack::new("vpc", include_str!("../template.yaml"));

/// Why a command for the network came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// As for every stack.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// The load balancer needs subnets in two zones.
    #[error("a load balancer stands in two zones: name two subnets or more with --public")]
    OneZone,
    /// The parameter is not a person's to write.
    #[error(
        "{} belongs to the stack {stack}: destroy that first, or take another environment with --env",
        Shown(name)
    )]
    Owned {
        /// The name of the parameter.
        name: String,
        /// The stack that it belongs to.
        stack: String,
    },
}

/// The options for the parameters of the template; what is not given stays as deployed.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// NAT gateways: 1, or 2 for one in each zone [default: as deployed before, else 1]
    #[arg(long, value_parser = ["1", "2"])]
    pub nat_gateways: Option<String>,
}

impl From<Flags> for Parameters {
    fn from(flags: Flags) -> Self {
        let nat_gateways = flags.nat_gateways.map(|number| ("NatGateways", number));
        nat_gateways
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }
}
