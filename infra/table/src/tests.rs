//! What is written is read as the same item, whatever is in it.

use proptest::collection::{hash_map, hash_set, vec};
use proptest::prelude::*;

use crate::csv;
use crate::format::{FileFormat, Parser};
use crate::item::{
    Attributes, Kind, Value, canonical, check, is_lossless, read_plain_item, read_typed_item,
    schema_of, write_plain_item, write_typed_item,
};
use crate::load::{Layout, Records, Seen, see};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        // What means something in one of the formats.
        "['=+@,\"\\\\\r\n\t:{}\\[\\]-]{0,6}",
        Just("😀\u{0}\u{7f}\u{2028}".to_owned()),
        Just(String::new()),
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,37})",
        "-?[1-9]\\.[0-9]{1,37}(E[+-]?[0-9]{1,2})?",
        Just("9.9999999999999999999999999999999999999E+125".to_owned()),
        Just("-1E-130".to_owned()),
    ]
}

fn base64() -> impl Strategy<Value = String> {
    use base64::Engine as _;
    vec(any::<u8>(), 0..9).prop_map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes))
}

fn set(element: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<String>> {
    hash_set(element, 1..4).prop_map(|set| set.into_iter().collect())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        text().prop_map(Value::S),
        number().prop_map(Value::N),
        base64().prop_map(Value::B),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        set(text()).prop_map(Value::Ss),
        set(base64()).prop_map(Value::Bs),
        // Two texts of one number would be one twice.
        hash_set(any::<i32>(), 1..4)
            .prop_map(|set| Value::Ns(set.iter().map(ToString::to_string).collect())),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::L),
            hash_map(text(), inner, 0..5).prop_map(|map| Value::M(map.into_iter().collect())),
        ]
    })
}

fn item() -> impl Strategy<Value = Attributes> {
    let others = hash_map("[a-z:='\",]{1,3}", value(), 0..6);
    ("[^\u{0}]{1,20}", others).prop_map(|(id, others)| {
        let others = others.into_iter().filter(|(name, _)| name != "id");
        std::iter::once(("id".to_owned(), Value::S(id)))
            .chain(others)
            .collect()
    })
}

/// Attributes have no order.
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
        records.pass_heading(',');
    }
    let parser = Parser::new(format, &header, &[("id".to_owned(), Kind::S)], None).unwrap();
    let mut items = Vec::new();
    while records.advance().unwrap() {
        let entry = parser.parse(records.record().text.unwrap()).unwrap();
        items.push(sorted(entry.item));
    }
    items
}

proptest! {
    #[test]
    fn with_types_every_item_comes_back(item in item()) {
        let mut json = Vec::new();
        write_typed_item(&item, &mut json);
        prop_assert_eq!(&read_typed_item(str::from_utf8(&json).unwrap()).unwrap(), &item);
        let line = [b"{\"Item\":", &json[..], b"}\n"].concat();
        prop_assert_eq!(read(&line, FileFormat::DynamodbJson), [sorted(item)]);
    }

    #[test]
    fn without_types_all_comes_back_that_is_no_binary_and_no_set(item in item()) {
        let item: Attributes = item.into_iter().filter(|(_, value)| is_lossless(value)).collect();
        let mut json = Vec::new();
        write_plain_item(&item, &mut json);
        prop_assert_eq!(&read_plain_item(str::from_utf8(&json).unwrap()).unwrap(), &item);
        json.push(b'\n');
        prop_assert_eq!(read(&json, FileFormat::JsonLines), [sorted(item)]);
    }

    #[test]
    fn as_csv_every_item_comes_back(items in vec(item(), 1..4)) {
        let columns: Vec<_> = items[0].iter().map(|(name, value)| (name.clone(), value.kind())).collect();
        let mut text = Vec::new();
        csv::write_header(&columns, &mut text);
        for item in &items {
            csv::write_item(item.clone(), &columns, &mut text);
        }
        let items: Vec<_> = items.into_iter().map(sorted).collect();
        prop_assert_eq!(read(&text, FileFormat::Csv), items);
    }

    #[test]
    fn no_line_makes_it_panic(text in any::<String>(), json in "[{}\\[\\]\":,.SNLMe1-9\\\\]{0,20}") {
        for text in [text, json] {
            let _ = read_typed_item(&text);
            let _ = read_plain_item(&text);
            let _ = canonical(&text);
            if let Ok(columns) = csv::Header::read("id,a:N,other attributes", &[], None) {
                let _ = columns.item(&text);
            }
        }
    }

    #[test]
    fn what_is_right_is_taken(item in item()) {
        let schema = schema_of(&[("id", Kind::S)]);
        let unnamed = |value: &Value| matches!(value, Value::M(_) | Value::L(_));
        let item: Attributes = item.into_iter().filter(|(_, value)| !unnamed(value)).collect();
        prop_assert!(check(&item, &schema).is_ok());
    }
}

