//! The page with the items.

mod after;
mod before;
mod rows;

use askama::Template;

use super::columns::{Columns, Row};
use super::context::Context;
use super::entry::Format;
use super::properties::{PageLink, Properties};
use super::summary::Ending;
use super::tabular::{Columnar, Tabular};
use crate::error::WebError;
use crate::parse::Item;
use after::{After, Broken};
use before::Before;

pub(super) const FORMAT: Format = Format {
    properties: Properties {
        name: "html",
        label: "a page",
        media_type: "text/html; charset=utf-8",
        file_name: None,
        link: PageLink::Nothing,
        has_cursor: true,
    },
    writer: || Box::new(Tabular::<Html>::default()),
};

/// A page with a table of the items.
#[derive(Clone, Default)]
pub(super) struct Html;

impl Columnar for Html {
    fn before(&self, context: &Context, out: &mut Vec<u8>) -> Result<(), WebError> {
        render(&Before::new(context), out)
    }

    fn header(&self, context: &Context, columns: &Columns, out: &mut Vec<u8>) {
        rows::write_header(columns, &context.selection, out);
    }

    fn row(
        &self,
        context: &Context,
        columns: &Columns,
        item: &Item<'_>,
        row: &mut Row,
        out: &mut Vec<u8>,
    ) {
        rows::write_row(columns, context.key.as_ref(), item, row, out);
    }

    fn footer(&self, out: &mut Vec<u8>) {
        rows::write_end(out);
    }

    fn after(&self, context: &Context, ending: &Ending, out: &mut Vec<u8>) -> Result<(), WebError> {
        render(&After::new(context, ending), out)
    }

    fn broken(
        &self,
        context: &Context,
        ending: &Ending,
        err: &WebError,
        out: &mut Vec<u8>,
    ) -> Result<bool, WebError> {
        let after = After::new(context, ending);
        render(&Broken { err, after }, out)?;
        Ok(true)
    }
}

/// Nothing is written if a template fails.
fn render(template: &impl Template, out: &mut Vec<u8>) -> Result<(), WebError> {
    out.extend_from_slice(template.render()?.as_bytes());
    Ok(())
}
