use items::Kind;
use proptest::prelude::*;

use super::arbitrary::item;
use super::{
    Attributes, Schema, Value, check, is_lossless, read_plain_item, read_record, read_typed_item,
    write_plain_item, write_typed_item,
};

proptest! {
    #[test]
    fn typed_json_keeps_every_item(item in item()) {
        let mut json = Vec::new();
        write_typed_item(&item, &mut json);
        prop_assert_eq!(&read_typed_item(str::from_utf8(&json).unwrap()).unwrap(), &item);
    }

    #[test]
    fn plain_json_keeps_everything_but_binaries_and_sets(item in item()) {
        let item: Attributes = item.into_iter().filter(|(_, value)| is_lossless(value)).collect();
        let mut json = Vec::new();
        write_plain_item(&item, &mut json);
        prop_assert_eq!(&read_plain_item(str::from_utf8(&json).unwrap()).unwrap(), &item);
    }

    #[test]
    fn no_text_causes_a_panic(text in any::<String>(), json in "[{}\\[\\]\":,.SNLMe1-9\\\\]{0,20}") {
        for text in [text, json] {
            let _ = read_typed_item(&text);
            let _ = read_plain_item(&text);
            let _ = read_record(&text);
        }
    }

    #[test]
    fn a_valid_item_is_accepted(item in item()) {
        let schema = Schema::of(&[("id", Kind::String)]);
        // A map can have an attribute without a name here.
        let nested = |value: &Value| matches!(value, Value::Map(_) | Value::List(_));
        let item: Attributes = item.into_iter().filter(|(_, value)| !nested(value)).collect();
        prop_assert!(check(&item, &schema).is_ok());
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is one table")]
fn a_bad_line_says_what_is_wrong() {
    let schema = Schema::of(&[("id", Kind::String), ("n", Kind::Number)]);
    let long = format!(r#"{{"id":"a","n":1,"x":"{}"}}"#, "x".repeat(400 * 1024));
    let deep = format!(
        r#"{{"id":"a","n":1,"x":{}1{}}}"#,
        "[".repeat(40),
        "]".repeat(40)
    );
    for (line, expected) in [
        (
            r#"{"id":"a","n":1"#,
            "it ends at column 16 where JSON needs a comma or }",
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
            "its key id is a number, but must be a string: write \"5\", with quotes",
        ),
        (
            r#"{"id":"a","n":"1"}"#,
            "its key n is a string, but must be a number: write 1, without quotes",
        ),
        (
            r#"{"id":{"S":"a"},"n":{"N":"1"}}"#,
            "its key id is a map, but must be a string: this looks like DynamoDB JSON, so pass --format dynamodb-json",
        ),
        (r#"{"id":"","n":1}"#, "its key id is empty"),
        (r#"{"id":"a","n":1,"n":2}"#, "it has n twice"),
        (
            r#"{"id":"a","n":1e126}"#,
            "in n, \"1e126\" is not a DynamoDB number: at most 38 digits, between 1E-130 and 9.9E+125",
        ),
        (
            r#"{"id":"a","n":1,"m":{"x":[123456789012345678901234567890123456789]}}"#,
            "in x, \"123456789012345678901234567890123456789\" is not a DynamoDB number: at most 38 digits, between 1E-130 and 9.9E+125",
        ),
        (
            &long,
            "it has 409607 bytes, more than DynamoDB's limit of 409600",
        ),
        (
            &deep,
            "its values are nested deeper than DynamoDB's limit of 32 levels",
        ),
        (
            r#"{"id":"\ud83d","n":1}"#,
            "column 8 starts a string with an invalid escape",
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
            "in x, a set is empty, which DynamoDB does not allow",
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
            "in n, \"NaN\" is not a DynamoDB number: at most 38 digits, between 1E-130 and 9.9E+125",
        ),
        (
            r#"{"Item":{"id":{"X":"a"}}}"#,
            "\"X\" is not a DynamoDB type",
        ),
        (
            r#"{"Item":{"id":{"S":"a","N":"1"}}}"#,
            "a value has a second type, \"N\"",
        ),
        (
            r#"{"Keys":{"id":{"S":"a"}},"OldImage":{"id""x"]}"#,
            "the value of \"OldImage\" is not JSON",
        ),
        (r#"{"Item":{"id":{}}}"#, "a value has no type"),
    ] {
        let result = read_record(line).and_then(|entry| check(&entry.item, &schema));
        assert_eq!(result.unwrap_err(), expected, "{line}");
    }
}
