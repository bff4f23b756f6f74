//! One answer in its format, from its first byte to its last.

use std::sync::Arc;

use super::{
    columns::{Columns, Counts, Row},
    csv, rows,
    sample::Sample,
    sort::Sorted,
    summary::Summary,
};
use crate::{
    Failure,
    cursor::{self, KeyNames},
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
            summary: Summary::default(),
        }
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    pub(crate) fn selection(&self) -> Arc<Selection> {
        Arc::clone(&self.selection)
    }

    /// Whether the next page belongs to this answer.
    pub(crate) fn goes_on(&self) -> bool {
        self.selection.limit.is_none()
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

    pub(crate) fn page_end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        self.begin(out);
        self.summary.requests += 1;
        self.summary.scanned += totals.scanned;
        self.summary.capacity += totals.capacity;
        if self.key.is_none() {
            let key = totals.last_key.as_deref();
            let key = key.and_then(|key| cursor::from_json(key.as_bytes()));
            self.key = key.map(|key| key.into_keys().collect());
        }
        if let Some(sort) = self.selection.sort.clone() {
            for text in std::mem::take(&mut self.sorted).texts(sort.descending) {
                self.with_item(&text, |document, item| document.place(item, out));
            }
        }
        if self.columns.is_none() {
            self.settle(self.goes_on() && totals.last_key.is_some(), out);
        }
    }

    /// What stands after the items; `next` is the key after which more follow.
    pub(crate) fn end(&mut self, next: Option<&str>, out: &mut Vec<u8>) {
        let cursor = next
            .and_then(|key| cursor::from_json(key.as_bytes()))
            .map(|key| cursor::encode(&key));
        match self.selection.format {
            Format::Html => {
                if self.columns.is_some() {
                    rows::write_end(out);
                }
                let after = page::items::after(&self.selection, &self.summary, cursor.as_deref());
                out.extend_from_slice(after.as_bytes());
            }
            Format::Json => {
                let end = serde_json::json!({
                    "cursor": cursor,
                    "scanned": self.summary.scanned,
                    "capacity": self.summary.capacity,
                })
                .to_string();
                out.extend_from_slice(b"],");
                out.extend_from_slice(&end.as_bytes()[1..]);
            }
            Format::JsonLines | Format::Csv | Format::DynamoDbJson => {}
        }
    }

    /// A page says what went wrong; of another format, `false`, only that something did can be
    /// seen, by its missing end.
    pub(crate) fn broken(&mut self, failure: &Failure, out: &mut Vec<u8>) -> bool {
        if self.selection.format != Format::Html {
            return false;
        }
        self.settle(true, out);
        if self.columns.is_some() {
            rows::write_end(out);
        }
        out.extend_from_slice(page::items::broken(failure).as_bytes());
        true
    }
}

/// One line, whatever white space stands between the tokens.
fn write_line(json: &str, out: &mut Vec<u8>) {
    for part in json.split(['\n', '\r']) {
        out.extend_from_slice(part.as_bytes());
    }
}
