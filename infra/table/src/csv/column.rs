//! One column, as its header describes it.

use items::Kind;
use items::csv::{Guard, OTHERS, TYPED_OTHERS};

use super::cells::Cell;
use crate::item::KeyAttribute;

/// One column, as its header describes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Column {
    /// An attribute. Without a type, each cell is interpreted by itself.
    Attribute(String, Option<Kind>),
    /// All attributes without a column of their own, as plain JSON.
    Others,
    /// The same as `DynamoDB` JSON.
    TypedOthers,
}

impl Column {
    /// Reads a cell of the header. A column of the key gets the key's type.
    pub(super) fn read(cell: &Cell, key: &[KeyAttribute], is_of_app: bool) -> Self {
        // The app quotes a name that could be mistaken for something else.
        let is_literal = is_of_app && cell.quoted;
        let header = cell.text.as_str();
        match header {
            OTHERS if !is_literal => return Self::Others,
            TYPED_OTHERS if !is_literal => return Self::TypedOthers,
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
        Self::Attribute(name.to_owned(), kind.or(of_key))
    }

    /// Whether attributes without a column of their own can be in it.
    pub(super) fn has_others(&self) -> bool {
        matches!(self, Self::Others | Self::TypedOthers)
    }
}

/// How the texts of a file are protected from being taken for formulas.
pub(super) fn guard(is_of_app: bool) -> Guard {
    if is_of_app {
        Guard::Untyped
    } else {
        Guard::Typed
    }
}
