//! The key of an item, and the cursor: the key after which a page starts, as one word of an address.

mod cursor;
mod json;
mod of_item;
mod start;

pub(crate) use cursor::{decode, encode};
pub(crate) use json::{Key, KeyNames, from_json, to_json};
pub(crate) use of_item::{key_of, write_cursor_of};
pub(crate) use start::Start;
