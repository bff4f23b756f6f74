//! The JSON of a Scan response, read while it arrives: one item at a time, without copying.
//!
//! `infra/table` has a JSON reader of its own (`infra/table/src/item`), and the two stay apart: that
//! one has whole lines of files, checks every value and says at which column it is wrong. This one
//! has bytes that may end anywhere, finds only where each value begins and ends, and trusts AWS to
//! send JSON.

mod item;
mod page;
mod scanner;
mod shape;
mod totals;
mod unescape;

pub(crate) use item::{Attribute, Item, value};
pub(crate) use page::{PageParser, Step};
pub(crate) use scanner::{Scanner, Span, Stop};
pub(crate) use totals::Totals;
pub(crate) use unescape::{unescape, unescape_in};
