use clap::Args;
use deploy::Parameters;

/// The options for the parameters of the template. Without an option the deployed value stays.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// The number of NAT gateways: 1, or 2 (one per zone) [default: unchanged; 1 for a new stack]
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
