//! Loads the items of a file into a table.
//!
//! A load is a pipeline: `input` reads records, `batches` parses them on a thread and writes them
//! with several calls at a time, and `state` tracks up to which record everything is written.

mod batches;
mod checkpoint;
mod detect;
mod input;
mod loaded;
mod options;
mod run;
mod source;
mod state;

#[cfg(test)]
pub(crate) use input::{Layout, Records};
pub use loaded::Loaded;
pub use options::Load;
pub use run::load;
