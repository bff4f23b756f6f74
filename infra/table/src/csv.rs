//! CSV (RFC 4180), in which a header may say the type of its column: `price:N`.

use items::csv::{Guard, OTHERS, TYPED_OTHERS, write_cell};

use crate::item::{
    Attributes, Kind, Reason, Value, canonical, is_lossless, read_plain, read_plain_item,
    read_typed, read_typed_item, write_plain,
};

/// What may stand between two cells, the usual first.
const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// One column, as its header says.
#[derive(Debug, Clone, PartialEq)]
enum Column {
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

/// What the first line says of the records below it.
#[derive(Debug)]
pub(crate) struct Header {
    columns: Vec<Column>,
    delimiter: char,
    /// The file is one of the app, in which a text that looks like something else is in quotes.
    is_of_app: bool,
}

impl Header {
    /// Reads the header. A column of the key is of the key's type.
    ///
    /// Without a delimiter it is the one with which the header has the key.
    pub(crate) fn read(
        record: &str,
        key: &[(String, Kind)],
        delimiter: Option<char>,
    ) -> Result<Self, Reason> {
        if let Some(delimiter) = delimiter {
            return Self::read_with(record, key, delimiter);
        }
        let read = DELIMITERS.map(|delimiter| Self::read_with(record, key, delimiter));
        let frequency = |delimiter: &char| record.matches(*delimiter).count();
        // The last of several that are as frequent would be taken.
        let likely = DELIMITERS.into_iter().rev().max_by_key(frequency);
        let found = read.into_iter().find(Result::is_ok);
        found.unwrap_or_else(|| Self::read_with(record, key, likely.unwrap_or(DELIMITERS[0])))
    }

    fn read_with(record: &str, key: &[(String, Kind)], delimiter: char) -> Result<Self, Reason> {
        let cells = cells(record, delimiter)?;
        let is_of_app = cells.iter().any(|cell| !cell.quoted && cell.text == OTHERS);
        let columns: Vec<_> = cells
            .iter()
            .map(|cell| column(cell, key, is_of_app))
            .collect();
        for (name, kind) in key {
            let has =
                |column: &Column| matches!(column, Column::Attribute(found, _) if found == name);
            let other = columns.iter().find(|column| has(column));
            if let Some(Column::Attribute(_, Some(other))) = other
                && other != kind
            {
                let (other, kind) = (other.noun(), kind.noun());
                return Err(format!(
                    "the header says that {name} is {other}, and this key of the table is {kind}"
                ));
            }
            let others = |column: &Column| matches!(column, Column::Others | Column::TypedOthers);
            if !columns.iter().any(has) && !columns.iter().any(others) {
                return Err(format!(
                    "the header has no {name}, which is the table's key"
                ));
            }
        }
        Ok(Self {
            columns,
            delimiter,
            is_of_app,
        })
    }

    pub(crate) fn delimiter(&self) -> char {
        self.delimiter
    }

    /// Reads a record as an item.
    pub(crate) fn item(&self, record: &str) -> Result<Attributes, Reason> {
        let cells = cells(record, self.delimiter)?;
        if cells.len() > self.columns.len() {
            let (has, header) = (cells.len(), self.columns.len());
            return Err(format!("it has {has} cells where the header has {header}"));
        }
        let mut item = Attributes::new();
        for (cell, column) in cells.iter().zip(&self.columns) {
            if cell.text.is_empty() && !cell.quoted {
                continue;
            }
            match column {
                Column::Attribute(name, kind) => {
                    let read = match kind {
                        Some(kind) => self.of_kind(*kind, cell),
                        None => Ok(self.guess(cell)),
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

    fn of_kind(&self, kind: Kind, cell: &Cell) -> Result<Value, Reason> {
        let text = cell.text.as_str();
        match kind {
            Kind::S => Ok(Value::S(self.text(cell))),
            Kind::N => Ok(Value::N(text.to_owned())),
            Kind::B => Ok(Value::B(self.text(cell))),
            Kind::Bool | Kind::Ss | Kind::Bs => {
                read_typed(&format!("{{\"{}\":{text}}}", kind.tag()))
            }
            Kind::Null => match read_plain(text)? {
                Value::Null => Ok(Value::Null),
                _ => Err("it must be null".to_owned()),
            },
            Kind::M | Kind::L => {
                let value = read_plain(text)?;
                let fits = value.kind() == kind;
                fits.then_some(value)
                    .ok_or_else(|| format!("it must be {}", kind.noun()))
            }
            Kind::Ns => number_set(text),
        }
    }

    /// Without a type: what is exactly a number as `DynamoDB` prints it is a number, so that 007
    /// stays a text; JSON is what it says; the rest is text.
    fn guess(&self, cell: &Cell) -> Value {
        let text = cell.text.as_str();
        let is_nested = text.starts_with(['{', '[']);
        if self.is_of_app && cell.quoted && !is_nested {
            return Value::S(self.text(cell));
        }
        let is_json = is_nested || matches!(text, "true" | "false" | "null");
        match read_plain(text) {
            Ok(value) if is_json => value,
            Ok(Value::N(digits)) if canonical(&digits).is_some() && is_shortest(&digits) => {
                Value::N(digits)
            }
            _ => Value::S(self.text(cell)),
        }
    }

    fn text(&self, cell: &Cell) -> String {
        guard(self.is_of_app).unprotect(&cell.text).to_owned()
    }
}

fn guard(is_of_app: bool) -> Guard {
    if is_of_app {
        Guard::Untyped
    } else {
        Guard::Typed
    }
}

fn column(cell: &Cell, key: &[(String, Kind)], is_of_app: bool) -> Column {
    // The app quotes a name that could be taken for something else.
    let is_literal = is_of_app && cell.quoted;
    let header = cell.text.as_str();
    match header {
        OTHERS if !is_literal => return Column::Others,
        TYPED_OTHERS if !is_literal => return Column::TypedOthers,
        _ => {}
    }
    let (name, kind) = match header.rsplit_once(':') {
        Some((name, tag)) if !is_literal => match Kind::of_tag(tag) {
            Some(kind) => (name, Some(kind)),
            None => (header, None),
        },
        _ => (header, None),
    };
    let name = guard(is_of_app).unprotect(name);
    let of_key = key
        .iter()
        .find(|(found, _)| found == name)
        .map(|(_, kind)| *kind);
    Column::Attribute(name.to_owned(), kind.or(of_key))
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

/// Whether nothing in the digits would be lost: 1.50 might be a text, and 1.5 is a number.
fn is_shortest(digits: &str) -> bool {
    !digits.contains('.') || !digits.ends_with('0')
}

/// The cells of a record.
fn cells(record: &str, delimiter: char) -> Result<Vec<Cell>, Reason> {
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
                    "cell {} goes on after its closing quote",
                    cells.len()
                ));
            }
        }
    }
}

fn cell(text: &str, delimiter: char) -> Result<(Cell, &str), Reason> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find(delimiter).unwrap_or(text.len());
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

/// Writes the header.
pub(crate) fn write_header(columns: &[(String, Kind)], out: &mut Vec<u8>) {
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
        Value::S(text) | Value::B(text) => {
            (!text.is_empty()).then(|| Guard::Typed.protect(text).into_owned())
        }
        Value::N(digits) => (!digits.is_empty()).then(|| digits.clone()),
        Value::M(_) | Value::L(_) if !is_lossless(value) => None,
        _ => {
            let mut json = Vec::new();
            write_plain(value, &mut json);
            String::from_utf8(json).ok()
        }
    }
}
