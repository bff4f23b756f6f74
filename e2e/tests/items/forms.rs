//! The forms of a file of items, plain and as gzip.

use std::io::Write as _;
use std::process::{Output, Stdio};

use e2e::command;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::AsyncWriteExt as _;

use crate::setup::{ID, Item, Setup, lines, n, s, text_of};

pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("packed");
    encoder.finish().expect("packed")
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a command with this as its input.
async fn pipe(setup: &Setup, line: &str, input: &[u8]) -> Output {
    let endpoint = setup.account.local.endpoint_url();
    let mut command = tokio::process::Command::from(command(&endpoint, line));
    command
        .current_dir(setup.directory.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = command.spawn().expect("it starts");
    let mut stdin = process.stdin.take().expect("its input");
    // A command that refuses its input does not read it to the end.
    let _ = stdin.write_all(input).await;
    drop(stdin);
    process.wait_with_output().await.expect("it runs")
}

#[tokio::test]
async fn every_form_of_the_same_items_is_recognised_and_loaded() {
    let setup = Setup::new().await;
    let typed = [
        r#"{"id":{"S":"a"},"n":{"N":"1.50"}}"#,
        r#"{"id":{"S":"b]}"},"n":{"N":"2"},"l":{"L":[{"S":"\"["}]}}"#,
    ];
    let plain = [
        r#"{"id":"a","n":1.50}"#,
        r#"{"id":"b]}","n":2,"l":["\"["]}"#,
    ];
    let wrapped = typed.map(|item| format!("{{\"Item\":{item}}}"));
    let page = |items: &str| {
        format!("{{\"Items\":[{items}],\"Count\":1,\"ScannedCount\":1,\"ConsumedCapacity\":null}}")
    };
    let pretty = |json: &str| {
        let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
        serde_json::to_string_pretty(&value).expect("text") + "\n"
    };
    let forms = [
        ("marshalled.json", typed.join("\n")),
        ("marshalled.jsonl", typed.join("\r\n")),
        ("list.json", format!("[{}]", plain.join(","))),
        (
            "list-of-typed.json",
            pretty(&format!("[{}]", typed.join(","))),
        ),
        (
            "list-of-wrapped.json",
            format!("[{},\n{}]", wrapped[0], wrapped[1]),
        ),
        ("scan.json", page(&typed.join(","))),
        ("pretty-scan.json", pretty(&page(&typed.join(",")))),
        (
            "two-scans.json",
            pretty(&page(typed[0])) + &pretty(&page(typed[1])),
        ),
        (
            "two-lines-of-scans.json",
            page(typed[0]) + "\n" + &page(typed[1]),
        ),
        ("plain-scan.json", page(&plain.join(","))),
        ("get-item.json", pretty(&wrapped[0]) + &pretty(&wrapped[1])),
        ("pretty-items.json", pretty(typed[0]) + &pretty(typed[1])),
        (
            "semicolons.csv",
            "n:N;id;l\n1.50;a;\n2;b]};\"[\"\"\\\"\"[\"\"]\"\n".to_owned(),
        ),
        (
            "tabs.tsv",
            "n:N\tid\tl\n1.50\ta\t\n2\tb]}\t\"[\"\"\\\"\"[\"\"]\"\n".to_owned(),
        ),
        (
            "tabs.txt",
            "id\tn:N\tl\na\t1.50\t\nb]}\t2\t\"[\"\"\\\"\"[\"\"]\"\n".to_owned(),
        ),
    ];
    setup.create("expected", ID).await;
    let file = setup.write("expected.jsonl", &plain.join("\n"));
    setup.load("expected", &file, false).await.expect("loaded");
    let expected = setup.items("expected").await;
    assert_eq!(expected.len(), 2);
    for (name, text) in forms {
        let packed = format!("{name}.gz");
        std::fs::write(setup.path(&packed), gzip(text.as_bytes())).expect("written");
        setup.write(name, &text);
        for name in [name, &packed] {
            setup.create(name, ID).await;
            let loaded = setup.load(name, &setup.path(name), false).await;
            assert_eq!(loaded.expect(name).items, 2, "{name}");
            assert_eq!(setup.items(name).await, expected, "{name}");
        }
        let table = format!("piped-{name}");
        setup.create(&table, ID).await;
        let line = format!("table load --table {table} -");
        let output = pipe(&setup, &line, &gzip(text.as_bytes())).await;
        assert!(output.status.success(), "{name}: {output:?}");
        assert_eq!(setup.items(&table).await, expected, "{name}");
    }
}

#[tokio::test]
async fn an_incomplete_scan_is_reported() {
    let setup = Setup::new().await;
    let endpoint = setup.account.local.endpoint_url();
    setup.create("items", ID).await;
    let page = r#"{"Items":[{"id":{"S":"a"}}],"Count":1,"LastEvaluatedKey":{"id":{"S":"a"}}}"#;
    let last = r#"{"Items":[],"Count":0,"NextToken":null}"#;
    for (text, expected) in [(page.to_owned(), true), (format!("{page}\n{last}"), false)] {
        setup.write("scan.json", &text);
        let line = "table load --table items scan.json";
        let output = setup.run(&endpoint, line).await;
        assert!(output.status.success(), "{output:?}");
        let says = said(&output).contains("this file is an incomplete scan");
        assert_eq!(says, expected, "{output:?}");
    }
}

#[tokio::test]
async fn an_option_names_a_form_that_cannot_be_recognised() {
    let setup = Setup::new().await;
    let endpoint = setup.account.local.endpoint_url();
    setup.create("items", ID).await;
    setup.write("bars.csv", "id|x\na;b|1\n");
    let output = setup
        .run(&endpoint, "table load --table items --delimiter | bars.csv")
        .await;
    assert!(output.status.success(), "{output:?}");
    let item = setup.get("items", &[("id", s("a;b"))]).await;
    assert_eq!(item.expect("an item")["x"], n("1"));
    let output = setup
        .run(
            &endpoint,
            "table load --table items --delimiter ; --format json-lines bars.csv",
        )
        .await;
    assert!(
        said(&output).contains("--delimiter is only for CSV"),
        "{output:?}"
    );
    // The first line looks like DynamoDB JSON.
    setup.write(
        "maps.json",
        "{\"x\":{\"S\":\"no key\"}}\n{\"id\":\"b\",\"x\":{\"S\":\"y\"}}\n",
    );
    let output = setup
        .run(
            &endpoint,
            "table load --table items --format json-lines --skip-bad maps.json",
        )
        .await;
    assert!(output.status.success(), "{output:?}");
    let item = setup.get("items", &[("id", s("b"))]).await;
    assert!(item.expect("an item")["x"].is_m());
}

#[tokio::test]
async fn an_unsupported_file_is_named_with_a_remedy() {
    let setup = Setup::new().await;
    let endpoint = setup.account.local.endpoint_url();
    setup.create("items", ID).await;
    for (text, expected) in [
        ("$ion_1_0 {Item:{id:\"a\"}}\n", "is Amazon Ion"),
        (
            "--------\n|  Scan  |\n+------+\n",
            "is the table output of the aws command",
        ),
        (
            "None\t1\t1\nID\ta\nN\t5\n",
            "is the text output of the aws command",
        ),
        ("Items:\n- id:\n    S: a\n", "is YAML"),
        (
            "\u{feff}hello\n",
            "the format of items.json is not recognised",
        ),
    ] {
        setup.write("items.json", text);
        let output = setup
            .run(&endpoint, "table load --table items items.json")
            .await;
        assert_eq!(output.status.code(), Some(1), "{text}: {output:?}");
        assert!(said(&output).contains(expected), "{text}: {output:?}");
    }
    std::fs::write(setup.path("empty.json.gz"), b"").expect("written");
    let output = setup
        .run(&endpoint, "table load --table items empty.json.gz")
        .await;
    assert!(
        said(&output).contains("it is empty, so it is not gzip"),
        "{output:?}"
    );
}

#[tokio::test]
async fn a_bad_item_of_a_list_is_reported_by_number_and_the_corrected_file_continues_there() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let list = |bad: &str| {
        let items: Vec<_> = (0..70)
            .map(|number| format!("{{\"id\": \"{number}\"\n}}"))
            .collect();
        format!("[{},\n{bad},\n{{\"id\":\"last\"}}]", items.join(",\n"))
    };
    let file = setup.write("items.json", &list("{\"id\":5}"));
    let stopped = setup
        .load("items", &file, false)
        .await
        .expect_err("a bad item");
    let stopped = stopped.to_string();
    assert!(
        stopped.contains("items.json:141: item 71: its key id is a number"),
        "{stopped}"
    );
    assert!(
        stopped.ends_with("; everything before it was written"),
        "{stopped}"
    );
    assert_eq!(setup.items("items").await.len(), 70);
    setup.write("items.json", &list("{\"id\":\"5\"}"));
    let loaded = setup.load("items", &file, false).await.expect("loaded");
    assert_eq!((loaded.items, loaded.lines_before), (2, 70));
    assert!(!setup.path("items.json.progress").exists());
}

