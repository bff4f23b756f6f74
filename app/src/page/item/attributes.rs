use items::Kind;
use serde_json::{Map, Value};

use crate::key::Key;
use crate::query::{Condition, Path, Selection, Step};

/// A longer text, of about ten lines, is folded until it is clicked.
const LONG_TEXT: usize = 1000;
/// An item can have a hundred thousand entries: links to all of them would make the page ten times as
/// long.
const MAX_LINKS: usize = 1000;
const LONG_LINK: usize = 1000;
/// The style sheet has no deeper level.
const MAX_LEVEL: usize = 12;

/// One row of the page: an attribute, or an entry of the map or list in the rows above.
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) level: usize,
    pub(super) is_key: bool,
    /// The address of the items with the same value here.
    pub(super) like: Option<String>,
}

impl Attribute {
    /// Whether it is folded until it is clicked.
    pub(super) fn is_long(&self) -> bool {
        self.text.len() > LONG_TEXT
    }
}

/// The rows of an item: first the key in the order of `names`, if that is known, then by name.
pub(super) fn rows(item: &Map<String, Value>, key: &Key, names: &[String]) -> Vec<Attribute> {
    let place = |name: &String| names.iter().position(|of_key| of_key == name);
    let mut sorted: Vec<_> = item.iter().collect();
    sorted.sort_by_key(|&(name, _)| {
        let place = place(name).unwrap_or(names.len());
        (!key.contains_key(name), place, name)
    });
    let mut rows = Vec::new();
    for (name, value) in sorted {
        let first = rows.len();
        add(name, value, &mut vec![Step::Name(name.clone())], &mut rows);
        if let Some(row) = rows.get_mut(first) {
            row.is_key = key.contains_key(name);
        }
    }
    rows
}

/// Adds an attribute and all that is in it.
fn add(name: &str, value: &Value, path: &mut Vec<Step>, into: &mut Vec<Attribute>) {
    let typed = value.as_object().and_then(|object| object.iter().next());
    let Some((tag, inner)) = typed else {
        return;
    };
    let like = (into.len() < MAX_LINKS).then(|| like(path, tag, inner));
    into.push(Attribute {
        name: name.to_owned(),
        kind: Kind::of_tag(tag).map_or("Unknown", Kind::name),
        text: text(tag, inner),
        level: (path.len() - 1).min(MAX_LEVEL),
        is_key: false,
        like: like.flatten(),
    });
    let mut inside = |name: &str, step, value| {
        path.push(step);
        add(name, value, path, into);
        path.pop();
    };
    match inner {
        Value::Object(map) => {
            for (name, value) in map {
                inside(name, Step::Name(name.clone()), value);
            }
        }
        Value::Array(values) if tag == "L" => {
            for (index, value) in (0..).zip(values) {
                inside(&index.to_string(), Step::Index(index), value);
            }
        }
        _ => {}
    }
}

/// The address of the items with the same value here. For a map, list or set: the items that have any
/// value here.
fn like(path: &[Step], tag: &str, value: &Value) -> Option<String> {
    let is = match tag {
        "S" | "N" | "B" | "BOOL" => "eq",
        "NULL" => "type",
        _ => "exists",
    };
    let (kind, value) = match is {
        "eq" => (tag, text(tag, value)),
        "type" => (tag, String::new()),
        _ => ("", String::new()),
    };
    let address = Selection::of(Condition {
        attribute: Path(path.to_vec()).to_string(),
        is: is.to_owned(),
        kind: kind.to_owned(),
        value,
        and: String::new(),
    });
    let address = address.link_to_self();
    (address.len() <= LONG_LINK).then_some(address)
}

/// The text of a value: the entries of a set, or how much is in a map or list.
fn text(tag: &str, value: &Value) -> String {
    match (tag, value) {
        ("NULL", _) => "null".to_owned(),
        ("SS", Value::Array(entries)) => entries_of(entries, Value::to_string),
        ("NS" | "BS", Value::Array(entries)) => entries_of(entries, |entry| {
            entry
                .as_str()
                .map_or_else(|| entry.to_string(), str::to_owned)
        }),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Object(map)) => counted(map.len(), "attribute", "attributes"),
        (_, Value::Array(entries)) => counted(entries.len(), "entry", "entries"),
        (_, Value::Bool(_) | Value::Null | Value::Number(_)) => value.to_string(),
    }
}

fn entries_of(entries: &[Value], write: impl Fn(&Value) -> String) -> String {
    let texts: Vec<_> = entries.iter().map(write).collect();
    texts.join(", ")
}

fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_leads_to_the_items_like_it_by_a_path_that_is_read_again() {
        let value = json!({ "M": {
            "a.b": { "L": [{ "N": "1" }, { "NULL": true }, { "BOOL": false }, { "S": "x&y" }] },
            "\"": { "SS": ["x"] },
            "long": { "S": "x".repeat(1000) },
        }});
        let mut attributes = Vec::new();
        add(
            "#m",
            &value,
            &mut vec![Step::Name("#m".to_owned())],
            &mut attributes,
        );
        let links: Vec<_> = attributes
            .iter()
            .filter_map(|found| found.like.as_deref())
            .collect();
        let found = links.iter().map(|link| {
            let selection = Selection::from_address(&link.parse().unwrap()).unwrap();
            assert_eq!(selection.link_to_self(), *link);
            let [condition] = &selection.conditions[..] else {
                panic!("{link}")
            };
            [
                &condition.attribute,
                &condition.is,
                &condition.kind,
                &condition.value,
            ]
            .map(String::clone)
        });
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                ["#m", "exists", "", ""],
                [r#"#m."\"""#, "exists", "", ""],
                [r#"#m."a.b""#, "exists", "", ""],
                [r#"#m."a.b"[0]"#, "eq", "N", "1"],
                [r#"#m."a.b"[1]"#, "type", "NULL", ""],
                [r#"#m."a.b"[2]"#, "eq", "BOOL", "false"],
                [r#"#m."a.b"[3]"#, "eq", "S", "x&y"],
            ]
        );
        assert_eq!(attributes.len(), links.len() + 1);
    }
}
