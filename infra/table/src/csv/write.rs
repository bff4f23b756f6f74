//! Writes items as records.

use items::Kind;
use items::csv::{Guard, TYPED_OTHERS, write_cell};

use crate::item::{Attributes, KeyAttribute, Value, is_lossless, write_plain, write_typed_item};

/// Writes the header.
pub(crate) fn write_header(columns: &[KeyAttribute], out: &mut Vec<u8>) {
    for (name, kind) in columns {
        write_cell(
            &format!("{}:{}", Guard::Typed.protect(name), kind.tag()),
            out,
        );
        out.push(b',');
    }
    write_cell(TYPED_OTHERS, out);
    out.extend_from_slice(b"\r\n");
}

/// Writes an item. A value that its column cannot hold exactly goes into the last column.
pub(crate) fn write_item(item: Attributes, columns: &[KeyAttribute], out: &mut Vec<u8>) {
    let mut cells = vec![None; columns.len()];
    let mut others = Attributes::new();
    for (name, value) in item {
        let column = columns.iter().position(|(found, _)| *found == name);
        match column.and_then(|column| Some((column, cell_of(&value, columns[column].1)?))) {
            Some((column, text)) => cells[column] = Some(text),
            None => others.push((name, value)),
        }
    }
    for cell in cells {
        // An attribute that the item does not have is an empty cell.
        write_cell(cell.as_deref().unwrap_or(""), out);
        out.push(b',');
    }
    if !others.is_empty() {
        write_cell(&json(|out| write_typed_item(&others, out)), out);
    }
    out.extend_from_slice(b"\r\n");
}

/// The text of a value in a column of this type; `None` if it would be read as another value.
fn cell_of(value: &Value, kind: Kind) -> Option<String> {
    if value.kind() != kind {
        return None;
    }
    match value {
        Value::String(text) | Value::Binary(text) => {
            (!text.is_empty()).then(|| Guard::Typed.protect(text).into_owned())
        }
        Value::Number(digits) => (!digits.is_empty()).then(|| digits.clone()),
        Value::Map(_) | Value::List(_) if !is_lossless(value) => None,
        _ => Some(json(|out| write_plain(value, out))),
    }
}

fn json(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut json = Vec::new();
    write(&mut json);
    String::from_utf8(json).expect("JSON of strings is UTF-8")
}
