use items::Kind;
use proptest::prelude::*;

use super::Header;
use crate::item::Value;

proptest! {
    #[test]
    fn no_record_causes_a_panic(text in any::<String>(), json in "[{}\\[\\]\":,.SNLMe1-9\\\\]{0,20}") {
        let header = Header::read("id,a:N,other attributes", &[], None).unwrap();
        for text in [text, json] {
            let _ = header.item(&text);
            let _ = Header::read(&text, &[], None);
        }
    }
}

#[test]
fn a_cell_without_a_type_has_the_type_that_it_looks_like() {
    let columns = Header::read("id,a", &[("id".to_owned(), Kind::String)], None).unwrap();
    let s = |text: &str| Value::String(text.to_owned());
    let n = |text: &str| Value::Number(text.to_owned());
    for (cell, expected) in [
        ("5", n("5")),
        ("-1.5", n("-1.5")),
        ("1E+30", n("1E+30")),
        ("007", s("007")),
        ("1.50", s("1.50")),
        ("+5", s("+5")),
        ("true", Value::Boolean(true)),
        ("null", Value::Null),
        ("[]", Value::List(Vec::new())),
        (
            "\"{\"\"x\"\":1}\"",
            Value::Map(vec![("x".to_owned(), n("1"))]),
        ),
        ("{no JSON", s("{no JSON")),
        ("'=1+1", s("=1+1")),
        ("'tis", s("'tis")),
        ("\"\"", s("")),
    ] {
        let item = columns.item(&format!("5,{cell}")).unwrap();
        assert_eq!(
            item,
            [("id".to_owned(), s("5")), ("a".to_owned(), expected)],
            "{cell}"
        );
    }
    assert_eq!(columns.item("5,").unwrap().len(), 1);
    assert_eq!(columns.item("5").unwrap().len(), 1);
    assert!(columns.item("5,6,7").is_err());
    assert!(columns.item("5,\"6").is_err());
    assert!(columns.item("5,\"6\"7").is_err());
}

#[test]
fn the_header_determines_the_delimiter_and_must_fit_the_key() {
    let key = [("id".to_owned(), Kind::String)];
    let read = |header: &str, delimiter| Header::read(header, &key, delimiter);
    for (header, delimiter, expected) in [
        ("id,a;b", None, ','),
        ("a;id", None, ';'),
        ("a\tid:S", None, '\t'),
        ("a|id", Some('|'), '|'),
    ] {
        assert_eq!(read(header, delimiter).unwrap().delimiter(), expected);
    }
    for (header, expected) in [
        ("a;b", "the header has no id, which is the table's key"),
        (
            "a;id:N",
            "the header says that id is a number, but this key of the table is a string",
        ),
    ] {
        assert_eq!(read(header, None).unwrap_err(), expected, "{header}");
    }
}
