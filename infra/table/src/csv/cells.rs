//! Splits a record into cells.

use crate::item::Reason;

/// A cell. An empty cell in quotes is an empty string, and one without quotes has no value.
#[derive(Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) quoted: bool,
}

/// The cells of a record.
pub(super) fn cells(record: &str, delimiter: char) -> Result<Vec<Cell>, Reason> {
    let mut cells = Vec::new();
    let mut rest = record;
    loop {
        let (cell, after) = cell(rest, delimiter)?;
        cells.push(cell);
        match after.strip_prefix(delimiter) {
            Some(more) => rest = more,
            None if after.is_empty() => return Ok(cells),
            None => {
                return Err(format!(
                    "cell {} continues after its closing quote",
                    cells.len()
                ));
            }
        }
    }
}

/// The first cell, and the text after it.
fn cell(text: &str, delimiter: char) -> Result<(Cell, &str), Reason> {
    if let Some(rest) = text.strip_prefix('"') {
        return quoted_cell(rest);
    }
    let end = text.find(delimiter).unwrap_or(text.len());
    let (cell, after) = text.split_at(end);
    let cell = Cell {
        text: cell.to_owned(),
        quoted: false,
    };
    Ok((cell, after))
}

/// A cell whose opening quote is taken already; two quotes in it stand for one.
fn quoted_cell(mut rest: &str) -> Result<(Cell, &str), Reason> {
    let mut text = String::new();
    loop {
        let (part, after) = rest
            .split_once('"')
            .ok_or("it has a quote that is never closed")?;
        text.push_str(part);
        let Some(more) = after.strip_prefix('"') else {
            return Ok((Cell { text, quoted: true }, after));
        };
        text.push('"');
        rest = more;
    }
}
