use std::sync::Arc;
use std::time::Instant;

use super::FORMATS;
use super::context::Context;
use super::entry::Format;
use super::fill::Fill;
use super::progress::Progress;
use super::writer::Writer;
use crate::assets::Assets;
use crate::error::WebError;
use crate::key::Key;
use crate::parse::Totals;
use crate::query::Selection;
use crate::table::{Next, Reading};

/// One answer in its format, from its first byte to its last.
#[derive(Clone)]
pub(crate) struct Document {
    progress: Progress,
    writer: Box<dyn Writer>,
    /// When a page with a filter ends, even if it is not full.
    until: Option<Instant>,
}

impl Document {
    /// An answer with the items of a reading. A page with a filter reads on until `until`.
    pub(crate) fn new(
        format: &Format,
        selection: &Arc<Selection>,
        reading: &Reading,
        assets: &Arc<Assets>,
        until: Instant,
    ) -> Self {
        let context = Context {
            table: Arc::clone(&reading.name),
            key: reading.key_names.clone(),
            selection: Arc::clone(selection),
            assets: Arc::clone(assets),
            formats: FORMATS.iter().map(|format| &format.properties).collect(),
        };
        Self {
            progress: Progress::new(context, reading.item_count),
            writer: (format.writer)(),
            until: format.properties.has_cursor.then_some(until),
        }
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.progress.has_begun
    }

    pub(crate) fn selection(&self) -> Arc<Selection> {
        Arc::clone(&self.progress.context.selection)
    }

    /// Whether this is the whole table.
    pub(crate) fn is_endless(&self) -> bool {
        self.progress.context.selection.limit.is_none()
    }

    /// Writes the beginning of the answer, once.
    pub(crate) fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), WebError> {
        if !self.progress.has_begun {
            self.writer.begin(&self.progress.context, out)?;
            self.progress.has_begun = true;
        }
        Ok(())
    }

    /// Writes the items that have arrived, until `out` has `most` bytes.
    pub(crate) fn items(
        &mut self,
        reading: &mut Reading,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<Option<Next>, WebError> {
        self.writer.items(&mut self.progress, reading, most, out)
    }

    /// Takes in the end of a page of `DynamoDB`. Returns the key of the next page, if that belongs to
    /// this answer.
    pub(crate) fn page_end(
        &mut self,
        totals: &Totals,
        out: &mut Vec<u8>,
    ) -> Result<Option<Key>, WebError> {
        self.begin(out)?;
        self.progress.page_end(totals);
        let next = self.progress.next.clone().filter(|_| self.reads_on());
        self.write_kept(next.is_some(), out);
        Ok(next)
    }

    /// Whether the next page of `DynamoDB`, if there is one, belongs to this answer.
    fn reads_on(&self) -> bool {
        match &self.progress.fill {
            Some(fill) => !fill.is_full() && !self.is_late(),
            None => self.is_endless(),
        }
    }

    fn is_late(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Writes what was kept back until now.
    fn write_kept(&mut self, more_follow: bool, out: &mut Vec<u8>) {
        let context = &self.progress.context;
        if !more_follow && let Some(sorted) = self.progress.sorted.take() {
            self.writer.texts(context, sorted.into_texts(), out);
        }
        self.writer.flush(context, more_follow, out);
    }

    /// Writes the end of the answer.
    pub(crate) fn end(&mut self, out: &mut Vec<u8>) -> Result<(), WebError> {
        let ending = self.progress.ending();
        self.writer.end(&self.progress.context, &ending, out)
    }

    /// Writes the end of an answer that cannot be completed: what went wrong, and where to continue.
    /// Returns `false` if the format has no place for that. `totals` are of the part that was read.
    pub(crate) fn broken(
        &mut self,
        err: &WebError,
        totals: &Totals,
        out: &mut Vec<u8>,
    ) -> Result<bool, WebError> {
        let full = self.progress.fill.as_ref().and_then(Fill::last).cloned();
        self.progress.add(totals);
        self.write_kept(false, out);
        if full.is_some() {
            // The page is complete. Only what its last page of DynamoDB cost is unknown.
            self.progress.next = full;
            self.end(out)?;
            return Ok(true);
        }
        let context = &self.progress.context;
        let start = context.selection.start.as_ref().map(|start| &start.key);
        let next = self.progress.next.take();
        self.progress.next = next.filter(|next| Some(next) != start);
        let ending = self.progress.ending();
        self.writer.broken(context, &ending, err, out)
    }
}
