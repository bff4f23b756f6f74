//! Items are loaded from files, and exported again.

use aws_sdk_dynamodb::types::{AttributeValue, ScalarAttributeType};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header::CONTENT_LENGTH};
use e2e::command;
use e2e::proxy::{Cut, Proxy};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::setup::{ID, Item, Setup, lines, n, s, text_of};

const ALL_TYPES: &str = r#"{"Item":{"id":{"S":"😀\u0000\n\"'=x"},"empty":{"S":""},"n":{"N":"12345678901234567890123456789012345678"},"small":{"N":"-1.5E-129"},"b":{"B":"AP8="},"yes":{"BOOL":true},"none":{"NULL":true},"m":{"M":{"l":{"L":[{"N":"1"},{"M":{"bs":{"BS":["AQ=="]}}}]}," ":{"S":"x"}}},"l":{"L":[]},"ss":{"SS":["a",""]},"ns":{"NS":["1","-2.5"]},"bs":{"BS":["AQ==","Ag=="]}}}
{"Item":{"id":{"S":"plain"},"n":{"S":"12"},"b":{"BOOL":false},"m":{"M":{}}}}
"#;

#[tokio::test]
async fn every_type_comes_back_the_same_through_every_format_that_has_it() {
    let setup = Setup::new().await;
    setup.create("first", ID).await;
    let file = setup.write("all.json", ALL_TYPES);
    assert_eq!(
        setup
            .load("first", &file, false)
            .await
            .expect("loaded")
            .items,
        2
    );
    let item = setup
        .get("first", &[("id", s("😀\0\n\"'=x"))])
        .await
        .expect("it is there");
    assert_eq!(item["n"], n("12345678901234567890123456789012345678"));
    let items = setup.items("first").await;
    for name in ["out.dynamodb.json", "out.csv"] {
        let (exported, path) = setup.export("first", name, 2).await;
        assert_eq!(exported.items, 2);
        let second = format!("to-{name}");
        setup.create(&second, ID).await;
        setup.load(&second, &path, false).await.expect("loaded");
        assert_eq!(setup.items(&second).await, items, "{name}");
    }
    let (exported, _) = setup.export("first", "out.jsonl", 1).await;
    assert_eq!(exported.untyped, 1, "the item with binaries and sets");
}

#[tokio::test]
async fn the_last_line_with_a_key_wins_however_far_apart_they_are() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let text = text_of(400, |number| {
        format!("{{\"id\":\"{}\",\"n\":{number}}}", number % 40)
    });
    let file = setup.write("items.jsonl", &text);
    let loaded = setup.load("items", &file, false).await.expect("loaded");
    assert_eq!(loaded.items + loaded.replaced, 400);
    for key in 0..40 {
        let item = setup
            .get("items", &[("id", s(&key.to_string()))])
            .await
            .expect("an item");
        assert_eq!(item["n"], n(&(360 + key).to_string()));
    }
}

#[tokio::test]
async fn a_bad_line_stops_the_load_and_the_corrected_file_continues_there() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let good = lines(60);
    let file = setup.write(
        "items.jsonl",
        &format!("{good}{{\"n\":1}}\n{{\"id\":\"last\"}}\n"),
    );
    let said = setup
        .load("items", &file, false)
        .await
        .expect_err("a bad line")
        .to_string();
    assert!(said.contains("items.jsonl:61: it has no id"), "{said}");
    assert!(said.contains("load the file again"), "{said}");
    assert_eq!(
        setup.items("items").await.len(),
        60,
        "what stands before is written"
    );
    setup.write(
        "items.jsonl",
        &format!("{good}{{\"id\":\"mended\"}}\n{{\"id\":\"last\"}}\n"),
    );
    let loaded = setup.load("items", &file, false).await.expect("loaded");
    assert_eq!((loaded.items, loaded.lines_before), (2, 60));
    assert_eq!(setup.items("items").await.len(), 62);
    assert!(!setup.path("items.jsonl.progress").exists());
}

#[tokio::test]
async fn bad_lines_are_set_aside_on_request() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let file = setup.write("items.csv", "id,n\na,1\n,2\nb,3\n\"c\nd\",4,5\ne,6\n");
    let loaded = setup.load("items", &file, true).await.expect("loaded");
    assert_eq!((loaded.items, loaded.skipped), (3, 2));
    let rejected = std::fs::read_to_string(setup.path("items.csv.rejected")).expect("set aside");
    assert_eq!(rejected, "id,n\n,2\n\"c\nd\",4,5\n");
}

