//! The header of a file, and the records that follow it.

use items::Kind;
use items::csv::OTHERS;

use super::cells::cells;
use super::column::Column;
use super::value::{typed, untyped};
use crate::item::{
    Attributes, KeyAttribute, Reason, ensure_distinct, read_plain_item, read_typed_item,
};

/// The delimiters that are recognised, the most usual first.
const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// The parsed header, which the records after it need.
#[derive(Debug)]
pub(crate) struct Header {
    columns: Vec<Column>,
    delimiter: char,
    /// Whether the app wrote the file. It puts a string that looks like another value in quotes.
    is_of_app: bool,
}

impl Header {
    /// Reads the header. If no delimiter is given, takes the one with which the key is found.
    pub(crate) fn read(
        record: &str,
        key: &[KeyAttribute],
        delimiter: Option<char>,
    ) -> Result<Self, Reason> {
        if let Some(delimiter) = delimiter {
            return Self::read_with(record, key, delimiter);
        }
        let read = DELIMITERS.map(|delimiter| Self::read_with(record, key, delimiter));
        read.into_iter()
            .find(Result::is_ok)
            .unwrap_or_else(|| Self::read_with(record, key, most_frequent(record)))
    }

    pub(crate) fn delimiter(&self) -> char {
        self.delimiter
    }

    /// Reads a record as an item.
    pub(crate) fn item(&self, record: &str) -> Result<Attributes, Reason> {
        let cells = cells(record, self.delimiter)?;
        if cells.len() > self.columns.len() {
            let (has, header) = (cells.len(), self.columns.len());
            return Err(format!("it has {has} cells, but the header has {header}"));
        }
        let mut item = Attributes::new();
        for (cell, column) in cells.iter().zip(&self.columns) {
            if cell.text.is_empty() && !cell.quoted {
                continue;
            }
            match column {
                Column::Attribute(name, kind) => {
                    let read = match kind {
                        Some(kind) => typed(*kind, cell, self.is_of_app),
                        None => Ok(untyped(cell, self.is_of_app)),
                    };
                    let value = read.map_err(|reason| format!("in {name}, {reason}"))?;
                    item.push((name.clone(), value));
                }
                Column::Others => item.extend(read_plain_item(&cell.text)?),
                Column::TypedOthers => item.extend(read_typed_item(&cell.text)?),
            }
        }
        ensure_distinct(&item)?;
        Ok(item)
    }

    fn read_with(record: &str, key: &[KeyAttribute], delimiter: char) -> Result<Self, Reason> {
        let cells = cells(record, delimiter)?;
        let is_of_app = cells.iter().any(|cell| !cell.quoted && cell.text == OTHERS);
        let columns: Vec<_> = cells
            .iter()
            .map(|cell| Column::read(cell, key, is_of_app))
            .collect();
        for (name, kind) in key {
            ensure_has_key(&columns, name, *kind)?;
        }
        Ok(Self {
            columns,
            delimiter,
            is_of_app,
        })
    }
}

/// The most frequent delimiter; of equally frequent ones, the most usual.
fn most_frequent(record: &str) -> char {
    let frequency = |delimiter: &char| record.matches(*delimiter).count();
    // `max_by_key` returns the last of equal ones.
    let likely = DELIMITERS.into_iter().rev().max_by_key(frequency);
    likely.expect("there are three delimiters")
}

fn ensure_has_key(columns: &[Column], name: &str, kind: Kind) -> Result<(), Reason> {
    let is_key = |column: &&Column| matches!(column, Column::Attribute(found, _) if found == name);
    match columns.iter().find(is_key) {
        Some(Column::Attribute(_, Some(other))) if *other != kind => {
            let (other, kind) = (other.noun(), kind.noun());
            Err(format!(
                "the header says that {name} is {other}, but this key of the table is {kind}"
            ))
        }
        Some(_) => Ok(()),
        None if columns.iter().any(Column::has_others) => Ok(()),
        None => Err(format!(
            "the header has no {name}, which is the table's key"
        )),
    }
}
