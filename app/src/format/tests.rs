//! No stored name or value can leave its place.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{
    columns::{Counts, Row},
    csv, rows,
};
use crate::{
    parse::{Item, Scanner, attributes},
    selection::Selection,
};

/// Attributes with names and texts of all that is dangerous somewhere.
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

fn written(item: &Map<String, Value>, write: impl Fn(&Item<'_>, &Counts, &mut Vec<u8>)) -> String {
    let text = Value::Object(item.clone()).to_string();
    let (mut found, mut out, mut counts) = (Vec::new(), Vec::new(), Counts::default());
    attributes(&mut Scanner::new(text.as_bytes(), 0), &mut found).unwrap();
    let item = Item {
        text: &text,
        attributes: &found,
    };
    counts.add(&item);
    write(&item, &counts, &mut out);
    String::from_utf8(out).unwrap()
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
        let html = written(&item, |item, counts, out| {
            let columns = counts.columns(&[], false);
            rows::write_header(&columns, &Selection::default(), out);
            rows::write_row(&columns, None, item, &mut Row::default(), out);
        });
        let allowed = ["div", "table", "thead", "/thead", "tbody", "tr", "/tr", "th", "/th", "td", "i", "/i"];
        for tag in tags(&html) {
            prop_assert!(allowed.contains(&tag), "{} in {}", tag, html);
        }
        prop_assert_eq!(html.matches("<td").count(), item.len());
        prop_assert!(!html.contains(['\0', '\u{1b}', '\u{ffff}', '\r']), "{}", html);
    }

    #[test]
    fn csv_has_its_cells_and_no_formula(item in stored()) {
        let text = written(&item, |item, counts, out| {
            let columns = counts.columns(&[], false);
            csv::write_header(&columns, out);
            csv::write_row(&columns, item, &mut Row::default(), out);
        });
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
        let json = written(&item, |item, _, out| item.write_json(out));
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
    let html = written(&item, |item, counts, out| {
        let columns = counts.columns(&key, false);
        rows::write_row(&columns, Some(&key), item, &mut Row::default(), out);
    });
    assert!(html.contains(&format!("\">{long}</a>")), "{html}");
    assert!(!html.contains("<details>"), "{html}");
}