#[test]
fn a_bad_line_says_what_is_wrong() {
    let schema = schema_of(&[("id", Kind::S), ("n", Kind::N)]);
    let long = format!(r#"{{"id":"a","n":1,"x":"{}"}}"#, "x".repeat(400 * 1024));
    let deep = format!(
        r#"{{"id":"a","n":1,"x":{}1{}}}"#,
        "[".repeat(40),
        "]".repeat(40)
    );
    for (line, expected) in [
        (
            r#"{"id":"a","n":1"#,
            "it breaks off at column 16 where JSON needs a comma or }",
        ),
        (
            r#"{"id":"a","n":1} x"#,
            "column 18 has 'x' where JSON needs the end of the line",
        ),
        (
            r#"{"id":"a","n":01}"#,
            "column 15 has '0' where JSON needs a value",
        ),
        (r"[]", "column 1 has '[' where JSON needs an object in {}"),
        (r#"{"n":1}"#, "it has no id, which is the table's key"),
        (r#"{"id":"a"}"#, "it has no n, which is the table's key"),
        (
            r#"{"id":5,"n":1}"#,
            "its key id is a number, and the table's is a string: write \"5\", with quotes",
        ),
        (
            r#"{"id":"a","n":"1"}"#,
            "its key n is a string, and the table's is a number: write 1, without quotes",
        ),
        (
            r#"{"id":{"S":"a"},"n":{"N":"1"}}"#,
            "its key id is a map, and the table's is a string: {…} with a type in it is DynamoDB JSON, for which there is --format dynamodb-json",
        ),
        (r#"{"id":"","n":1}"#, "its key id is empty"),
        (r#"{"id":"a","n":1,"n":2}"#, "it has n twice"),
        (
            r#"{"id":"a","n":1e126}"#,
            "in n, \"1e126\" is no number of DynamoDB: up to 38 digits, between 1E-130 and 9.9E+125",
        ),
        (
            r#"{"id":"a","n":1,"m":{"x":[123456789012345678901234567890123456789]}}"#,
            "in x, \"123456789012345678901234567890123456789\" is no number of DynamoDB: up to 38 digits, between 1E-130 and 9.9E+125",
        ),
        (
            &long,
            "its 409607 bytes are more than the 409600 of DynamoDB",
        ),
        (
            &deep,
            "its values are nested deeper than the 32 levels of DynamoDB",
        ),
        (
            r#"{"id":"\ud83d","n":1}"#,
            "column 8 begins a text with an escape that JSON does not have",
        ),
    ] {
        let result = read_plain_item(line).and_then(|item| check(&item, &schema));
        assert_eq!(
            result.unwrap_err(),
            expected,
            "{}",
            &line[..line.len().min(80)]
        );
    }
    for (line, expected) in [
        (
            r#"{"id":{"S":"a"}}"#,
            "it has no n, which is the table's key",
        ),
        (
            r#"{"Item":{"id":{"S":"a"},"n":{"N":"1"},"x":{"SS":[]}}}"#,
            "in x, a set is empty, which DynamoDB does not take",
        ),
        (
            r#"{"Item":{"id":{"S":"a"},"n":{"N":"1"},"x":{"NS":["1","1.0"]}}}"#,
            "in x, a set has 1.0 twice",
        ),
        (
            r#"{"Item":{"id":{"S":"a"},"n":{"N":"1"},"x":{"B":"?"}}}"#,
            "in x, a binary is not Base64",
        ),
        (
            r#"{"Item":{"id":{"S":"a"},"n":{"N":"NaN"}}}"#,
            "in n, \"NaN\" is no number of DynamoDB: up to 38 digits, between 1E-130 and 9.9E+125",
        ),
        (
            r#"{"Item":{"id":{"X":"a"}}}"#,
            "\"X\" is no type of DynamoDB",
        ),
        (
            r#"{"Item":{"id":{"S":"a","N":"1"}}}"#,
            "\"N\" is a second type of one value",
        ),
        (r#"{"Item":{"id":{}}}"#, "a value has no type"),
    ] {
        let result = crate::item::read_record(line).and_then(|entry| check(&entry.item, &schema));
        assert_eq!(result.unwrap_err(), expected, "{line}");
    }
}

#[test]
fn a_cell_without_a_type_is_what_it_looks_like() {
    let columns = csv::Header::read("id,a", &[("id".to_owned(), Kind::S)], None).unwrap();
    let s = |text: &str| Value::S(text.to_owned());
    let n = |text: &str| Value::N(text.to_owned());
    for (cell, expected) in [
        ("5", n("5")),
        ("-1.5", n("-1.5")),
        ("1E+30", n("1E+30")),
        ("007", s("007")),
        ("1.50", s("1.50")),
        ("+5", s("+5")),
        ("true", Value::Bool(true)),
        ("null", Value::Null),
        ("[]", Value::L(Vec::new())),
        (
            "\"{\"\"x\"\":1}\"",
            Value::M(vec![("x".to_owned(), n("1"))]),
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
fn csv_of_the_app_is_read() {
    let text = "id,price,tags,other attributes\r\na,5,\"[\"\"x\"\"]\",\"{\"\"b\"\":null}\"\r\n";
    let item = vec![
        ("b".to_owned(), Value::Null),
        ("id".to_owned(), Value::S("a".to_owned())),
        ("price".to_owned(), Value::N("5".to_owned())),
        ("tags".to_owned(), Value::L(vec![Value::S("x".to_owned())])),
    ];
    assert_eq!(read(text.as_bytes(), FileFormat::Csv), [item]);
}

/// What a text is taken for, as its format and its layout.
fn seen(text: &str, is_all: bool) -> String {
    match see(text.as_bytes(), is_all, None, &[("id".to_owned(), Kind::S)]) {
        Seen::Form(form) => {
            let changes = if form.changes { " of changes" } else { "" };
            let layout = match form.layout {
                Layout::Lines => "lines",
                Layout::Csv { .. } => "csv",
                Layout::Values { pages: false } => "values",
                Layout::Values { pages: true } => "pages",
            };
            format!("{:?} in {layout}{changes}", form.format)
        }
        Seen::Refused(why) => why.to_owned(),
        Seen::Unknown => "unknown".to_owned(),
        Seen::Unclear => "unclear".to_owned(),
    }
}

#[test]
fn the_form_tells_the_formats_apart() {
    for (text, expected) in [
        ("", "JsonLines in lines"),
        ("{\"id\":\"a\"}\n{\"id\":\"b\"}\n", "JsonLines in lines"),
        ("{\"id\":\"a\"\n{\"id\":\"b\"}\n", "JsonLines in lines"),
        ("{\"Item\":\"a\",\"id\":\"b\"}", "JsonLines in lines"),
        ("{\"a\":{\"S\":\"x\"},\"id\":\"b\"}", "JsonLines in lines"),
        ("{\"a\":{\"S\":\"x\"}}", "DynamodbJson in lines"),
        (
            "{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}\n{",
            "DynamodbJson in lines",
        ),
        (
            "\u{feff} { \"Item\" : {\"id\":{\"S\":\"a\"}}}",
            "DynamodbJson in lines",
        ),
        (
            "{\n  \"Item\": {\n \"id\": {\"S\":\"a\"}}}",
            "DynamodbJson in values",
        ),
        ("{\n  \"id\": \"a\"\n}\n", "JsonLines in values"),
        ("[]", "JsonLines in values"),
        ("[\n{\"id\":\"a\"},", "JsonLines in values"),
        ("[{\"id\":{\"S\":\"a\"}}]", "DynamodbJson in values"),
        (
            "[ {\"Item\":{\"id\":{\"S\":\"a\"}}}]",
            "DynamodbJson in values",
        ),
        ("{\"Items\":[],\"Count\":0}", "DynamodbJson in pages"),
        (
            "{\n\"Items\": [\n{\"id\":{\"S\":\"a\"}}",
            "DynamodbJson in pages",
        ),
        (
            "{\"Count\":1,\"Items\":[{\"id\":{\"S\":\"a\"}}]}",
            "DynamodbJson in pages",
        ),
        (
            "{\"Count\":1,\"Items\":[{\"id\":\"a\"}]}",
            "JsonLines in pages",
        ),
        ("{\"Items\":[{\"x\":1}],\"id\":\"a\"}", "JsonLines in lines"),
        ("{\"Items\":[\"x\"]}", "JsonLines in lines"),
        (
            "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1\"}},\"Keys\":{\"id\":{\"S\":\"a\"}}}",
            "DynamodbJson in lines of changes",
        ),
        ("{\"Keys\":{\"x\":1},\"id\":\"a\"}", "JsonLines in lines"),
        ("name;id\nx;a\n", "Csv in csv"),
        ("name\tid:S\n", "Csv in csv"),
        ("name\n", "unknown"),
        (
            "$ion_1_0 {Item:{id:\"a\"}}",
            "is Amazon Ion, which is not read: export the table again with `--export-format DYNAMODB_JSON`",
        ),
        (
            "-----\n|  Scan  |\n",
            "is the table output of the aws command: run it again with `--output json`",
        ),
        (
            "None\t1\t1\nL\tx\nID\ta\n",
            "is the text output of the aws command: run it again with `--output json`",
        ),
        (
            "Count: 1\nItems:\n- id:\n    S: a\n",
            "is YAML, which is not read: run the aws command again with `--output json`",
        ),
    ] {
        assert_eq!(seen(text, true), expected, "{text}");
    }
    let utf16 = see(b"\xff\xfei\0d\0", true, None, &[]);
    assert!(
        matches!(utf16, Seen::Refused(why) if why.starts_with("is UTF-16")),
        "{utf16:?}"
    );
}

#[test]
fn a_form_that_is_not_clear_yet_waits_for_more() {
    for (text, expected) in [
        ("", "unclear"),
        ("  \n", "unclear"),
        ("{", "unclear"),
        ("{\"Items\":[{\"id\":{\"S\":\"a\"}}", "unclear"),
        ("{\"id\":{\"S\":\"a\"},", "unclear"),
        ("{\"Item\":{\"id\":{", "DynamodbJson in lines"),
        ("{\"id\":\"a\",", "JsonLines in lines"),
        ("name;i", "unclear"),
    ] {
        assert_eq!(seen(text, false), expected, "{text}");
    }
}

#[test]
fn the_name_says_what_is_csv() {
    for (name, expected) in [
        ("a.csv", Some(FileFormat::Csv)),
        ("a.csv.gz", Some(FileFormat::Csv)),
        ("a.CSV.rejected", Some(FileFormat::Csv)),
        ("a.csv.gz.rejected", Some(FileFormat::Csv)),
        ("a.tsv", Some(FileFormat::Csv)),
        ("a.ndjson", Some(FileFormat::JsonLines)),
        ("a.jsonl.gz", Some(FileFormat::JsonLines)),
        ("a.json", None),
        ("csv", None),
    ] {
        assert_eq!(FileFormat::of_name(name.as_ref()), expected, "{name}");
    }
}

#[test]
fn the_heading_tells_the_delimiter_and_fits_the_key() {
    let key = [("id".to_owned(), Kind::S)];
    let read = |heading: &str, delimiter| csv::Header::read(heading, &key, delimiter);
    for (heading, delimiter, expected) in [
        ("id,a;b", None, ','),
        ("a;id", None, ';'),
        ("a\tid:S", None, '\t'),
        ("a|id", Some('|'), '|'),
    ] {
        assert_eq!(read(heading, delimiter).unwrap().delimiter(), expected);
    }
    for (heading, expected) in [
        ("a;b", "the header has no id, which is the table's key"),
        (
            "a;id:N",
            "the header says that id is a number, and this key of the table is a string",
        ),
    ] {
        assert_eq!(read(heading, None).unwrap_err(), expected, "{heading}");
    }
}
