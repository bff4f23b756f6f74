//! What the page (`app`) and the table's program (`infra/table`) both know about the items of
//! `DynamoDB`.
//!
//! This crate has the words for them and no way to reach them: it knows no AWS SDK, reads no file
//! and depends on no other crate of the workspace.
//!
//! | question | answer |
//! |---|---|
//! | Which types are there, and what are they called? | [`Kind`] |
//! | Is this text a number that `DynamoDB` takes, and which of two is larger? | [`Number`] |
//! | Can these digits stand in JSON without quotes? | [`is_json_number`] |
//! | How deep may values be nested? | [`MAX_DEPTH`] |
//! | How is a cell of a CSV file written? | [`csv`] |

pub mod csv;
mod depth;
mod json;
mod kind;
mod number;

pub use depth::MAX_DEPTH;
pub use json::is_json_number;
pub use kind::Kind;
pub use number::Number;
