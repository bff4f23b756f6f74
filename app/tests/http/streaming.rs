//! Answers leave while they are read; what breaks off is read again; the same scan is shared.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Fault, TestApp};

fn items(count: usize) -> impl Iterator<Item = Value> {
    (0..count).map(|number| {
        json!({ "itemID": { "S": format!("item-{number:04}") }, "n": { "N": number.to_string() } })
    })
}

fn ids(body: &str) -> Vec<String> {
    body.split("item-")
        .skip(1)
        .map(|rest| rest.chars().take(4).collect())
        .collect()
}

fn expected(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{number:04}")).collect()
}

#[tokio::test]
async fn a_page_that_breaks_off_is_completed() {
    for key in [None, Some("itemID")] {
        for (format, limit) in [
            ("html", "20"),
            ("jsonl", "all"),
            ("csv", "20"),
            ("json", "20"),
        ] {
            for length in (0..1500).step_by(41) {
                let app = TestApp::start().await;
                app.stub.set_table("books", items(20));
                app.stub.cut(length);
                if let Some(key) = key {
                    app.stub.set_key(key);
                }
                let path = format!("/query?format={format}&limit={limit}");
                let answer = app.anna().get(&path).await;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
                assert_eq!(
                    ids(&answer.body),
                    expected(20),
                    "{key:?} {path} cut at {length}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_page_that_breaks_off_again_and_again_says_so() {
    let app = TestApp::start().await;
    app.stub.set_table("books", items(20));
    for _ in 0..3 {
        app.stub.cut(700);
    }
    let answer = app.anna().get("/query").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains("What is shown is not all."),
        "{}",
        answer.body
    );
    assert!(
        answer.body.trim_end().ends_with("</html>"),
        "{}",
        answer.body
    );
    for _ in 0..3 {
        app.stub.cut(10);
    }
    let nothing = app.anna().get("/query").await;
    assert_eq!(nothing.status, StatusCode::BAD_GATEWAY, "{}", nothing.body);
}

#[tokio::test]
async fn all_is_all_pages_in_one() {
    let app = TestApp::start().await;
    app.stub.set_table("books", items(95));
    app.stub.set_page(10);
    for format in ["html", "json", "jsonl", "csv", "dynamodb-json"] {
        let answer = app
            .anna()
            .get(&format!("/query?limit=all&format={format}"))
            .await;
        assert_eq!(ids(&answer.body), expected(95), "{format}");
    }
}

#[tokio::test]
async fn several_readers_of_all_pages_each_get_all() {
    let app = TestApp::start().await;
    app.stub.set_table("books", items(95));
    app.stub.set_page(10);
    app.stub.set_fault("Scan", Fault::Held);
    let reader = || {
        let anna = app.anna();
        tokio::spawn(async move { anna.get("/query?limit=all").await.body })
    };
    let readers: Vec<_> = (0..8).map(|_| reader()).collect();
    app.stub.wait_until_held().await;
    app.stub.release();
    for reader in readers {
        assert_eq!(ids(&reader.await.unwrap()), expected(95));
    }
}
