//! Pages become lines of a file.

use std::collections::HashMap;
use std::time::Duration;

use deploy::Output;
use tokio::sync::mpsc::Receiver;

use super::destination::Destination;
use super::exported::Exported;
use super::segment::Page;
use crate::format::FileFormat;
use crate::item::{Kind, Reason, Schema, is_lossless, read_typed_item, write_plain_item};
use crate::progress::Progress;
use crate::{Error, csv};

/// The columns of CSV are those of so many first items.
const SAMPLE: usize = 256;
/// An attribute beyond them stands in the last column.
const MAX_COLUMNS: usize = 100;

/// What writes the items of one export.
pub(super) struct Writer {
    destination: Destination,
    format: FileFormat,
    table: String,
    key: Vec<String>,
    columns: Option<Vec<(String, Kind)>>,
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
        // The table counts its items every six hours only: none may be there already.
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

    /// Writes all pages that come.
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

    /// The file takes its name.
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
        page.each(|item| {
            self.items += 1;
            match self.format {
                FileFormat::DynamodbJson => {
                    out.extend_from_slice(b"{\"Item\":");
                    // Between the tokens only: within a text a line break is escaped.
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
                    let columns = self.columns.as_deref().unwrap_or_default();
                    csv::write_item(read_typed_item(item)?, columns, out);
                }
            }
            Ok(())
        })
    }
}

/// The columns that suit the first items of a page: those of the key, then the most frequent, each
/// with its most frequent type. `None` where there are no items.
fn columns(page: &Page, key: &[String]) -> Result<Option<Vec<(String, Kind)>>, Reason> {
    let mut counts: HashMap<(String, Kind), usize> = HashMap::new();
    let mut seen = 0;
    page.each(|item| {
        seen += 1;
        if seen <= SAMPLE {
            for (name, value) in read_typed_item(item)? {
                *counts.entry((name, value.kind())).or_default() += 1;
            }
        }
        Ok::<_, Reason>(())
    })?;
    let rank = |name: &String| {
        key.iter()
            .position(|part| part == name)
            .unwrap_or(key.len())
    };
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|((name, kind), count)| {
        (rank(name), std::cmp::Reverse(*count), name.clone(), *kind)
    });
    let mut columns: Vec<(String, Kind)> = Vec::new();
    for ((name, kind), _) in counts {
        if columns.len() < MAX_COLUMNS && !columns.iter().any(|(found, _)| *found == name) {
            columns.push((name, kind));
        }
    }
    Ok((seen > 0).then_some(columns))
}
