//! CSV (RFC 4180), in which a header may say the type of its column: `price:N`.

use crate::item::{
    Attributes, Kind, Reason, Value, canonical, is_lossless, read_plain, read_plain_item,
    read_typed, read_typed_item, write_plain,
};

/// The header of the column for what has none, as the app writes it: plain JSON.
const OTHERS: &str = "other attributes";
/// The same with types.
pub(crate) const TYPED_OTHERS: &str = "other attributes (DynamoDB JSON)";

/// What a spreadsheet takes for a formula begins with one of these.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One column, as its header says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    /// An attribute; without a type each cell says its own.
    Attribute(String, Option<Kind>),
    /// All that has no column, as plain JSON.
    Others,
    /// The same as JSON with types.
    TypedOthers,
}

/// A cell: empty quotes are an empty text, and nothing is nothing.
#[derive(Debug, PartialEq)]
struct Cell {
    text: String,
    quoted: bool,
}

/// Reads the header. A column of the key is of the key's type.
pub(crate) fn read_header(record: &str, key: &[(String, Kind)]) -> Result<Vec<Column>, Reason> {
    let columns: Vec<_> = cells(record)?
        .iter()
        .map(|cell| column(&cell.text, key))
        .collect();
    for (name, _) in key {
        let has = |column: &Column| matches!(column, Column::Attribute(found, _) if found == name);
        let others = |column: &Column| matches!(column, Column::Others | Column::TypedOthers);
        if !columns.iter().any(has) && !columns.iter().any(others) {
            return Err(format!(
                "the header has no {name}, which is the table's key"
            ));
        }
    }
    Ok(columns)
}

fn column(header: &str, key: &[(String, Kind)]) -> Column {
    match header {
        OTHERS => return Column::Others,
        TYPED_OTHERS => return Column::TypedOthers,
        _ => {}
    }
    let (name, kind) = match header.rsplit_once(':') {
        Some((name, tag)) => match Kind::of_tag(tag) {
            Some(kind) => (name, Some(kind)),
            None => (header, None),
        },
        None => (header, None),
    };
    let name = unguarded(name);
    let of_key = key
        .iter()
        .find(|(found, _)| found == name)
        .map(|(_, kind)| *kind);
    Column::Attribute(name.to_owned(), kind.or(of_key))
}

/// Reads a record as an item.
pub(crate) fn read_item(record: &str, columns: &[Column]) -> Result<Attributes, Reason> {
    let cells = cells(record)?;
    if cells.len() > columns.len() {
        let (has, header) = (cells.len(), columns.len());
        return Err(format!("it has {has} cells where the header has {header}"));
    }
    let mut item = Attributes::new();
    for (cell, column) in cells.iter().zip(columns) {
        if cell.text.is_empty() && !cell.quoted {
            continue;
        }
        match column {
            Column::Attribute(name, kind) => {
                let read = match kind {
                    Some(kind) => of_kind(*kind, cell),
                    None => Ok(guess(cell)),
                };
                let value = read.map_err(|reason| format!("in {name}, {reason}"))?;
                item.push((name.clone(), value));
            }
            Column::Others => item.extend(read_plain_item(&cell.text)?),
            Column::TypedOthers => item.extend(read_typed_item(&cell.text)?),
        }
    }
    crate::item::ensure_distinct(&item)?;
    Ok(item)
}

fn of_kind(kind: Kind, cell: &Cell) -> Result<Value, Reason> {
    let text = &cell.text;
    let tagged = || read_typed(&format!("{{\"{}\":{text}}}", kind.tag()));
    match kind {
        Kind::S => Ok(Value::S(unguarded(text).to_owned())),
        Kind::N => Ok(Value::N(text.clone())),
        Kind::B => Ok(Value::B(unguarded(text).to_owned())),
        Kind::Bool | Kind::Ss | Kind::Bs => tagged(),
        Kind::Null => read_plain(text).and_then(|value| match value {
            Value::Null => Ok(value),
            _ => Err("it must be null".to_owned()),
        }),
        Kind::M | Kind::L => read_plain(text).and_then(|value| {
            let fits = value.kind() == kind;
            fits.then_some(value)
                .ok_or_else(|| format!("it must be {}", kind.noun()))
        }),
        Kind::Ns => number_set(text),
    }
}

