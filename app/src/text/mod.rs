//! Stored texts on their way into HTML, JSON and CSV.

mod document;
mod html;
mod json;

pub(crate) use self::{
    document::{Style, write_attribute, write_attributes},
    html::{Escape, Html},
    json::{unescape, unescape_in, write_string},
};
