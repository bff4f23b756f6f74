//! The command `parse`: fields out of a text, by a pattern with `*` or by a regular expression.

use regex_lite::Regex;

use super::cell::Cell;
use super::row::Row;

#[derive(Debug, Clone)]
pub(super) enum Extraction {
    /// The texts around the stars, and the fields that the stars become.
    Glob(Vec<String>, Vec<String>),
    /// Its named groups become fields.
    Regex(Regex),
}

impl Extraction {
    /// Adds the fields to a row, if the text fits.
    pub(super) fn extract(&self, text: &str, row: &mut Row) {
        match self {
            Self::Glob(around, fields) => {
                for (field, value) in fields.iter().zip(split(text, around).into_iter().flatten()) {
                    row.set(field, Cell::Text(value.to_owned()));
                }
            }
            Self::Regex(regex) => {
                let Some(found) = regex.captures(text) else {
                    return;
                };
                for name in regex.capture_names().flatten() {
                    if let Some(part) = found.name(name) {
                        row.set(name, Cell::Text(part.as_str().to_owned()));
                    }
                }
            }
        }
    }
}

/// What stands between the parts of a pattern. The pattern may begin anywhere; a star at its end takes
/// all that is left.
fn split<'a>(text: &'a str, around: &[String]) -> Option<Vec<&'a str>> {
    let (first, others) = around.split_first()?;
    let mut rest = &text[text.find(first.as_str())? + first.len()..];
    let mut found = Vec::new();
    for (index, part) in others.iter().enumerate() {
        let is_end = part.is_empty() && index + 1 == others.len();
        let end = if is_end {
            rest.len()
        } else {
            rest.find(part.as_str())?
        };
        found.push(&rest[..end]);
        rest = &rest[end + part.len()..];
    }
    Some(found)
}