fn number_set(text: &str) -> Result<Value, Reason> {
    let Value::L(list) = read_plain(text)? else {
        return Err("it must be a list of numbers".to_owned());
    };
    let digits = list.into_iter().map(|value| match value {
        Value::N(digits) | Value::S(digits) => Ok(digits),
        other => Err(format!(
            "{} stands in a set of numbers",
            other.kind().noun()
        )),
    });
    digits.collect::<Result<_, _>>().map(Value::Ns)
}

/// Without a type: what is exactly a number as `DynamoDB` prints it is a number, so that 007 stays a
/// text; JSON is what it says; the rest is text.
fn guess(cell: &Cell) -> Value {
    let text = cell.text.as_str();
    let is_json = matches!(text.as_bytes().first(), Some(b'{' | b'['))
        || matches!(text, "true" | "false" | "null");
    match read_plain(text) {
        Ok(value) if is_json => value,
        Ok(Value::N(digits)) if canonical(&digits).is_some() && is_shortest(&digits) => {
            Value::N(digits)
        }
        _ => Value::S(unguarded(text).to_owned()),
    }
}

/// Whether nothing in the digits would be lost: 1.50 might be a text, and 1.5 is a number.
fn is_shortest(digits: &str) -> bool {
    !digits.contains('.') || !digits.ends_with('0')
}

/// The cells of a record.
fn cells(record: &str) -> Result<Vec<Cell>, Reason> {
    let mut cells = Vec::new();
    let mut rest = record;
    loop {
        let (cell, after) = cell(rest)?;
        cells.push(cell);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None if after.is_empty() => return Ok(cells),
            None => {
                return Err(format!(
                    "cell {} goes on after its closing quote",
                    cells.len()
                ));
            }
        }
    }
}

fn cell(text: &str) -> Result<(Cell, &str), Reason> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find(',').unwrap_or(text.len());
        let (cell, after) = text.split_at(end);
        return Ok((
            Cell {
                text: cell.to_owned(),
                quoted: false,
            },
            after,
        ));
    };
    let mut cell = String::new();
    loop {
        let (part, after) = rest
            .split_once('"')
            .ok_or("it has a quote that is never closed")?;
        cell.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None => {
                return Ok((
                    Cell {
                        text: cell,
                        quoted: true,
                    },
                    after,
                ));
            }
        }
    }
}

/// Takes away the apostrophe that keeps a spreadsheet from running what follows.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
        _ => text,
    }
}

/// Writes the header.
pub(crate) fn write_header(columns: &[(String, Kind)], out: &mut Vec<u8>) {
    for (name, kind) in columns {
        write_cell(&format!("{}:{}", guarded(name), kind.tag()), out);
        out.push(b',');
    }
    write_cell(TYPED_OTHERS, out);
    out.extend_from_slice(b"\r\n");
}

/// Writes an item. What its column cannot say exactly stands in the last one.
pub(crate) fn write_item(item: Attributes, columns: &[(String, Kind)], out: &mut Vec<u8>) {
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
        write_cell(&cell.unwrap_or_default(), out);
        out.push(b',');
    }
    if !others.is_empty() {
        let mut json = Vec::new();
        crate::item::write_typed_item(&others, &mut json);
        write_cell(&String::from_utf8_lossy(&json), out);
    }
    out.extend_from_slice(b"\r\n");
}

/// The text of a value in a column of this type; `None` where it would come back as another value.
fn cell_of(value: &Value, kind: Kind) -> Option<String> {
    if value.kind() != kind {
        return None;
    }
    match value {
        Value::S(text) | Value::B(text) => (!text.is_empty()).then(|| guarded(text)),
        Value::N(digits) => (!digits.is_empty()).then(|| digits.clone()),
        Value::M(_) | Value::L(_) if !is_lossless(value) => None,
        _ => {
            let mut json = Vec::new();
            write_plain(value, &mut json);
            String::from_utf8(json).ok()
        }
    }
}

fn guarded(text: &str) -> String {
    if text.trim_start_matches('\'').starts_with(FORMULA) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn write_cell(text: &str, out: &mut Vec<u8>) {
    if text.contains([',', '"', '\n', '\r']) {
        out.push(b'"');
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}
