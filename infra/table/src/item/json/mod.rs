//! A JSON reader that returns numbers as text, since no float has 38 digits.
//!
//! The app has a reader of its own: it streams pages of a scan as fast as it can and trusts them,
//! since `DynamoDB` wrote them. Here a person wrote the text, so every error names its column.

mod place;
mod reader;
mod skip;

pub(crate) use reader::Json;
