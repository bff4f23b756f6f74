//! Loading an export gives back the same items.

use items::Kind;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::csv;
use crate::format::{FileFormat, Parser};
use crate::item::arbitrary::item;
use crate::item::{Attributes, Value, is_lossless, write_plain_item, write_typed_item};
use crate::load::{Layout, Records};

proptest! {
    #[test]
    fn dynamodb_json_keeps_every_item(item in item()) {
        let mut json = Vec::new();
        write_typed_item(&item, &mut json);
        let line = [b"{\"Item\":", &json[..], b"}\n"].concat();
        prop_assert_eq!(read(&line, FileFormat::DynamodbJson), [sorted(item)]);
    }

    #[test]
    fn json_lines_keep_everything_but_binaries_and_sets(item in item()) {
        let item: Attributes = item.into_iter().filter(|(_, value)| is_lossless(value)).collect();
        let mut json = Vec::new();
        write_plain_item(&item, &mut json);
        json.push(b'\n');
        prop_assert_eq!(read(&json, FileFormat::JsonLines), [sorted(item)]);
    }

    #[test]
    fn csv_keeps_every_item(items in vec(item(), 1..4)) {
        let columns: Vec<_> = items[0].iter().map(|(name, value)| (name.clone(), value.kind())).collect();
        let mut text = Vec::new();
        csv::write_header(&columns, &mut text);
        for item in &items {
            csv::write_item(item.clone(), &columns, &mut text);
        }
        let items: Vec<_> = items.into_iter().map(sorted).collect();
        prop_assert_eq!(read(&text, FileFormat::Csv), items);
    }
}

#[test]
fn the_csv_of_the_app_is_read() {
    let text = "id,price,tags,other attributes\r\na,5,\"[\"\"x\"\"]\",\"{\"\"b\"\":null}\"\r\n";
    let item = vec![
        ("b".to_owned(), Value::Null),
        ("id".to_owned(), Value::String("a".to_owned())),
        ("price".to_owned(), Value::Number("5".to_owned())),
        (
            "tags".to_owned(),
            Value::List(vec![Value::String("x".to_owned())]),
        ),
    ];
    assert_eq!(read(text.as_bytes(), FileFormat::Csv), [item]);
}

/// The attributes in one order.
fn sorted(mut item: Attributes) -> Attributes {
    item.sort_by(|one, other| one.0.cmp(&other.0));
    item
}

/// The items in a file of this text.
fn read(text: &[u8], format: FileFormat) -> Vec<Attributes> {
    let layout = if format == FileFormat::Csv {
        Layout::Csv { delimiter: None }
    } else {
        Layout::Lines
    };
    let mut records = Records::new(text, layout, b"");
    let mut header = String::new();
    if format == FileFormat::Csv {
        assert!(records.advance().unwrap());
        records.record().text.unwrap().clone_into(&mut header);
        records.pass_header(',');
    }
    let parser = Parser::new(format, &header, &[("id".to_owned(), Kind::String)], None).unwrap();
    let mut items = Vec::new();
    while records.advance().unwrap() {
        let entry = parser.parse(records.record().text.unwrap()).unwrap();
        items.push(sorted(entry.item));
    }
    items
}
