use items::Kind;
use items::csv::OTHERS;

use crate::format::columns::{Columns, Row, Scratch};
use crate::key::{KeyNames, write_cursor_of};
use crate::parse::{Attribute, Item, unescape_in};
use crate::query::Selection;
use crate::text::{Html, Style, write_attribute, write_attributes};

/// A longer text is folded until it is clicked.
const LONG_TEXT: usize = 160;

pub(in crate::format) fn write_header(columns: &Columns, selection: &Selection, out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"<div class=\"scroll\" role=\"region\" aria-labelledby=\"table-name\" tabindex=\"0\">\n\
          <table class=\"items\">\n<thead>\n<tr>",
    );
    for (index, name) in columns.names.iter().enumerate() {
        write_heading(index < columns.key, name, selection, out);
    }
    if columns.others {
        out.extend_from_slice(b"<th scope=\"col\" class=\"others\">");
        Html(out).text(OTHERS);
        out.extend_from_slice(b"</th>");
    }
    out.extend_from_slice(b"</tr>\n</thead>\n<tbody>\n");
}

/// Writes the name of a column: a link that sorts the page, if it can be sorted.
fn write_heading(is_key: bool, name: &str, selection: &Selection, out: &mut Vec<u8>) {
    let sort = selection
        .sort
        .as_ref()
        .filter(|sort| sort.attribute == name);
    let descending = sort.map(|sort| sort.descending);
    out.extend_from_slice(b"<th scope=\"col\"");
    if is_key {
        out.extend_from_slice(b" class=\"key\"");
    }
    out.extend_from_slice(match descending {
        Some(true) => b" aria-sort=\"descending\"".as_slice(),
        Some(false) => b" aria-sort=\"ascending\"",
        None => b"",
    });
    out.push(b'>');
    if selection.limit.is_some() && !name.is_empty() {
        out.extend_from_slice(b"<a href=\"");
        Html(out).text(&selection.sorted(name, descending == Some(false)));
        out.extend_from_slice(b"\">");
        Html(out).text(name);
        out.extend_from_slice(b"</a>");
    } else {
        Html(out).text(name);
    }
    out.extend_from_slice(b"</th>");
}

/// Writes an item. Cells and rows have no end tags, which makes a page much shorter.
pub(in crate::format) fn write_row(
    columns: &Columns,
    key: Option<&KeyNames>,
    item: &Item<'_>,
    row: &mut Row,
    out: &mut Vec<u8>,
) {
    // After the last cell the line break would be part of its text.
    out.extend_from_slice(b"<tr>\n");
    for (column, cell) in row.cells.iter().enumerate() {
        match cell.map(|index| &item.attributes[index]) {
            Some(attribute) if column == 0 => {
                let key = key.filter(|_| columns.key > 0);
                write_cell(item, attribute, key, &mut row.scratch, out);
            }
            Some(attribute) => write_cell(item, attribute, None, &mut row.scratch, out),
            None => out.extend_from_slice(b"<td>"),
        }
    }
    if columns.others {
        write_others(item, row, out);
    }
}

/// Writes a value. With a key it is a link to the page of its item.
fn write_cell(
    item: &Item<'_>,
    attribute: &Attribute,
    key: Option<&KeyNames>,
    scratch: &mut Scratch,
    out: &mut Vec<u8>,
) {
    // The style sheet shows the type of each class. A cell without a class is a string.
    out.extend_from_slice(match attribute.kind {
        Some(Kind::Number) => b"<td class=N>".as_slice(),
        Some(Kind::String) => b"<td>",
        Some(Kind::Binary) => b"<td class=B>",
        Some(Kind::Boolean) => b"<td class=BOOL>",
        Some(Kind::Null) => b"<td class=NULL>",
        Some(Kind::Map) => b"<td class=M>",
        Some(Kind::List) => b"<td class=L>",
        Some(Kind::StringSet) => b"<td class=SS>",
        Some(Kind::NumberSet) => b"<td class=NS>",
        Some(Kind::BinarySet) => b"<td class=BS>",
        None => b"<td class=unknown>",
    });
    let before = out.len();
    let is_link = key.is_some_and(|key| {
        out.extend_from_slice(b"<a href=\"/item?key=");
        let is_key = write_cursor_of(item, key, out);
        out.extend_from_slice(b"\">");
        if !is_key {
            out.truncate(before);
        }
        is_key
    });
    if is_link {
        // Not folded: HTML allows nothing that can be clicked in a link.
        Html(out).content(unescape_in(attribute.value, item.text, &mut scratch.text));
        out.extend_from_slice(b"</a>");
    } else {
        write_value(item.text, attribute, scratch, out);
    }
}

fn write_value(text: &str, attribute: &Attribute, scratch: &mut Scratch, out: &mut Vec<u8>) {
    if attribute.is_text() {
        let value = unescape_in(attribute.value, text, &mut scratch.text);
        write_text(value, out);
        if value.is_empty() {
            out.extend_from_slice(b"<i>empty</i>");
        }
    } else {
        scratch.value.clear();
        write_attribute(&mut scratch.value, text, attribute, Style::Readable);
        write_nested(&scratch.value, out);
    }
}

fn write_others(item: &Item<'_>, row: &mut Row, out: &mut Vec<u8>) {
    if row.others.is_empty() {
        out.extend_from_slice(b"<td>");
        return;
    }
    out.extend_from_slice(b"<td class=\"others M\">");
    let others = row.others.iter().map(|&index| &item.attributes[index]);
    let value = &mut row.scratch.value;
    value.clear();
    write_attributes(value, item.text, others, Style::Readable);
    write_nested(value, out);
}

fn write_nested(value: &[u8], out: &mut Vec<u8>) {
    write_text(
        str::from_utf8(value).expect("a value is made of texts"),
        out,
    );
}

/// Writes a text, folded if it is long.
fn write_text(text: &str, out: &mut Vec<u8>) {
    if text.len() > LONG_TEXT {
        out.extend_from_slice(b"<details><summary>");
        Html(out).content(text);
        out.extend_from_slice(b"</summary></details>");
    } else {
        Html(out).content(text);
    }
}

pub(in crate::format) fn write_end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"</tbody>\n</table>\n</div>\n");
}
