//! Items as the rows of a table in a page.

use super::{
    columns::{Columns, Row},
    csv::OTHERS,
};
use crate::{
    cursor::{self, KeyNames},
    parse::{Attribute, Item, Kind},
    selection::Selection,
    text::{Html, Style, unescape, write_attribute, write_attributes},
};

/// A longer text is folded until it is clicked.
const LONG_TEXT: usize = 160;

pub(crate) fn write_header(columns: &Columns, selection: &Selection, out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"<div class=\"scroll\" role=\"region\" aria-labelledby=\"table-name\" tabindex=\"0\">\n\
          <table>\n<thead>\n<tr>",
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

/// The name of a column, which sorts a page that can be sorted.
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

pub(crate) fn write_row(
    columns: &Columns,
    key: Option<&KeyNames>,
    item: &Item<'_>,
    row: &mut Row,
    out: &mut Vec<u8>,
) {
    columns.place(item, row);
    out.extend_from_slice(b"<tr>");
    for (column, cell) in row.cells.iter().enumerate() {
        match cell.map(|index| &item.attributes[index]) {
            Some(attribute) if column == 0 => {
                let key = key.filter(|_| columns.key > 0);
                write_cell(item, attribute, key, out);
            }
            Some(attribute) => write_cell(item, attribute, None, out),
            None => out.extend_from_slice(b"<td></td>"),
        }
    }
    if columns.others {
        write_others(item, row, out);
    }
    out.extend_from_slice(b"</tr>\n");
}

/// A value; the first of the key leads to the page of its item.
fn write_cell(item: &Item<'_>, attribute: &Attribute, key: Option<&KeyNames>, out: &mut Vec<u8>) {
    out.extend_from_slice(match attribute.kind {
        Kind::Number => b"<td title=\"Number\" class=\"number\">".as_slice(),
        Kind::String => b"<td title=\"String\">",
        Kind::Binary => b"<td title=\"Binary\">",
        Kind::Boolean => b"<td title=\"Boolean\">",
        Kind::Null => b"<td title=\"Null\">",
        Kind::Map => b"<td title=\"Map\">",
        Kind::List => b"<td title=\"List\">",
        Kind::StringSet => b"<td title=\"String set\">",
        Kind::NumberSet => b"<td title=\"Number set\">",
        Kind::BinarySet => b"<td title=\"Binary set\">",
        Kind::Unknown => b"<td>",
    });
    let before = out.len();
    let is_link = key.is_some_and(|key| {
        out.extend_from_slice(b"<a href=\"/item?key=");
        let is_key = cursor::write_of(item, key, out);
        out.extend_from_slice(b"\">");
        if !is_key {
            out.truncate(before);
        }
        is_key
    });
    if is_link {
        // Not folded: HTML lets nothing that can be clicked stand in a link.
        Html(out).text(&unescape(attribute.value, item.text));
        out.extend_from_slice(b"</a></td>");
    } else {
        write_value(item.text, attribute, out);
        out.extend_from_slice(b"</td>");
    }
}

fn write_value(text: &str, attribute: &Attribute, out: &mut Vec<u8>) {
    if attribute.kind.is_text() {
        let value = unescape(attribute.value, text);
        write_text(&value, out);
        if value.is_empty() {
            out.extend_from_slice(b"<i>empty</i>");
        }
    } else {
        let mut document = Vec::new();
        write_attribute(&mut document, text, attribute, Style::Readable);
        write_text(&String::from_utf8_lossy(&document), out);
    }
}

fn write_others(item: &Item<'_>, row: &Row, out: &mut Vec<u8>) {
    if row.others.is_empty() {
        out.extend_from_slice(b"<td class=\"others\"></td>");
        return;
    }
    out.extend_from_slice(b"<td class=\"others\" title=\"Map\">");
    let others = row.others.iter().map(|&index| &item.attributes[index]);
    let mut document = Vec::new();
    write_attributes(&mut document, item.text, others, Style::Readable);
    write_text(&String::from_utf8_lossy(&document), out);
    out.extend_from_slice(b"</td>");
}

pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    if text.len() > LONG_TEXT {
        out.extend_from_slice(b"<details><summary>");
        Html(out).text(text);
        out.extend_from_slice(b"</summary></details>");
    } else {
        Html(out).text(text);
    }
}

pub(crate) fn write_end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"</tbody>\n</table>\n</div>\n");
}
