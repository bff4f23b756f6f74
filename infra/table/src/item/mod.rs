//! Items in memory and as text: parsed, checked and written without losing a digit.

mod check;
mod json;
mod number;
mod parts;
mod plain;
mod reason;
mod record;
mod schema;
mod size;
mod typed;
mod value;

#[cfg(test)]
pub(crate) mod arbitrary;
#[cfg(test)]
mod tests;

pub(crate) use check::{Key, check, check_key};
pub(crate) use json::Json;
pub(crate) use plain::{
    is_lossless, read as read_plain, read_item as read_plain_item, write as write_plain,
    write_item as write_plain_item,
};
pub(crate) use reason::Reason;
pub(crate) use record::{Entry, read as read_record};
pub(crate) use schema::{KeyAttribute, Schema};
pub(crate) use typed::{
    read as read_typed, read_item as read_typed_item, write_item as write_typed_item,
};
pub(crate) use value::{Attributes, Value, ensure_distinct};
