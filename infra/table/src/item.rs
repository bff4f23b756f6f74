//! Items as the files hold them: read, checked and written without a digit getting lost.

mod check;
mod json;
mod number;
mod parts;
mod plain;
mod record;
mod schema;
mod typed;
mod value;

pub(crate) use check::{Key, check, check_key};
pub(crate) use json::Json;
pub(crate) use number::canonical;
pub(crate) use plain::{
    is_lossless, read as read_plain, read_item as read_plain_item, write as write_plain,
    write_item as write_plain_item,
};
pub(crate) use record::{Entry, read as read_record};
#[cfg(test)]
pub(crate) use schema::schema_of;
pub(crate) use schema::{Schema, describe};
pub(crate) use typed::{
    read as read_typed, read_item as read_typed_item, write_item as write_typed_item,
};
pub(crate) use value::{Attributes, Kind, Value, ensure_distinct};

/// Why a line, or an answer, is not what it should be: the end of a sentence.
pub(crate) type Reason = String;
