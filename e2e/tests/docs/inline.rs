//! Inline code and tables of a page.

use crate::page::{Page, Text};

/// A table: each row has the inline code of its cells.
pub(crate) struct Table {
    pub(crate) heading: Vec<String>,
    pub(crate) rows: Vec<Vec<Vec<Text>>>,
}

impl Page {
    /// All inline code, also where it goes on in the next line.
    pub(crate) fn spans(&self) -> Vec<Text> {
        let mut spans = Vec::new();
        let mut open: Option<Text> = None;
        for line in self.prose() {
            if line.text.is_empty() {
                open = None;
            }
            for (number, part) in line.text.split('`').enumerate() {
                if number > 0 {
                    open = match open.take() {
                        Some(span) => {
                            spans.push(span);
                            None
                        }
                        None => Some(Text::new(&line.place, "")),
                    };
                }
                if let Some(span) = &mut open {
                    let is_next_line = number == 0;
                    span.text.push_str(if is_next_line { " " } else { "" });
                    span.text.push_str(part.trim_start());
                }
            }
        }
        spans
    }

    /// The lines that are in no block.
    fn prose(&self) -> impl Iterator<Item = Text> {
        let mut is_block = false;
        self.lines().filter(move |line| {
            let is_fence = line.text.starts_with("```");
            is_block ^= is_fence;
            !is_block && !is_fence
        })
    }

    /// All tables.
    pub(crate) fn tables(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        let mut open: Option<Table> = None;
        for line in self.lines() {
            let cells = cells(&line);
            match &mut open {
                _ if cells.is_empty() => tables.extend(open.take()),
                None => {
                    let heading = cells.into_iter().map(|cell| cell.text).collect();
                    let rows = Vec::new();
                    open = Some(Table { heading, rows });
                }
                Some(table) => table.rows.push(cells.iter().map(code).collect()),
            }
        }
        tables.extend(open);
        tables
    }
}

/// The cells of a line of a table; none for another line.
fn cells(line: &Text) -> Vec<Text> {
    let Some(inner) = line.text.strip_prefix('|') else {
        return Vec::new();
    };
    let inner = inner.trim_end().trim_end_matches('|');
    let cells = inner.split('|');
    cells
        .map(|cell| Text::new(&line.place, cell.trim()))
        .collect()
}

/// The inline code of a cell.
fn code(cell: &Text) -> Vec<Text> {
    let parts = cell.text.split('`').skip(1).step_by(2);
    parts.map(|text| Text::new(&cell.place, text)).collect()
}
