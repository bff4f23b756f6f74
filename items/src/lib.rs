//! The types of `DynamoDB` items, shared by the app (`app`) and the program `table` (`infra/table`).
//!
//! Only types; no I/O and no AWS SDK. It depends on no other crate of the workspace.
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
