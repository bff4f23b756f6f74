//! The `DynamoDB` table: deploys its stack, loads items into it and exports them.

mod count;
mod csv;
mod dynamodb;
mod error;
mod export;
mod file_error;
mod files;
mod format;
#[cfg(test)]
mod fuzz;
mod import;
mod item;
mod item_count;
mod load;
mod progress;
mod stack;
mod table_name;

#[cfg(test)]
mod round_trip;

pub use error::Error;
pub use export::{Export, Exported, export};
pub use file_error::FileError;
pub use format::FileFormat;
pub use import::{ImportArgs, import};
pub use load::{Load, Loaded, load};
pub use stack::{Flags, STACK};
pub use table_name::TableName;
