//! A JSON reader that returns numbers as text, since no float has 38 digits.
//!
//! The app has another reader, because its job differs: it streams the pages of a scan while they
//! arrive. This one reads records that may be written by hand, so every error names its column.

mod place;
mod reader;
mod skip;

pub(crate) use reader::Json;
