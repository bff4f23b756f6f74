//! One item, with an address of its own.

use std::{sync::Arc, time::Instant};

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Limited};
use serde_json::Value;

use crate::{
    App,
    cursor::{self, Key, KeyNames},
    error::WebError,
    failure::{Call, Failure, Kind},
    filter::{self, Condition},
    path::{Path, Step},
    respond,
    scan::{TakeBody, replaced},
    selection::{BAD_CURSOR, Selection},
};

/// An item has 400 KB, in JSON with every byte escaped it may be six times that.
const MAX_LENGTH: usize = 4 * 1024 * 1024;
/// About ten lines of the page.
const LONG_TEXT: usize = 1000;
/// Of an item with a hundred thousand entries, the page must not get ten times as long by its links.
const MAX_LINKS: usize = 1000;
const LONG_LINK: usize = 1000;
const BAD_KEY: WebError = WebError::bad_request(
    "The key does not fit the table: it takes each attribute of the key with its name, type and value.",
);

#[derive(Template)]
#[template(path = "item.html")]
struct ItemPage<'a> {
    table: &'a str,
    attributes: Vec<Attribute>,
    json: String,
}

/// An attribute with what it holds, each level after the one that it stands in.
struct Attribute {
    name: String,
    kind: &'static str,
    text: String,
    level: usize,
    is_key: bool,
    /// The address of the items with the same value here.
    like: Option<String>,
}

impl Attribute {
    /// Whether it is folded until it is clicked.
    fn is_long(&self) -> bool {
        self.text.len() > LONG_TEXT
    }
}

/// `GET /item`
pub(crate) async fn item(State(app): State<Arc<App>>, address: Uri) -> Result<Response, WebError> {
    let query = address.query().unwrap_or_default();
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let Some((_, cursor)) = pairs.iter().find(|(name, _)| name == "key") else {
        return look_up(&pairs);
    };
    let key = cursor::decode(cursor).ok_or(BAD_CURSOR)?;
    let (mut table, asked) = (app.table.current().await?, Instant::now());
    let mut answer = get(&app, &table, &key).await;
    if let Err(failure) = answer {
        if failure.kind() == Kind::Rejected {
            return Err(BAD_KEY);
        }
        table = replaced(&app, &table, asked, failure).await?;
        answer = get(&app, &table, &key).await;
    }
    let item = answer?;
    let Some(item) = item else {
        return Err(WebError::NoItem);
    };
    let names = app.facts.key_names(&app, &table).await.unwrap_or_default();
    let mut attributes = Vec::new();
    if let Some(map) = item.as_object() {
        for (name, value) in in_order(map, &key, &names) {
            let first = attributes.len();
            list(
                name,
                value,
                &mut vec![Step::Name(name.clone())],
                &mut attributes,
            );
            if let Some(attribute) = attributes.get_mut(first) {
                attribute.is_key = key.contains_key(name);
            }
        }
    }
    let json = to_copy(&serde_json::to_string_pretty(&item).unwrap_or_default());
    respond::page(&ItemPage {
        table: &table,
        attributes,
        json,
    })
}

/// What HTML has no place for is written as JSON can write it: so what is copied is exact.
fn to_copy(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        let is_missing = matches!(character, '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}')
            || u32::from(character) & 0xfffe == 0xfffe;
        if is_missing {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            text.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(character);
        }
    }
    text
}

/// The form gives names, types and values; the address of the item is made of them.
fn look_up(
    pairs: &[(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)],
) -> Result<Response, WebError> {
    let all = |wanted: &str| {
        let found: Vec<_> = pairs
            .iter()
            .filter(|(name, _)| name == wanted)
            .map(|(_, text)| text)
            .collect();
        found
    };
    let (names, kinds, values) = (all("name"), all("type"), all("value"));
    let mut key = Key::new();
    for (index, name) in names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty())
    {
        let (kind, text) = kinds.get(index).zip(values.get(index)).ok_or(BAD_KEY)?;
        key.insert(name.to_string(), filter::value(kind, text)?);
    }
    let cursor = cursor::encode(&key);
    cursor::decode(&cursor).ok_or(BAD_KEY)?;
    let address = HeaderValue::from_str(&format!("/item?key={cursor}")).map_err(|_| BAD_KEY)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
}

async fn get(app: &App, table: &str, key: &Key) -> Result<Option<Value>, Failure> {
    let call = Call {
        action: "dynamodb:GetItem",
        noun: "table",
        name: table,
    };
    let body = TakeBody::default();
    let request = app
        .dynamodb
        .get_item()
        .table_name(table)
        .set_key(Some(key.clone()));
    let sent = request.customize().interceptor(body.clone()).send().await;
    sent.map_err(|error| Failure::of(call, &error))?;
    let body = body.taken().ok_or_else(|| Failure::unreadable(call))?;
    let bytes = Limited::new(body, MAX_LENGTH).collect().await;
    let bytes = bytes.map_err(|_| Failure::unreadable(call))?.to_bytes();
    let mut answer: Value =
        serde_json::from_slice(&bytes).map_err(|_| Failure::unreadable(call))?;
    Ok(answer
        .get_mut("Item")
        .map(Value::take)
        .filter(Value::is_object))
}

/// The key first, as the table has it if that is known, then by name.
fn in_order<'a>(
    map: &'a serde_json::Map<String, Value>,
    key: &Key,
    names: &KeyNames,
) -> Vec<(&'a String, &'a Value)> {
    let place = |name: &String| names.iter().position(|of_key| of_key == name);
    let mut attributes: Vec<_> = map.iter().collect();
    attributes.sort_by_key(|&(name, _)| {
        (
            !key.contains_key(name),
            place(name).unwrap_or(names.len()),
            name,
        )
    });
    attributes
}

/// An attribute and all that it holds.
fn list(name: &str, value: &Value, path: &mut Vec<Step>, into: &mut Vec<Attribute>) {
    let typed = value.as_object().and_then(|object| object.iter().next());
    let Some((tag, inner)) = typed else {
        return;
    };
    let like = (into.len() < MAX_LINKS).then(|| like(path, tag, inner));
    into.push(Attribute {
        name: name.to_owned(),
        kind: crate::parse::Kind::of_tag(tag).name(),
        text: text(tag, inner),
        level: (path.len() - 1).min(12),
        is_key: false,
        like: like.flatten(),
    });
    let mut inside = |name: &str, step, value| {
        path.push(step);
        list(name, value, path, into);
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

/// The address of the items that have this value here; of a document or a set, that have any.
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
    let address = address.here();
    (address.len() <= LONG_LINK).then_some(address)
}

/// A scalar as it is, a set as its entries, of the rest how much is in it.
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
        list(
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
            assert_eq!(selection.here(), *link);
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

    #[test]
    fn json_to_copy_is_exact_after_it_was_in_a_page() {
        let text = "\u{0}\u{1f}\u{7f}\u{85}\u{fdd0}\u{ffff}\u{1fffe}\u{1f600}\n<\"'&";
        let json = to_copy(&serde_json::json!(text).to_string());
        let mut escaped = String::new();
        askama::filters::Escaper::write_escaped_str(&crate::text::Escape, &mut escaped, &json)
            .unwrap();
        let mut read = escaped;
        for (entity, character) in [
            ("&lt;", "<"),
            ("&#34;", "\""),
            ("&#39;", "'"),
            ("&amp;", "&"),
        ] {
            read = read.replace(entity, character);
        }
        assert_eq!(serde_json::from_str::<String>(&read).unwrap(), text);
    }
}
