//! CSV (RFC 4180), in which a column's header can name its type: `price:N`.

mod cells;
mod column;
mod header;
mod value;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use header::Header;
pub(crate) use write::{write_header, write_item};