#[tokio::test]
async fn throttled_items_arrive() {
    let setup = Setup::with(Some(3)).await;
    setup.create("items", ID).await;
    let file = setup.write("items.jsonl", &lines(300));
    let loaded = setup.load("items", &file, false).await.expect("loaded");
    assert!(loaded.retries > 0);
    let (exported, _) = setup.export("items", "out.json", 3).await;
    assert_eq!((loaded.items, exported.items), (300, 300));
}

/// A `DynamoDB` in front of the local AWS that writes half of each batch and hands the rest back, and
/// refuses every batch with an item that has the attribute `refused`.
async fn choosy(upstream: String) -> String {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = async move |request: Request| {
        let (mut parts, body) = request.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("the request");
        let mut body: Value = serde_json::from_slice(&bytes).expect("JSON");
        let mut rest = Vec::new();
        if let Some(puts) = body.pointer_mut("/RequestItems/items") {
            let puts = puts.as_array_mut().expect("a list");
            let refused = |put: &Value| put.pointer("/PutRequest/Item/refused").is_some();
            if puts.iter().any(refused) {
                let text = r#"{"__type":"ValidationException","message":"not this one"}"#;
                return (StatusCode::BAD_REQUEST, text.to_owned());
            }
            rest = puts.split_off(puts.len().div_ceil(2));
        }
        parts.uri = upstream.parse().expect("an address");
        parts.headers.remove(CONTENT_LENGTH);
        let request = Request::from_parts(parts, Body::from(body.to_string()));
        let answer = client
            .request(request)
            .await
            .expect("the local AWS answers");
        let status = answer.status();
        let answer = to_bytes(Body::new(answer.into_body()), usize::MAX).await;
        let mut answer: Value = serde_json::from_slice(&answer.expect("an answer")).expect("JSON");
        if !rest.is_empty() {
            answer["UnprocessedItems"] = json!({ "items": rest });
        }
        (status, answer.to_string())
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    let routes = Router::new().fallback(answer);
    tokio::spawn(async { axum::serve(listener, routes).await });
    url
}

#[tokio::test]
async fn unprocessed_items_are_sent_again_and_one_refused_item_does_not_hold_up_its_batch() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let text = text_of(60, |number| match number {
        7 | 41 => format!(r#"{{"id":"{number}","refused":true}}"#),
        _ => format!(r#"{{"id":"{number}"}}"#),
    });
    setup.write("items.jsonl", &text);
    let url = choosy(setup.account.local.endpoint_url()).await;
    let line = "table load --table items --skip-bad items.jsonl";
    let output = setup.run(&url, line).await;
    assert!(output.status.success(), "{output:?}");
    assert_eq!(setup.items("items").await.len(), 58);
    let rejected = std::fs::read_to_string(setup.path("items.jsonl.rejected")).expect("a file");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(rejected, format!("{}\n{}\n", lines[7], lines[41]));
}

#[tokio::test]
async fn a_killed_load_continues_after_the_last_written_item() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let file = setup.write("items.jsonl", &lines(500));
    let mut proxy = Proxy::new(setup.account.local.endpoint_url()).await;
    // The first call describes the table. Of twenty batches only one gets no answer.
    proxy.cut_at(Some(Cut::After(10)));
    let mut process =
        tokio::process::Command::from(command(&proxy.url, "table load --table items"));
    let mut process = process
        .arg(&file)
        .kill_on_drop(true)
        .spawn()
        .expect("it starts");
    e2e::until("a checkpoint", async || {
        setup.path("items.jsonl.progress").exists().then_some(())
    })
    .await;
    process.kill().await.expect("SIGKILL");
    let output = setup
        .run(
            &setup.account.local.endpoint_url(),
            "table load --table items items.jsonl",
        )
        .await;
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("continuing after line"), "{said}");
    assert_eq!(setup.items("items").await.len(), 500);
    assert!(!setup.path("items.jsonl.progress").exists());
}

#[tokio::test]
async fn many_pages_and_segments_are_one_file_with_every_item_once() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let long = "x".repeat(100_000);
    let text = text_of(60, |number| {
        format!("{{\"id\":\"{number}\",\"x\":\"{long}\"}}")
    });
    let file = setup.write("items.jsonl", &text);
    setup.load("items", &file, false).await.expect("loaded");
    for segments in [1, 5] {
        let (exported, path) = setup.export("items", "out.jsonl", segments).await;
        assert_eq!(exported.items, 60);
        let text = std::fs::read_to_string(path).expect("the file");
        let distinct: std::collections::HashSet<_> = text.lines().collect();
        assert_eq!((distinct.len(), text.lines().count()), (60, 60));
    }
}