#[tokio::test]
async fn a_truncated_list_is_loaded_to_its_end_and_always_reported() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let file = setup.write("items.json", "[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":");
    for skip_bad in [false, true] {
        let stopped = setup
            .load("items", &file, skip_bad)
            .await
            .expect_err("it breaks off");
        let stopped = stopped.to_string();
        assert!(
            stopped.contains("items.json:1: item 3: the file ends where JSON needs"),
            "{stopped}"
        );
    }
    assert_eq!(setup.items("items").await.len(), 2);
}

#[tokio::test]
async fn bad_items_of_a_list_are_set_aside_one_a_line() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let file = setup.write("items.json", "[{\"id\":\"a\"},\n{\n\"id\": 5\n},{\"n\":1}]");
    let loaded = setup.load("items", &file, true).await.expect("loaded");
    assert_eq!((loaded.items, loaded.skipped), (1, 2));
    let rejected = setup.path("items.json.rejected");
    let text = std::fs::read_to_string(rejected).expect("set aside");
    assert_eq!(text, "{ \"id\": 5 }\n{\"n\":1}\n");
}

#[tokio::test]
async fn no_message_claims_that_items_were_written_if_none_were() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    for (name, text, expected) in [
        (
            "a.jsonl",
            "{\"id\":5}\n",
            "a.jsonl:1: its key id is a number, but must be a string: write \"5\", with quotes",
        ),
        ("b.csv", "id,n\n,1\n", "b.csv:2: "),
        (
            "c.csv",
            "id:N,n\n5,1\n",
            "c.csv:1: the header says that id is a number, but this key of the table is a string",
        ),
        (
            "d.csv",
            "id,n\n\"a,1\nb,2\n",
            "d.csv:2: it has a quote that is never closed",
        ),
        ("e.json", "[5]", "e.json:1: item 1: column 1 has '5'"),
    ] {
        let file = setup.write(name, text);
        let stopped = setup.load("items", &file, false).await.expect_err(name);
        let stopped = stopped.to_string();
        assert!(stopped.contains(expected), "{stopped}");
        assert!(stopped.ends_with("; nothing was written"), "{stopped}");
    }
    assert_eq!(setup.items("items").await, [""; 0]);
}

