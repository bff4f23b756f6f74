//! The formats in which items are answered: a page, JSON, CSV and others.
//!
//! # How to add a format
//!
//! 1. Write a file like `json_lines.rs`, with a type that implements [`Writer`](writer::Writer), and a
//!    `FORMAT` with its name, label and media type. A format with columns, like `csv.rs`, implements
//!    [`Columnar`](tabular::Columnar) instead: it gets the columns, and each item in its columns.
//!    Such a format is wrapped in [`Tabular`](tabular::Tabular), which is the `Writer`.
//! 2. Add `mod NAME;` to this file, and one line to [`FORMATS`].
//! 3. Add it to the formats in `docs/viewer.md`.
//!
//! In its `FORMAT`, `link` chooses which link the page has to it: none, to the items of the page, or to
//! all items ([`PageLink`](properties::PageLink)). `has_cursor` says that its answer has a place for
//! the cursor of the next page. Only such an answer may end before all items are read.
//!
//! The address (`format=NAME`), the links on the page and the error for an unknown name follow from
//! [`FORMATS`].
//!
//! # How an answer is written
//!
//! [`Document`] is one answer. It decides which items are written: a filter fills a page, and a sort
//! keeps the items until all are there. The `Writer` of the format only writes them.

mod columns;
mod context;
mod csv;
mod document;
mod dynamodb_json;
mod entry;
mod fill;
mod html;
mod json;
mod json_lines;
mod progress;
mod properties;
mod sample;
mod sort;
mod summary;
mod tabular;
mod writer;

#[cfg(test)]
mod tests;

use crate::error::WebError;

pub(crate) use document::Document;
pub(crate) use entry::Format;
#[cfg(test)]
pub(crate) use tests::{FAILS_AT_BEGIN, FAILS_AT_END};

/// All formats. The page offers them in this order.
static FORMATS: &[Format] = &[
    html::FORMAT,
    json::FORMAT,
    json_lines::FORMAT,
    csv::FORMAT,
    dynamodb_json::FORMAT,
];

/// The format with this name.
pub(crate) fn find(name: &str) -> Result<&'static Format, WebError> {
    let found = FORMATS.iter().find(|format| format.properties.name == name);
    found.ok_or_else(|| {
        let names: Vec<_> = FORMATS
            .iter()
            .map(|format| format.properties.name)
            .collect();
        WebError::BadRequest(one_of(&names).into())
    })
}

fn one_of(names: &[&str]) -> String {
    match names {
        [names @ .., last] => format!("The format must be {} or {last}.", names.join(", ")),
        [] => "There is no format.".to_owned(),
    }
}
