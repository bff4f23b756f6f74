//! The items as a page, as JSON, as CSV.

mod columns;
mod csv;
mod document;
mod fill;
mod rows;
mod sample;
mod sort;
mod summary;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    document::Document,
    summary::{Follows, Summary, grouped},
};
