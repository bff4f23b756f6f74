//! CSV (RFC 4180) that a spreadsheet opens without running what is stored in it.

mod cell;
mod guard;
#[cfg(test)]
mod tests;

pub use cell::{write_cell, write_name, write_text};
pub use guard::Guard;

/// The heading of the column for the attributes without a column of their own, as plain JSON.
///
/// Only the page writes it, and it writes no types: a quoted text cell in such a file is a string.
pub const OTHERS: &str = "other attributes";
/// The heading of the same column with types, as DynamoDB JSON.
pub const TYPED_OTHERS: &str = "other attributes (DynamoDB JSON)";
