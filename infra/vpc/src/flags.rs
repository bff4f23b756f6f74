use clap::Args;
use deploy::Parameters;

/// The options for the parameters of the template. Without an option the deployed value stays.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// The number of NAT gateways: 1, or 2 (one per zone) [default: unchanged; 1 for a new stack]
    #[arg(long, value_parser = ["1", "2"])]
    pub nat_gateways: Option<String>,
    /// Whether to log all connections in the network [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub flow_logs: Option<bool>,
    /// Whether a key of this account encrypts the flow logs [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub customer_key: Option<bool>,
}

impl From<Flags> for Parameters {
    fn from(flags: Flags) -> Self {
        [
            ("NatGateways", flags.nat_gateways),
            ("FlowLogs", flags.flow_logs.map(|is_on| is_on.to_string())),
            (
                "CustomerKey",
                flags.customer_key.map(|is_on| is_on.to_string()),
            ),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
    }
}
