//! Every item can be reached and is shown exactly.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::TestApp;

const ITEMS: usize = 250;
/// More than any test here has.
const MAX_PAGES: usize = 100;

fn id(number: usize) -> String {
    format!("item-{number:05}")
}

fn numbered() -> impl Iterator<Item = Value> {
    (0..ITEMS).map(|number| json!({ "itemID": { "S": id(number) } }))
}

async fn ids_by_json(app: &TestApp, limit: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut path = format!("/query?format=json&limit={limit}");
    for _ in 0..MAX_PAGES {
        let page = app.anna().get(&path).await.json();
        let items = page["items"].as_array().unwrap();
        ids.extend(
            items
                .iter()
                .map(|item| item["itemID"]["S"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["cursor"].as_str() else {
            return ids;
        };
        path = format!("/query?format=json&limit={limit}&cursor={cursor}");
    }
    panic!("the pages never end");
}

async fn ids_by_links(app: &TestApp) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut page = app.anna().send(Method::POST, "/query", Body::empty()).await;
    for _ in 0..MAX_PAGES {
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        ids.extend(
            (0..ITEMS)
                .map(id)
                .filter(|id| page.body.matches(&format!(">{id}<")).count() == 1),
        );
        let Some(next) = page.next() else { return ids };
        page = app.anna().get(&next).await;
    }
    panic!("the pages never end");
}

#[tokio::test]
async fn all_pages_can_be_followed_as_json() {
    let app = TestApp::start().await;
    app.stub.set_table("books", numbered());
    // 250 is a multiple of 50: the last page is full, and an empty one follows it.
    for limit in [7, 50, 1000] {
        let expected: Vec<_> = (0..ITEMS).map(id).collect();
        assert_eq!(ids_by_json(&app, limit).await, expected, "limit {limit}");
    }
}

#[tokio::test]
async fn all_pages_can_be_followed_in_the_browser() {
    let app = TestApp::start().await;
    app.stub.set_table("books", numbered());
    assert_eq!(ids_by_links(&app).await.len(), ITEMS);
    assert_eq!(app.stub.calls("Scan"), 3);
}

#[tokio::test]
async fn an_empty_page_is_not_the_end() {
    let app = TestApp::start().await;
    app.stub.set_table("books", numbered());
    app.stub.set_empty_pages();
    assert_eq!(ids_by_links(&app).await.len(), ITEMS);
    assert_eq!(ids_by_json(&app, 100).await.len(), ITEMS);
}

#[tokio::test]
async fn an_empty_table_says_so() {
    let app = TestApp::start().await;
    let page = app.anna().get("/query").await;
    assert!(page.body.contains("The table is empty."), "{}", page.body);
    assert_eq!(page.next(), None);
    let json = app.anna().get("/query?format=json").await.json();
    assert_eq!(
        json,
        json!({ "table": "books", "items": [], "cursor": null, "scanned": 0, "capacity": 0.5 })
    );
}

#[tokio::test]
async fn items_are_exact_in_json_and_escaped_in_html() {
    let digits = "12345678901234567890123456789012345678";
    let item = json!({
        "itemID": { "S": "<script>alert(1)</script>" },
        "binary": { "B": "AP8=" },
        "document": { "M": { "list": { "L": [{ "N": digits }, { "NULL": true }] } } },
        "exact": { "N": digits },
        "flag": { "BOOL": false },
        "<b>name</b>": { "SS": ["&", "\""] },
    });
    let app = TestApp::start().await;
    app.stub.set_table("books", [item.clone()]);
    let json = app.anna().get("/query?format=json").await.json();
    assert_eq!(json["items"], json!([item]));
    let page = app.anna().get("/query").await.body;
    assert!(
        !page.contains("<script>") && !page.contains("<b>"),
        "{page}"
    );
    assert!(page.contains(&format!("<td class=N>{digits}<")), "{page}");
    assert!(page.contains("AP8="), "{page}");
}

#[tokio::test]
async fn a_long_value_is_folded_but_whole() {
    let text = "long ".repeat(200);
    let app = TestApp::start().await;
    app.stub
        .set_table("books", [json!({ "itemID": { "S": text } })]);
    let page = app.anna().get("/query").await.body;
    assert!(
        page.contains(&format!("<details><summary>{text}</summary></details>")),
        "{page}"
    );
}

#[tokio::test]
async fn attributes_beyond_the_columns_are_shown_together() {
    let many = (0..150)
        .map(|number| (format!("a{number:03}"), json!({ "S": "v" })))
        .collect();
    let app = TestApp::start().await;
    app.stub.set_table("books", [Value::Object(many)]);
    let page = app.anna().get("/query").await.body;
    assert_eq!(page.matches("<th scope").count(), 101);
    assert!(page.contains("other attributes</th>"), "{page}");
    assert!(page.contains(r#"a149": "v""#), "{page}");
}

#[tokio::test]
async fn a_forged_cursor_is_refused() {
    let app = TestApp::start().await;
    app.stub.set_table("books", numbered());
    // The last one is well formed, and DynamoDB refuses it: {"itemID":{"S":"elsewhere"}}
    for cursor in ["", "x", "e30", "eyJpdGVtSUQiOnsiUyI6ImVsc2V3aGVyZSJ9fQ"] {
        let answer = app.anna().get(&format!("/query?cursor={cursor}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{cursor}");
        assert!(
            answer.body.contains("start again from the first page"),
            "{}",
            answer.body
        );
    }
    let json = app.anna().get("/query?format=json&limit=0").await;
    assert_eq!(json.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        json.json()["error"],
        "The limit must be a number from 1 to 1000, or all."
    );
}