#[tokio::test]
async fn keys_of_every_type_are_distinguished() {
    let setup = Setup::new().await;
    let key = [("n", ScalarAttributeType::N), ("b", ScalarAttributeType::B)];
    setup.create("items", &key).await;
    let text = r#"{"Item":{"n":{"N":"1"},"b":{"B":"AQ=="},"v":{"S":"old"}}}
{"Item":{"n":{"N":"1.0"},"b":{"B":"AQ=="},"v":{"S":"new"}}}
{"Item":{"n":{"N":"1"},"b":{"B":"Ag=="}}}
"#;
    let file = setup.write("items.json", text);
    let loaded = setup.load("items", &file, false).await.expect("loaded");
    assert_eq!((loaded.items, loaded.replaced), (2, 1));
    let binary = AttributeValue::B(aws_sdk_dynamodb::primitives::Blob::new([1]));
    let item = setup
        .get("items", &[("n", n("1")), ("b", binary)])
        .await
        .expect("an item");
    assert_eq!(item["v"], s("new"));
}

#[tokio::test]
async fn the_command_finds_the_table_that_the_stack_hands_over() {
    let setup = Setup::new().await;
    let endpoint = setup.account.local.endpoint_url();
    setup.write("items.jsonl", "{\"itemID\":\"a\"}\n");
    let output = setup.run(&endpoint, "table load items.jsonl").await;
    assert!(String::from_utf8_lossy(&output.stderr).contains("run `task deploy-table` first"));
    assert!(
        setup
            .run(&endpoint, "table deploy --yes")
            .await
            .status
            .success()
    );
    assert!(
        setup
            .run(&endpoint, "table load items.jsonl")
            .await
            .status
            .success()
    );
    let output = setup.run(&endpoint, "table export -").await;
    assert_eq!(output.stdout, b"{\"Item\":{\"itemID\":{\"S\":\"a\"}}}\n");
    assert!(setup.run(&endpoint, "table export").await.status.success());
    let again = setup.run(&endpoint, "table export").await;
    assert!(
        String::from_utf8_lossy(&again.stderr).contains("--force"),
        "{again:?}"
    );
}

#[tokio::test]
async fn two_texts_that_differ_in_an_apostrophe_stay_different() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    for id in ["+49", "'+49", "''+49"] {
        setup
            .put("items", Item::from([("id".to_owned(), s(id))]))
            .await;
    }
    let items = setup.items("items").await;
    let page = setup.page_csv("items").await;
    let (_, export) = setup.export("items", "export.csv", 1).await;
    for (file, table) in [(page, "from-page"), (export, "from-export")] {
        setup.create(table, ID).await;
        setup.load(table, &file, false).await.expect("loaded");
        assert_eq!(setup.items(table).await, items, "{table}");
    }
}

/// Texts that mean something in one of the formats, and any others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "['=+@,;\"\\\\\r\n\t:{}\\[\\] 1-]{0,6}",
        "(-?[0-9]{1,3}(\\.[0-9]{1,2})?| ?[0-9]|true|false|null|\\[\\]|\\{\\}|\"x\"|a:N|b:S)",
        Just("\u{feff}\u{0}\u{7f}\u{2028}😀".to_owned()),
        Just("other attributes".to_owned()),
        Just(String::new()),
    ]
}

#[tokio::test]
async fn any_text_or_name_survives_the_csv_of_page_and_export() {
    let setup = Setup::new().await;
    let mut runner = TestRunner::default();
    let stored = (text(), text(), text());
    for round in 0..4 {
        let table = format!("items-{round}");
        setup.create(&table, ID).await;
        // A file has a hundred columns at most.
        for number in 0..90 {
            let tree = stored.new_tree(&mut runner).expect("texts");
            let (id, name, text) = tree.current();
            let named = match name.as_str() {
                "" | "id" | "text" => format!("name-{number}"),
                _ => name,
            };
            let id = if id.is_empty() {
                "empty".to_owned()
            } else {
                id
            };
            let item = [
                ("id".to_owned(), s(&id)),
                (named, s(&text)),
                ("text".to_owned(), s(&text)),
            ];
            setup.put(&table, Item::from(item)).await;
        }
        let items = setup.items(&table).await;
        let page = setup.page_csv(&table).await;
        let (_, export) = setup.export(&table, "export.csv", 2).await;
        for (file, way) in [(page, "page"), (export, "export")] {
            let second = format!("{way}-{round}");
            setup.create(&second, ID).await;
            setup.load(&second, &file, false).await.expect("loaded");
            let read = setup.items(&second).await;
            for (read, item) in read.iter().zip(&items) {
                assert_eq!(read, item, "{way}");
            }
            assert_eq!(read.len(), items.len(), "{way}");
        }
    }
}
