//! The JSON of a Scan, read as it arrives: one item at a time, and nothing is copied out of it.

mod item;
mod page;
mod scanner;

pub(crate) use self::{
    item::{Attribute, Item, Kind, attributes, value},
    page::{PageParser, Step, Totals},
    scanner::{Scanner, Span, Stop},
};
