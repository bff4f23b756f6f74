use clap::Args;
use deploy::{Parameters, Stack};

use crate::item_count::Items;

/// The stack, which writes the name of the table to Parameter Store.
pub static STACK: Stack = Stack::new("table", include_str!("../template.yaml")).holding(&Items);

/// The options that set parameters of the template. Without an option, a parameter stays as deployed.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// Whether to protect the table from deletion, even together with its stack [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub deletion_protection: Option<bool>,
    /// Whether a key of this account encrypts the table [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub customer_key: Option<bool>,
}

impl From<Flags> for Parameters {
    fn from(flags: Flags) -> Self {
        [
            ("DeletionProtection", flags.deletion_protection),
            ("CustomerKey", flags.customer_key),
        ]
        .into_iter()
        .filter_map(|(key, is_on)| Some((key.to_owned(), is_on?.to_string())))
        .collect()
    }
}
