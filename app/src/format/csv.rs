//! CSV, as RFC 4180 describes it.

use items::Kind;
use items::csv::{OTHERS, write_cell, write_name, write_text};

use super::columns::{Columns, Row};
use super::context::Context;
use super::entry::Format;
use super::properties::{PageLink, Properties};
use super::tabular::{Columnar, Tabular};
use crate::parse::{Attribute, Item, unescape};
use crate::text::{Style, write_attribute, write_attributes};

pub(super) const FORMAT: Format = Format {
    properties: Properties {
        name: "csv",
        label: "CSV",
        media_type: "text/csv; charset=utf-8; header=present",
        file_name: Some("items.csv"),
        link: PageLink::All,
        has_cursor: false,
    },
    writer: || Box::new(Tabular::<Csv>::default()),
};

/// CSV, with one more column for the attributes that have no column of their own.
#[derive(Clone, Default)]
pub(super) struct Csv;

impl Columnar for Csv {
    fn header(&self, _: &Context, columns: &Columns, out: &mut Vec<u8>) {
        for name in &columns.names {
            write_name(name, out);
            out.push(b',');
        }
        write_cell(OTHERS, out);
        out.extend_from_slice(b"\r\n");
    }

    fn row(&self, _: &Context, _: &Columns, item: &Item<'_>, row: &mut Row, out: &mut Vec<u8>) {
        let json = &mut row.scratch.value;
        for cell in &row.cells {
            if let Some(index) = cell {
                write_value(item.text, &item.attributes[*index], json, out);
            }
            out.push(b',');
        }
        if !row.others.is_empty() {
            let others = row.others.iter().map(|&index| &item.attributes[index]);
            json.clear();
            write_attributes(json, item.text, others, Style::Json);
            write_json(json, out);
        }
        out.extend_from_slice(b"\r\n");
    }
}

fn write_value(text: &str, attribute: &Attribute, json: &mut Vec<u8>, out: &mut Vec<u8>) {
    match attribute.kind {
        Some(Kind::String | Kind::Binary) => write_text(&unescape(attribute.value, text), out),
        Some(Kind::Number) => write_cell(&unescape(attribute.value, text), out),
        _ => {
            json.clear();
            write_attribute(json, text, attribute, Style::Json);
            write_json(json, out);
        }
    }
}

fn write_json(json: &[u8], out: &mut Vec<u8>) {
    write_cell(str::from_utf8(json).expect("JSON is text"), out);
}
