//! What the formats with columns share: they implement `Columnar`, and `Tabular` writes them.

use std::sync::Arc;

use super::columns::{Columns, Counts, Row};
use super::context::Context;
use super::sample::Sample;
use super::summary::Ending;
use super::writer::Writer;
use crate::error::WebError;
use crate::parse::Item;

/// A format with columns.
pub(crate) trait Columnar: Clone + Send + Sync + 'static {
    /// Writes the beginning of the answer, before the columns.
    fn before(&self, _: &Context, _out: &mut Vec<u8>) -> Result<(), WebError> {
        Ok(())
    }

    /// Writes the names of the columns.
    fn header(&self, context: &Context, columns: &Columns, out: &mut Vec<u8>);

    /// Writes one item, whose attributes are in the cells of `row`.
    fn row(
        &self,
        context: &Context,
        columns: &Columns,
        item: &Item<'_>,
        row: &mut Row,
        out: &mut Vec<u8>,
    );

    /// Writes the end of the table, after the last row, if there were columns.
    fn footer(&self, _out: &mut Vec<u8>) {}

    /// Writes the end of the answer.
    fn after(&self, _: &Context, _: &Ending, _out: &mut Vec<u8>) -> Result<(), WebError> {
        Ok(())
    }

    /// As [`Writer::broken`].
    fn broken(
        &self,
        _: &Context,
        _: &Ending,
        _: &WebError,
        _out: &mut Vec<u8>,
    ) -> Result<bool, WebError> {
        Ok(false)
    }
}

/// The writer of a format with columns. Items have no schema, so it waits for the first items: the
/// columns are their attributes.
#[derive(Clone, Default)]
pub(super) struct Tabular<C> {
    format: C,
    /// The first items.
    sample: Sample,
    /// `None` until the sample is complete.
    columns: Option<Arc<Columns>>,
    row: Row,
}

impl<C: Columnar> Tabular<C> {
    fn write_footer(&self, out: &mut Vec<u8>) {
        if self.columns.is_some() {
            self.format.footer(out);
        }
    }
}

impl<C: Columnar> Writer for Tabular<C> {
    fn begin(&mut self, context: &Context, out: &mut Vec<u8>) -> Result<(), WebError> {
        self.format.before(context, out)
    }

    fn item(&mut self, context: &Context, item: &Item<'_>, out: &mut Vec<u8>) {
        if let Some(columns) = &self.columns {
            columns.place(item, &mut self.row);
            self.format.row(context, columns, item, &mut self.row, out);
            return;
        }
        self.sample.add(item);
        if self.sample.is_full() {
            self.flush(context, true, out);
        }
    }

    fn flush(&mut self, context: &Context, more_follow: bool, out: &mut Vec<u8>) {
        if self.sample.is_empty() {
            return;
        }
        let sample = std::mem::take(&mut self.sample);
        let mut counts = Counts::default();
        sample.items().for_each(|item| counts.add(&item));
        let key = context.key.as_deref().unwrap_or(&[]);
        let columns = Arc::new(counts.columns(key, more_follow));
        self.format.header(context, &columns, out);
        self.columns = Some(columns);
        for item in sample.items() {
            self.item(context, &item, out);
        }
    }

    fn end(
        &mut self,
        context: &Context,
        ending: &Ending,
        out: &mut Vec<u8>,
    ) -> Result<(), WebError> {
        self.write_footer(out);
        self.format.after(context, ending, out)
    }

    fn broken(
        &mut self,
        context: &Context,
        ending: &Ending,
        err: &WebError,
        out: &mut Vec<u8>,
    ) -> Result<bool, WebError> {
        self.write_footer(out);
        self.format.broken(context, ending, err, out)
    }
}
