use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::context::Context;
use super::csv::Csv;
use super::entry::Format;
use super::html::Html;
use super::properties::{PageLink, Properties};
use super::summary::Ending;
use super::tabular::{Columnar, Tabular};
use super::writer::Writer;
use super::{FORMATS, find, json_lines};
use crate::assets::Assets;
use crate::error::WebError;
use crate::key::KeyNames;
use crate::parse::Item;
use crate::query::Selection;

/// A format whose page cannot be rendered.
pub(crate) static FAILS_AT_BEGIN: Format = failing(|| Box::new(Failing { at_begin: true }));
pub(crate) static FAILS_AT_END: Format = failing(|| Box::new(Failing { at_begin: false }));

const fn failing(writer: fn() -> Box<dyn Writer>) -> Format {
    Format {
        properties: Properties {
            name: "failing",
            label: "failing",
            media_type: "text/plain",
            file_name: None,
            link: PageLink::Nothing,
            has_cursor: false,
        },
        writer,
    }
}

#[derive(Clone)]
struct Failing {
    at_begin: bool,
}

impl Writer for Failing {
    fn begin(&mut self, _: &Context, _: &mut Vec<u8>) -> Result<(), WebError> {
        if self.at_begin {
            return Err(askama::Error::Fmt.into());
        }
        Ok(())
    }

    fn item(&mut self, _: &Context, item: &Item<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(item.text.as_bytes());
    }

    fn end(&mut self, _: &Context, _: &Ending, _: &mut Vec<u8>) -> Result<(), WebError> {
        Err(askama::Error::Fmt.into())
    }
}

/// Attributes whose names and texts have every character that is dangerous somewhere.
fn stored() -> impl Strategy<Value = Map<String, Value>> {
    let text = "[a<>&\"'=+@,;\\-\\\\\r\n\t\0\u{1b}\u{ffff}\u{2028}\u{1f600}]{0,12}";
    let value = (text, 0..4_u8).prop_map(|(text, kind)| match kind {
        0 => json!({ "S": text }),
        1 => json!({ "SS": [text] }),
        2 => json!({ "M": { text.clone(): { "L": [{ "S": text }] } } }),
        _ => json!({ "S": format!("</td></script>{text}") }),
    });
    proptest::collection::btree_map(text, value, 1..6).prop_map(|map| map.into_iter().collect())
}

/// The items as one answer without its beginning and end.
fn written(writer: impl Writer, key: Option<KeyNames>, item: &Map<String, Value>) -> String {
    let context = Context {
        table: Arc::new("books".parse().unwrap()),
        key,
        selection: Arc::new(Selection {
            limit: None,
            ..Selection::default()
        }),
        assets: Arc::new(Assets::load(Path::new("nowhere"))),
        formats: Vec::new(),
    };
    let text = Value::Object(item.clone()).to_string();
    let (mut writer, mut attributes, mut out) = (writer, Vec::new(), Vec::new());
    let item = Item::read(&text, &mut attributes).unwrap();
    writer.item(&context, &item, &mut out);
    writer.flush(&context, false, &mut out);
    String::from_utf8(out).unwrap()
}

fn table<C: Columnar + Default>() -> Tabular<C> {
    Tabular::default()
}

/// The names of the tags in a page.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .map(|tag| tag.split(['>', ' ']).next().unwrap())
        .collect()
}

/// The records of a CSV file, read by the letter of RFC 4180.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut characters) = (false, text.chars().peekable());
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {
                characters.next();
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            other => cell.push(other),
        }
    }
    records
}

proptest! {
    #[test]
    fn html_has_only_its_own_tags(item in stored()) {
        let html = written(table::<Html>(), None, &item);
        let allowed = ["div", "table", "thead", "/thead", "tbody", "tr", "/tr", "th", "/th", "td", "i", "/i"];
        for tag in tags(&html) {
            prop_assert!(allowed.contains(&tag), "{} in {}", tag, html);
        }
        prop_assert_eq!(html.matches("<td").count(), item.len());
        prop_assert!(!html.contains(['\0', '\u{1b}', '\u{ffff}', '\r']), "{}", html);
    }

    #[test]
    fn csv_has_its_cells_and_no_formula(item in stored()) {
        let text = written(table::<Csv>(), None, &item);
        let records = records(&text);
        prop_assert_eq!(records.len(), 2, "{}", text);
        for record in records {
            prop_assert_eq!(record.len(), item.len() + 1);
            for cell in record {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}", cell);
            }
        }
    }

    #[test]
    fn json_says_the_same(item in stored()) {
        let json = written(json_lines::JsonLines, None, &item);
        let read: Map<String, Value> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read.len(), item.len());
        for (name, value) in &item {
            if let Some(text) = value["S"].as_str() {
                prop_assert_eq!(read[name].as_str(), Some(text));
            }
        }
    }
}

#[test]
fn a_long_key_is_a_link_in_which_nothing_else_can_be_clicked() {
    let long = "k".repeat(1000);
    let item = Map::from_iter([("id".to_owned(), json!({ "S": long }))]);
    let key = vec!["id".to_owned()];
    let html = written(table::<Html>(), Some(key), &item);
    assert!(html.contains(&format!("\">{long}</a>")), "{html}");
    assert!(!html.contains("<details>"), "{html}");
}

#[test]
fn every_format_is_found_by_its_name_and_no_other() {
    for format in FORMATS {
        assert!(std::ptr::eq(find(format.properties.name).unwrap(), format));
    }
    assert_eq!(&*Selection::default().format, FORMATS[0].properties.name);
    for name in ["", "xml", "HTML", "json "] {
        assert_eq!(
            find(name).unwrap_err().to_string(),
            "The format must be html, json, jsonl, csv or dynamodb-json."
        );
    }
}
