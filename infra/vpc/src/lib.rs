//! The network: a VPC with public and private subnets.

use clap::Args;
use deploy::{Parameters, Stack};

/// The stack, which hands over the VPC and its subnets.
pub static STACK: Stack = Stack::new("vpc", include_str!("../template.yaml"));

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
