//! Exports the items of a table to a file.

mod columns;
mod destination;
mod exported;
mod options;
mod page;
mod run;
mod segment;
mod writer;

pub use exported::Exported;
pub use options::Export;
pub use run::export;
