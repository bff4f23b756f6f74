//! Writes pages as lines of a file.

use std::time::Duration;

use deploy::Output;
use tokio::sync::mpsc::Receiver;

use super::Exported;
use super::columns::columns;
use super::destination::Destination;
use super::page::Page;
use crate::format::FileFormat;
use crate::item::{KeyAttribute, Reason, Schema, is_lossless, read_typed_item, write_plain_item};
use crate::progress::Progress;
use crate::{Error, csv};

/// Writes the items of one export.
pub(super) struct Writer {
    destination: Destination,
    format: FileFormat,
    table: String,
    key: Vec<String>,
    /// The columns of CSV, once the first item is known.
    columns: Option<Vec<KeyAttribute>>,
    items: u64,
    untyped: u64,
    capacity: f64,
    progress: Progress,
    took: Duration,
}

impl Writer {
    pub(super) fn new(
        destination: Destination,
        format: FileFormat,
        schema: &Schema,
        output: Output,
    ) -> Self {
        // DynamoDB counts the items every six hours, so 0 may be wrong.
        let total = Some(schema.items).filter(|items| *items > 0);
        Self {
            destination,
            format,
            table: schema.table.clone(),
            key: schema.key.iter().map(|(name, _)| name.clone()).collect(),
            columns: None,
            items: 0,
            untyped: 0,
            capacity: 0.0,
            progress: Progress::new(total, output),
            took: Duration::ZERO,
        }
    }

    /// Writes all pages until the last sender is gone.
    pub(super) fn write_all(mut self, mut pages: Receiver<Page>) -> Result<Self, Error> {
        let mut lines = Vec::new();
        while let Some(page) = pages.blocking_recv() {
            lines.clear();
            self.lines(&page, &mut lines)
                .map_err(deploy::Error::NotAws)?;
            self.destination.write(&lines)?;
            self.capacity += page.capacity;
            let bytes = self.destination.bytes();
            self.progress.update(self.items, self.items, bytes);
        }
        self.destination.flush()?;
        self.took = self.progress.end();
        Ok(self)
    }

    /// Gives the complete file its name.
    pub(super) fn commit(mut self, retries: u64) -> Result<Exported, Error> {
        self.destination.commit()?;
        Ok(Exported {
            table: self.table,
            file: self.destination.path.display().to_string(),
            items: self.items,
            bytes: self.destination.bytes(),
            untyped: self.untyped,
            seconds: self.took.as_secs_f64(),
            read_capacity: self.capacity,
            retries,
        })
    }

    fn lines(&mut self, page: &Page, out: &mut Vec<u8>) -> Result<(), Reason> {
        if self.format == FileFormat::Csv && self.columns.is_none() {
            self.columns = columns(page, &self.key)?;
            if let Some(columns) = &self.columns {
                csv::write_header(columns, out);
            }
        }
        page.each(|item| self.line(item, out))
    }

    fn line(&mut self, item: &str, out: &mut Vec<u8>) -> Result<(), Reason> {
        self.items += 1;
        match self.format {
            FileFormat::DynamodbJson => {
                out.extend_from_slice(b"{\"Item\":");
                // A line break can only be between tokens: within a string it is escaped.
                out.extend(item.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')));
                out.extend_from_slice(b"}\n");
            }
            FileFormat::JsonLines => {
                let item = read_typed_item(item)?;
                let all = item.iter().all(|(_, value)| is_lossless(value));
                self.untyped += u64::from(!all);
                write_plain_item(&item, out);
                out.push(b'\n');
            }
            FileFormat::Csv => {
                let columns = self.columns.as_deref();
                let columns = columns.expect("a page with an item has columns");
                csv::write_item(read_typed_item(item)?, columns, out);
            }
        }
        Ok(())
    }
}
