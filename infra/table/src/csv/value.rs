//! Reads a cell as a value.

use items::{Kind, Number};

use super::cells::Cell;
use super::column::guard;
use crate::item::{Reason, Value, read_plain, read_typed};

/// Reads a cell of a column with a type.
pub(super) fn typed(kind: Kind, cell: &Cell, is_of_app: bool) -> Result<Value, Reason> {
    let text = cell.text.as_str();
    match kind {
        Kind::String => Ok(Value::String(unprotected(cell, is_of_app))),
        Kind::Number => Ok(Value::Number(text.to_owned())),
        Kind::Binary => Ok(Value::Binary(unprotected(cell, is_of_app))),
        Kind::Boolean | Kind::StringSet | Kind::BinarySet => {
            read_typed(&format!("{{\"{}\":{text}}}", kind.tag()))
        }
        Kind::Null => match read_plain(text)? {
            Value::Null => Ok(Value::Null),
            _ => Err("it must be null".to_owned()),
        },
        Kind::Map | Kind::List => {
            let value = read_plain(text)?;
            let fits = value.kind() == kind;
            fits.then_some(value)
                .ok_or_else(|| format!("it must be {}", kind.noun()))
        }
        Kind::NumberSet => number_set(text),
    }
}

/// Reads a cell of a column without a type.
///
/// It is a number only if `DynamoDB` would print it like this, so that 007 stays a string. JSON
/// stays JSON, and everything else is a string.
pub(super) fn untyped(cell: &Cell, is_of_app: bool) -> Value {
    let text = cell.text.as_str();
    let is_nested = text.starts_with(['{', '[']);
    // In the app's files, a string that looks like another value is in quotes.
    if is_of_app && cell.quoted && !is_nested {
        return Value::String(unprotected(cell, is_of_app));
    }
    let is_json = is_nested || matches!(text, "true" | "false" | "null");
    match read_plain(text) {
        Ok(value) if is_json => value,
        Ok(Value::Number(digits)) if Number::parse(&digits).is_some() && is_shortest(&digits) => {
            Value::Number(digits)
        }
        _ => Value::String(unprotected(cell, is_of_app)),
    }
}

fn unprotected(cell: &Cell, is_of_app: bool) -> String {
    guard(is_of_app).unprotect(&cell.text).to_owned()
}

fn number_set(text: &str) -> Result<Value, Reason> {
    let Value::List(list) = read_plain(text)? else {
        return Err("it must be a list of numbers".to_owned());
    };
    let digits = list.into_iter().map(|value| match value {
        Value::Number(digits) | Value::String(digits) => Ok(digits),
        other => Err(format!("a set of numbers has {}", other.kind().noun())),
    });
    digits.collect::<Result<_, _>>().map(Value::NumberSet)
}

/// Whether the number has no trailing zeros: 1.50 may be a string, but 1.5 is a number.
fn is_shortest(digits: &str) -> bool {
    !digits.contains('.') || !digits.ends_with('0')
}
