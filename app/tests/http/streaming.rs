//! Answers are sent while they are read, what breaks off is read again, and one scan is shared.

use std::io::Write;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use http_body_util::BodyExt;
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
        answer.body.contains("This list is incomplete."),
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

#[tokio::test]
async fn the_first_rows_leave_before_the_backend_has_ended_its_page_compressed_or_not() {
    for encoding in ["identity", "gzip"] {
        for format in ["html", "json", "jsonl", "csv", "dynamodb-json"] {
            let app = TestApp::start().await;
            app.stub.set_table("books", items(2000));
            app.stub.set_key("itemID");
            app.stub.pause_after(60_000);
            let client = app.anna().header("accept-encoding", encoding);
            let path = format!("/query?format={format}&limit=all");
            let mut answer = client.open(Method::GET, &path, Body::empty()).await;
            let is_packed = answer.headers().contains_key("content-encoding");
            assert_eq!(is_packed, encoding == "gzip");
            let mut seen = Seen::new(is_packed);
            // The rest waits for the release below. If no row came before it, this would never end.
            while !seen.text().contains("item-0000") {
                seen.add(&answer.frame().await.unwrap().unwrap().into_data().unwrap());
            }
            assert!(!seen.text().contains("item-1999"), "{path}");
            app.stub.release();
            while let Some(frame) = answer.frame().await {
                seen.add(&frame.unwrap().into_data().unwrap());
            }
            assert_eq!(ids(&seen.text()), expected(2000), "{encoding} {path}");
        }
    }
}

/// What has arrived of an answer.
enum Seen {
    Plain(Vec<u8>),
    Packed(Box<flate2::write::GzDecoder<Vec<u8>>>),
}

impl Seen {
    fn new(is_packed: bool) -> Self {
        if is_packed {
            Self::Packed(Box::new(flate2::write::GzDecoder::new(Vec::new())))
        } else {
            Self::Plain(Vec::new())
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Plain(text) => text.extend_from_slice(bytes),
            Self::Packed(decoder) => {
                decoder.write_all(bytes).unwrap();
                decoder.flush().unwrap();
            }
        }
    }

    fn text(&self) -> String {
        let bytes = match self {
            Self::Plain(text) => text,
            Self::Packed(decoder) => decoder.get_ref(),
        };
        String::from_utf8_lossy(bytes).into_owned()
    }
}
