//! Fuzz tests of the files that are loaded: the crate `fuzz` says how they run.

use items::Kind;
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use crate::csv;
use crate::format::{FileFormat, Parser};
use crate::item::{
    Attributes, Value, is_lossless, read_plain_item, read_record, write_plain_item,
    write_typed_item,
};
use crate::load::{Layout, Records};

/// The directory with the corpus of a target.
fn corpus(name: &str) -> String {
    format!("{}/tests/fuzz/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The texts of the records that can be read, up to a fault.
fn records(bytes: &[u8], layout: Layout) -> Vec<String> {
    let mut records = Records::new(bytes, layout, b"");
    let mut texts = Vec::new();
    while records.advance().unwrap_or(false) {
        if let Ok(text) = records.record().text {
            texts.push(text.to_owned());
        }
        let length = u64::try_from(bytes.len()).unwrap();
        assert!(records.offset() <= length);
    }
    texts
}

/// The attributes in one order.
fn sorted(mut item: Attributes) -> Attributes {
    item.sort_by(|one, other| one.0.cmp(&other.0));
    item
}

/// What is read as an item is JSON, and is the same item when it is written and read again.
fn check_typed(text: &str) {
    let Ok(entry) = read_record(text) else {
        return;
    };
    if let Err(err) = serde_json::from_str::<IgnoredAny>(text) {
        panic!("{err}: {text}");
    }
    let mut written = Vec::new();
    write_typed_item(&entry.item, &mut written);
    let written = format!("{{\"Item\":{}}}", str::from_utf8(&written).unwrap());
    let again = read_record(&written).expect("a written item is read");
    assert_eq!(sorted(again.item), sorted(entry.item), "{written}");
}

fn check_plain(text: &str) {
    let Ok(item) = read_plain_item(text) else {
        return;
    };
    let json = serde_json::from_str::<Json>(text);
    if let Err(err) = &json {
        assert!(
            is_deep(err) || err.to_string().contains("out of range"),
            "{err}: {text}"
        );
    }
    if let Ok(Json::Object(members)) = json {
        let ours: std::collections::BTreeSet<_> = item.iter().map(|(name, _)| name).collect();
        let theirs: std::collections::BTreeSet<_> = members.keys().collect();
        assert_eq!(ours, theirs, "{text}");
        for (name, value) in &item {
            if let Value::String(text) = value {
                assert_eq!(members[name], Json::from(text.as_str()));
            }
        }
    }
    assert!(item.iter().all(|(_, value)| is_lossless(value)), "{text}");
    let mut written = Vec::new();
    write_plain_item(&item, &mut written);
    let again = read_plain_item(str::from_utf8(&written).unwrap());
    assert_eq!(
        sorted(again.expect("a written item is read")),
        sorted(item),
        "{text}"
    );
}

/// `serde_json` stops at a depth of 128.
fn is_deep(err: &serde_json::Error) -> bool {
    err.to_string().contains("recursion limit")
}

#[test]
fn fuzz_dynamodb_json() {
    fuzz::run(corpus("dynamodb_json"), |bytes| {
        for text in records(bytes, Layout::Lines) {
            check_typed(&text);
        }
    });
}

#[test]
fn fuzz_json_lines() {
    fuzz::run(corpus("json_lines"), |bytes| {
        for text in records(bytes, Layout::Lines) {
            check_plain(&text);
        }
    });
}

/// A file with pages of a Scan, or with a list.
#[test]
fn fuzz_pages() {
    fuzz::run(corpus("pages"), |bytes| {
        for pages in [true, false] {
            for text in records(bytes, Layout::Values { pages }) {
                check_typed(&text);
            }
        }
    });
}

#[test]
fn fuzz_csv() {
    let key = [("id".to_owned(), Kind::String)];
    fuzz::run(corpus("csv"), |bytes| {
        let mut records = Records::new(bytes, Layout::Csv { delimiter: None }, b"");
        if !records.advance().unwrap_or(false) {
            return;
        }
        let header = records.record().text.map(str::to_owned);
        let Ok(header) = header else {
            return;
        };
        let Ok(parser) = Parser::new(FileFormat::Csv, &header, &key, None) else {
            return;
        };
        records.pass_header(',');
        while records.advance().unwrap_or(false) {
            if let Ok(entry) = records.record().text.and_then(|text| parser.parse(text)) {
                check_csv(entry.item, &key);
            }
        }
    });
}

/// An item is the same when it is written as CSV and read again.
fn check_csv(item: Attributes, key: &[(String, Kind)]) {
    if item.is_empty() {
        // Its record would be blank, and blank lines are skipped. A table takes no item without a key anyway.
        return;
    }
    let columns = item
        .iter()
        .map(|(name, value)| (name.clone(), value.kind()));
    let columns: Vec<_> = columns.collect();
    let mut text = Vec::new();
    csv::write_header(&columns, &mut text);
    let header = String::from_utf8(text.clone()).unwrap();
    csv::write_item(item.clone(), &columns, &mut text);
    let Ok(parser) = Parser::new(FileFormat::Csv, header.trim_end(), key, None) else {
        // Without the key, a header is refused.
        return;
    };
    let mut records = Records::new(&*text, Layout::Csv { delimiter: None }, b"");
    assert!(records.advance().unwrap());
    records.pass_header(',');
    assert!(records.advance().unwrap(), "{header}");
    let again = parser
        .parse(records.record().text.unwrap())
        .expect("a written item is read");
    assert_eq!(sorted(again.item), sorted(item), "{header}");
}