#[tokio::test]
async fn truncated_gzip_is_loaded_to_its_end_and_continued_once_it_is_complete() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let text = text_of(3000, |number| {
        format!("{{\"id\":\"{number:x}\",\"n\":{}}}", number * 7919)
    });
    let whole = gzip(text.as_bytes());
    let file = setup.path("items.jsonl.gz");
    std::fs::write(&file, &whole[..whole.len() / 2]).expect("written");
    let stopped = setup
        .load("items", &file, true)
        .await
        .expect_err("it breaks off");
    let stopped = stopped.to_string();
    assert!(
        stopped.contains("its gzip data ends too early"),
        "{stopped}"
    );
    assert!(
        stopped.contains("the same command continues from there"),
        "{stopped}"
    );
    let before = setup.items("items").await.len();
    assert!((100..2900).contains(&before), "{before}");
    std::fs::write(&file, whole).expect("written");
    let loaded = setup.load("items", &file, false).await.expect("loaded");
    assert_eq!(loaded.items + loaded.lines_before, 3000);
    assert!(loaded.lines_before > 0);
    assert_eq!(setup.items("items").await.len(), 3000);
}

#[tokio::test]
async fn an_endless_line_is_refused_without_much_memory() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    // Gzip may consist of several members. Together they are one line of a gigabyte.
    let part = gzip(&vec![b'x'; 16 * 1024 * 1024]);
    let bomb = [gzip(b"{\"id\":\"a\"}\n{\"id\":\""), part.repeat(64)].concat();
    std::fs::write(setup.path("bomb.jsonl.gz"), bomb).expect("written");
    let endpoint = setup.account.local.endpoint_url();
    let load = command(&endpoint, "table load --table items bomb.jsonl.gz");
    let mut limited = tokio::process::Command::new("sh");
    limited.args(["-c", "ulimit -v 400000; exec \"$@\"", "sh"]);
    limited.arg(load.get_program()).args(load.get_args());
    for (name, value) in load
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)))
    {
        limited.env(name, value);
    }
    let output = limited.current_dir(setup.directory.path()).output().await;
    let output = output.expect("it runs");
    let said = said(&output);
    let expected = "bomb.jsonl.gz:2: it is longer than the limit of 16777216 bytes";
    assert!(said.contains(expected), "{said}");
    assert_eq!(setup.items("items").await.len(), 1);
}

#[tokio::test]
async fn an_export_is_gzip_if_its_name_ends_in_gz() {
    let setup = Setup::new().await;
    setup.create("first", ID).await;
    let file = setup.write("items.jsonl", &lines(200));
    setup.load("first", &file, false).await.expect("loaded");
    let items = setup.items("first").await;
    for name in ["out.jsonl.gz", "out.csv.gz", "out.json.gz"] {
        let (exported, path) = setup.export("first", name, 2).await;
        let bytes = std::fs::read(&path).expect("the file");
        assert_eq!(
            (bytes.len() as u64, &bytes[..2]),
            (exported.bytes, &[0x1f, 0x8b][..])
        );
        let second = format!("to-{name}");
        setup.create(&second, ID).await;
        setup.load(&second, &path, false).await.expect("loaded");
        assert_eq!(setup.items(&second).await, items, "{name}");
    }
}

/// An item with this key and this text.
pub(crate) fn item(id: &str, text: &str) -> Item {
    Item::from([("id".to_owned(), s(id)), ("v".to_owned(), s(text))])
}
