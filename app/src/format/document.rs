//! One answer in its format, from its first byte to its last.

use std::{sync::Arc, time::Instant};

use super::{
    columns::{Columns, Counts, Row},
    csv,
    fill::Fill,
    rows,
    sample::Sample,
    sort::Sorted,
    summary::Summary,
};
use crate::{
    Failure,
    cursor::{self, Key, KeyNames, Start},
    page,
    parse::{Item, Scanner, Totals, attributes},
    scan::Reading,
    selection::{Format, Selection},
};

/// The state of an answer that is being written.
#[derive(Clone)]
pub(crate) struct Document {
    selection: Arc<Selection>,
    table: Arc<String>,
    key: Option<KeyNames>,
    begun: bool,
    /// The items that wait until the columns are known.
    sample: Sample,
    sorted: Sorted,
    columns: Option<Arc<Columns>>,
    row: Row,
    written: u64,
    summary: Summary,
    /// Of a page with a filter, how full it is, and when it must end nevertheless.
    fill: Option<Fill>,
    until: Instant,
    /// The key after which more follow.
    next: Option<Key>,
}

impl Document {
    pub(crate) fn new(selection: &Arc<Selection>, reading: &Reading) -> Self {
        Self {
            selection: Arc::clone(selection),
            table: Arc::clone(&reading.table),
            key: reading.key_names.clone(),
            begun: false,
            sample: Sample::default(),
            sorted: Sorted::default(),
            columns: None,
            row: Row::default(),
            written: 0,
            summary: Summary {
                read: selection.start.as_ref().map_or(0, |start| start.read),
                item_count: reading.item_count,
                ..Summary::default()
            },
            fill: Fill::of(selection),
            until: reading.until,
            next: None,
        }
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    pub(crate) fn selection(&self) -> Arc<Selection> {
        Arc::clone(&self.selection)
    }

    /// Whether this is all of the table.
    pub(crate) fn is_endless(&self) -> bool {
        self.selection.limit.is_none()
    }

    /// Whether the next page of `DynamoDB` belongs to this answer, if there is one.
    fn reads_on(&self) -> bool {
        match &self.fill {
            Some(fill) => !fill.is_full() && !self.is_late(),
            None => self.selection.limit.is_none(),
        }
    }

    /// Only what has a place for a cursor may end early: of the rest nobody would miss anything.
    fn is_late(&self) -> bool {
        matches!(self.selection.format, Format::Html | Format::Json) && Instant::now() >= self.until
    }

    /// What stands before the items, once.
    pub(crate) fn begin(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        match self.selection.format {
            Format::Html => {
                let before = page::items::before(&self.table, &self.selection);
                out.extend_from_slice(before.as_bytes());
            }
            Format::Json => {
                out.extend_from_slice(b"{\"table\":");
                crate::text::write_string(out, &self.table);
                out.extend_from_slice(b",\"items\":[");
            }
            Format::JsonLines | Format::Csv | Format::DynamoDbJson => {}
        }
    }

    pub(crate) fn item(&mut self, item: &Item<'_>, out: &mut Vec<u8>) {
        self.begin(out);
        if let Some(fill) = &mut self.fill
            && !fill.takes(item, self.key.as_ref())
        {
            return;
        }
        self.summary.items += 1;
        match &self.selection.sort {
            Some(sort) => self.sorted.add(item, sort),
            None => self.place(item, out),
        }
    }

    /// The item where it belongs, or in the sample.
    fn place(&mut self, item: &Item<'_>, out: &mut Vec<u8>) {
        let has_columns = matches!(self.selection.format, Format::Html | Format::Csv);
        if !has_columns || self.columns.is_some() {
            self.write(item, out);
            return;
        }
        self.sample.add(item);
        if self.sample.is_full() {
            self.settle(true, out);
        }
    }

    /// The columns are what the sample has; its items are written.
    fn settle(&mut self, more_follow: bool, out: &mut Vec<u8>) {
        if self.sample.is_empty() {
            return;
        }
        let sample = std::mem::take(&mut self.sample);
        let mut counts = Counts::default();
        sample.items().for_each(|item| counts.add(&item));
        let key = self.key.as_deref().unwrap_or_default();
        let columns = Arc::new(counts.columns(key, more_follow));
        match self.selection.format {
            Format::Html => rows::write_header(&columns, &self.selection, out),
            _ => csv::write_header(&columns, out),
        }
        self.columns = Some(columns);
        for item in sample.items() {
            self.write(&item, out);
        }
    }

    fn with_item(&mut self, text: &str, run: impl FnOnce(&mut Self, &Item<'_>)) {
        let mut found = Vec::new();
        // The text was read before.
        if attributes(&mut Scanner::new(text.as_bytes(), 0), &mut found).is_ok() {
            let item = Item {
                text,
                attributes: &found,
            };
            run(self, &item);
        }
    }

    fn write(&mut self, item: &Item<'_>, out: &mut Vec<u8>) {
        match (self.selection.format, &self.columns) {
            (Format::Json, _) => {
                if self.written > 0 {
                    out.push(b',');
                }
                self.written += 1;
                out.extend_from_slice(item.text.as_bytes());
            }
            (Format::JsonLines, _) => {
                item.write_json(out);
                out.push(b'\n');
            }
            (Format::DynamoDbJson, _) => {
                out.extend_from_slice(b"{\"Item\":");
                write_line(item.text, out);
                out.extend_from_slice(b"}\n");
            }
            (Format::Html, Some(columns)) => {
                rows::write_row(columns, self.key.as_ref(), item, &mut self.row, out);
            }
            (Format::Csv, Some(columns)) => csv::write_row(columns, item, &mut self.row, out),
            (Format::Html | Format::Csv, None) => {}
        }
    }

    /// What the page of `DynamoDB` says of itself; the key with which this answer goes on, if it does.
    pub(crate) fn page_end(&mut self, totals: &Totals, out: &mut Vec<u8>) -> Option<Key> {
        self.begin(out);
        self.summary.requests += 1;
        self.take_in(totals);
        if self.key.is_none() {
            let key = self.next.as_ref();
            self.key = key.map(|key| key.keys().cloned().collect());
        }
        let goes_on = self.next.clone().filter(|_| self.reads_on());
        self.write_kept(goes_on.is_some(), out);
        goes_on
    }

    fn take_in(&mut self, totals: &Totals) {
        self.summary.add(totals);
        let last = totals.last_key.as_deref();
        self.next = last.and_then(|key| cursor::from_json(key.as_bytes()));
        if let Some(fill) = &mut self.fill {
            let (full, before) = fill.page_end(totals.scanned);
            self.next = full.or(self.next.take());
            self.summary.read = self.summary.read.saturating_add(before);
            self.summary.is_full = fill.is_full();
        }
    }

    /// What was kept back until now.
    fn write_kept(&mut self, more_follow: bool, out: &mut Vec<u8>) {
        if let Some(sort) = self.selection.sort.clone()
            && !more_follow
        {
            for text in std::mem::take(&mut self.sorted).texts(sort.descending) {
                self.with_item(&text, |document, item| document.place(item, out));
            }
        }
        if self.columns.is_none() {
            self.settle(more_follow, out);
        }
    }

    /// What stands after the items.
    pub(crate) fn end(&mut self, out: &mut Vec<u8>) {
        let cursor = self.cursor();
        match self.selection.format {
            Format::Html => {
                self.end_rows(out);
                let after = page::items::after(&self.selection, &self.summary, cursor.as_deref());
                out.extend_from_slice(after.as_bytes());
            }
            Format::Json => self.end_json(cursor.as_deref(), None, out),
            Format::JsonLines | Format::Csv | Format::DynamoDbJson => {}
        }
    }

    /// Where the next page starts. With a filter it says how far it is.
    fn cursor(&self) -> Option<String> {
        let start = Start {
            key: self.next.clone()?,
            read: self.summary.read,
        };
        Some(start.to_string())
    }

    fn end_rows(&self, out: &mut Vec<u8>) {
        if self.columns.is_some() {
            rows::write_end(out);
        }
    }

    fn end_json(&self, cursor: Option<&str>, failure: Option<&Failure>, out: &mut Vec<u8>) {
        let mut end = serde_json::json!({
            "cursor": cursor,
            "scanned": self.summary.scanned,
            "capacity": self.summary.capacity,
        });
        if self.fill.is_some() {
            end["read"] = self.summary.read.into();
            end["itemCount"] = self.summary.item_count.into();
        }
        if let Some(failure) = failure {
            end["error"] = failure.to_string().into();
        }
        out.extend_from_slice(b"],");
        out.extend_from_slice(&end.to_string().as_bytes()[1..]);
    }

    /// A page says what went wrong, and where to go on; `false` where only that something did can be
    /// seen, by the missing end. `totals` are of what was read of the page of `DynamoDB`.
    pub(crate) fn broken(&mut self, failure: &Failure, totals: &Totals, out: &mut Vec<u8>) -> bool {
        let full = self.fill.as_ref().and_then(Fill::last).cloned();
        self.take_in(totals);
        self.write_kept(false, out);
        if full.is_some() {
            // Nothing is missing but what the last page of DynamoDB cost.
            self.next = full;
            self.end(out);
            return true;
        }
        let start = self.selection.start.as_ref().map(|start| &start.key);
        self.next = self.next.take().filter(|next| Some(next) != start);
        let cursor = self.cursor();
        match self.selection.format {
            Format::Html => {
                self.end_rows(out);
                let cursor = cursor.as_deref();
                let broken = page::items::broken(&self.selection, &self.summary, failure, cursor);
                out.extend_from_slice(broken.as_bytes());
                true
            }
            // Who asked for all in one does not look for a cursor.
            Format::Json if cursor.is_some() && self.selection.limit.is_some() => {
                self.end_json(cursor.as_deref(), Some(failure), out);
                true
            }
            _ => false,
        }
    }
}

/// One line, whatever white space stands between the tokens.
fn write_line(json: &str, out: &mut Vec<u8>) {
    for part in json.split(['\n', '\r']) {
        out.extend_from_slice(part.as_bytes());
    }
}
