//! Stored texts and values on their way into HTML, JSON and CSV.

mod attribute;
mod grouped;
mod html;
mod json;

pub(crate) use attribute::{Style, write_attribute, write_attributes, write_item};
pub(crate) use grouped::grouped;
pub(crate) use html::{Escape, Html};
pub(crate) use json::write_string;
