//! A row: the fields of a log event, or of a result of `stats`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cell::Cell;

/// The deepest member of a JSON line that becomes a field.
const DEEPEST: usize = 20;

/// The fields of a row, by name.
#[derive(Debug, Clone, Default)]
pub(in crate::services::logs) struct Row {
    fields: BTreeMap<String, Cell>,
}

impl Row {
    /// The row of a log event, with the fields that are found in its message if it is JSON.
    pub(in crate::services::logs) fn of_event(
        message: &str,
        time: i64,
        ingested: i64,
        pointer: &str,
    ) -> Self {
        let mut row = Self::default();
        if message.trim_start().starts_with('{')
            && let Ok(found) = serde_json::from_str::<Value>(message)
        {
            row.find("", &found, 0);
        }
        row.set("@message", Cell::Text(message.to_owned()));
        row.set("@timestamp", Cell::Time(time));
        row.set("@ingestionTime", Cell::Time(ingested));
        row.set("@ptr", Cell::Text(pointer.to_owned()));
        row
    }

    /// Adds a field of text.
    pub(in crate::services::logs) fn with(mut self, field: &str, text: String) -> Self {
        self.set(field, Cell::Text(text));
        self
    }

    /// The fields of JSON: `a.b` for members, `a.0` for the items of lists.
    fn find(&mut self, name: &str, value: &Value, depth: usize) {
        let inner = |key: &str| match name {
            "" => key.to_owned(),
            name => format!("{name}.{key}"),
        };
        match value {
            Value::Object(members) if depth < DEEPEST => {
                for (key, value) in members {
                    self.find(&inner(key), value, depth + 1);
                }
            }
            Value::Array(items) if depth < DEEPEST => {
                for (index, value) in items.iter().enumerate() {
                    self.find(&inner(&index.to_string()), value, depth + 1);
                }
            }
            Value::Null => {}
            Value::String(text) => self.set(name, Cell::Text(text.clone())),
            other => self.set(name, Cell::Text(other.to_string())),
        }
    }

    pub(super) fn get(&self, field: &str) -> Cell {
        self.fields.get(field).cloned().unwrap_or(Cell::Absent)
    }

    pub(super) fn set(&mut self, field: &str, cell: Cell) {
        self.fields.insert(field.to_owned(), cell);
    }
}
