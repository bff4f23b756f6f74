//! What a request asks for: which items, in which order and format. It is all in the address.
//!
//! [`Selection::from_address`] reads an address; the methods of [`Selection`] that return an address
//! are the links of a page.

mod address;
mod condition;
mod filter;
mod links;
mod operand;
mod path;
mod selection;

pub(crate) use address::BAD_CURSOR;
pub(crate) use condition::Condition;
pub(crate) use filter::Filter;
pub(crate) use operand::operand;
pub(crate) use path::{Path, Step};
pub(crate) use selection::{Selection, Sort};
