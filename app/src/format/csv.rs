//! Items as CSV (RFC 4180), which a spreadsheet opens without running what is stored in it.

use items::csv::{OTHERS, write_cell, write_name, write_text};

use super::columns::{Columns, Row};
use crate::{
    parse::{Attribute, Item, Kind},
    text::{Style, unescape, write_attribute, write_attributes},
};

pub(crate) fn write_header(columns: &Columns, out: &mut Vec<u8>) {
    for name in &columns.names {
        write_name(name, out);
        out.push(b',');
    }
    write_cell(OTHERS, out);
    out.extend_from_slice(b"\r\n");
}

pub(crate) fn write_row(columns: &Columns, item: &Item<'_>, row: &mut Row, out: &mut Vec<u8>) {
    columns.place(item, row);
    for cell in &row.cells {
        if let Some(index) = cell {
            write_attribute_cell(item.text, &item.attributes[*index], out);
        }
        out.push(b',');
    }
    if !row.others.is_empty() {
        let others = row.others.iter().map(|&index| &item.attributes[index]);
        let mut json = Vec::new();
        write_attributes(&mut json, item.text, others, Style::Json);
        write_cell(&String::from_utf8_lossy(&json), out);
    }
    out.extend_from_slice(b"\r\n");
}

fn write_attribute_cell(text: &str, attribute: &Attribute, out: &mut Vec<u8>) {
    match attribute.kind {
        Kind::String | Kind::Binary => write_text(&unescape(attribute.value, text), out),
        Kind::Number => write_cell(&unescape(attribute.value, text), out),
        _ => {
            let mut json = Vec::new();
            write_attribute(&mut json, text, attribute, Style::Json);
            write_cell(&String::from_utf8_lossy(&json), out);
        }
    }
}
