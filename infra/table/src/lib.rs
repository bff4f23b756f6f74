//! The `DynamoDB` table.

mod adopt;

use clap::Args;
use deploy::{Parameters, Stack};

pub use adopt::{Adopt, import};

/// The stack, which hands over the name of the table.
pub static STACK: Stack = Stack::new("table", include_str!("../template.yaml"));

/// Why a command for the table came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// As for every stack.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// The table is not one of this stack's kind.
    #[error(
        "{table} has the key {key} where the stack's table has itemID (HASH, S), so it cannot be imported: the app shows it without a stack, by TABLE_NAME"
    )]
    OtherKey {
        /// The name of the table.
        table: String,
        /// Its key.
        key: String,
    },
}

/// The options for the parameters of the template; what is not given stays as deployed.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// Whether the table cannot be deleted, not even with its stack [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub deletion_protection: Option<bool>,
}

impl From<Flags> for Parameters {
    fn from(flags: Flags) -> Self {
        let protection = flags
            .deletion_protection
            .map(|on| ("DeletionProtection", on));
        protection
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_string()))
            .collect()
    }
}
