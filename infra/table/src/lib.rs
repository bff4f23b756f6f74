//! The `DynamoDB` table, and the way of items into it and out of it.

mod adopt;
mod capacity;
mod contents;
mod csv;
mod error;
mod export;
mod files;
mod format;
mod item;
mod load;
mod name;
mod progress;
mod retry;
mod wire;

#[cfg(test)]
mod tests;

use clap::Args;
use deploy::{Parameters, Stack};

pub use adopt::{Adopt, import};
pub use error::{Error, FileError};
pub use export::{Export, Exported, export};
pub use format::FileFormat;
pub use load::{Load, Loaded, load};
pub use name::Which;

/// The stack, which hands over the name of the table.
pub static STACK: Stack =
    Stack::new("table", include_str!("../template.yaml")).holding(&contents::Items);

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
