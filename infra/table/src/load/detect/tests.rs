use items::Kind;

use super::Detected;
use super::classify::classify;
use crate::load::input::Layout;

/// The detected format and layout, in words.
fn detected(text: &str, is_all: bool) -> String {
    match classify(
        text.as_bytes(),
        is_all,
        None,
        &[("id".to_owned(), Kind::String)],
    ) {
        Detected::Format(form) => {
            let changes = if form.changes { " of changes" } else { "" };
            let layout = match form.layout {
                Layout::Lines => "lines",
                Layout::Csv { .. } => "csv",
                Layout::Values { pages: false } => "values",
                Layout::Values { pages: true } => "pages",
            };
            format!("{:?} in {layout}{changes}", form.format)
        }
        Detected::Unsupported(why) => why.to_owned(),
        Detected::Unknown => "unknown".to_owned(),
        Detected::Unclear => "unclear".to_owned(),
    }
}

#[test]
fn formats_are_told_apart_by_their_content() {
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
            "is Amazon Ion, which is not supported: export the table again with `--export-format DYNAMODB_JSON`",
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
            "is YAML, which is not supported: run the aws command again with `--output json`",
        ),
    ] {
        assert_eq!(detected(text, true), expected, "{text}");
    }
    let utf16 = classify(b"\xff\xfei\0d\0", true, None, &[]);
    assert!(
        matches!(utf16, Detected::Unsupported(why) if why.starts_with("is UTF-16")),
        "{utf16:?}"
    );
}

#[test]
fn an_unclear_beginning_needs_more_bytes() {
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
        assert_eq!(detected(text, false), expected, "{text}");
    }
}
