//! The items as a page, as JSON, as CSV.

mod columns;
mod csv;
mod document;
mod rows;
mod sort;
mod summary;

pub(crate) use self::{
    document::Document,
    summary::{Summary, grouped},
};
