//! Input that is forged, huge or full of special characters gets a correct page, or a 400 that says
//! what is wrong.

use axum::http::StatusCode;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::support::TestApp;

const KEY: &str = "a,\"b\"/'c'\\?&=#%+ \u{1}\u{1f}\u{7f}\r\n\t<script>\u{1f600}";

/// An app with this item, whose key is `itemID`.
async fn with(item: &Value) -> TestApp {
    let app = TestApp::start().await;
    app.stub.set_key("itemID");
    app.stub.set_table("books", [item.clone()]);
    app
}

/// The page of the first item that has a link.
async fn first_item(app: &TestApp) -> String {
    let page = app.anna().get("/query").await.body;
    let (_, rest) = page.split_once("href=\"/item?key=").unwrap();
    let address = format!("/item?key={}", rest.split('"').next().unwrap());
    let item = app.anna().get(&address).await;
    assert_eq!(item.status, StatusCode::OK, "{}", item.body);
    item.body
}

#[tokio::test]
async fn a_key_of_any_signs_is_found_by_link_and_by_look_up() {
    let app = with(&json!({ "itemID": { "S": KEY }, "n": { "N": "7" } })).await;
    let page = first_item(&app).await;
    assert!(page.contains("&lt;script&gt;\u{1f600}"), "{page}");
    assert!(!page.contains("<script>"), "{page}");
    assert_eq!(
        app.stub.input("GetItem")["Key"],
        json!({ "itemID": { "S": KEY } })
    );
    let encoded: String = form_urlencoded::byte_serialize(KEY.as_bytes()).collect();
    let found = app
        .anna()
        .get(&format!("/item?name=itemID&type=S&value={encoded}"))
        .await;
    assert_eq!(found.status, StatusCode::SEE_OTHER);
    let item = app.anna().get(found.header("location")).await;
    assert_eq!(item.status, StatusCode::OK);
}

#[tokio::test]
async fn a_binary_and_a_long_number_are_keys_like_others() {
    for key in [
        json!({ "B": "AP8QIDA=" }),
        json!({ "N": "-12345678901234567890123456789012345678" }),
    ] {
        let app = with(&json!({ "itemID": key })).await;
        first_item(&app).await;
        assert_eq!(app.stub.input("GetItem")["Key"]["itemID"], key);
    }
}

#[tokio::test]
async fn a_name_can_be_a_tag() {
    let app =
        with(&json!({ "itemID": { "S": "a" }, "<script>": { "M": { "</td>": { "S": "x" } } } }))
            .await;
    let list = app.anna().get("/query?sort=%3Cscript%3E").await.body;
    for page in [first_item(&app).await, list] {
        assert!(
            page.contains("&lt;script&gt;") && page.contains("&lt;/td&gt;"),
            "{page}"
        );
        assert!(!page.contains("<script>"), "{page}");
    }
}

#[tokio::test]
async fn an_item_of_400_kilobytes_is_shown_whole() {
    let text = format!("{}end", "<\"\u{1f600}".repeat(66_000));
    let app = with(&json!({ "itemID": { "S": "a" }, "long": { "S": text } })).await;
    let list = app.anna().get("/query").await.body;
    // Between tags a quote needs no escape.
    for (page, quote) in [(list, "\""), (first_item(&app).await, "&#34;")] {
        let some = format!("&lt;{quote}\u{1f600}");
        let escaped = format!("{}end</summary>", some.repeat(66_000));
        assert!(page.contains(&escaped), "{} bytes", page.len());
    }
    let lines = app.anna().get("/query?limit=all&format=jsonl").await.body;
    let item: Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(item["long"], text);
}

#[tokio::test]
async fn empty_sets_texts_and_documents_are_shown() {
    let item = json!({
        "itemID": { "S": "a" }, "ss": { "SS": [] }, "ns": { "NS": [] }, "bs": { "BS": [] },
        "l": { "L": [] }, "m": { "M": {} }, "s": { "S": "" }, "b": { "B": "" },
    });
    let app = with(&item).await;
    let list = app.anna().get("/query").await.body;
    assert_eq!(list.matches("<i>empty</i>").count(), 2, "{list}");
    assert!(list.contains(r"<td class=SS>{}<"), "{list}");
    assert!(list.contains(r"<td class=L>[]<"), "{list}");
    let page = first_item(&app).await;
    assert_eq!(page.matches("<i>empty</i>").count(), 5, "{page}");
    assert!(
        page.contains("0 entries") && page.contains("0 attributes"),
        "{page}"
    );
}

#[tokio::test]
async fn two_thousand_attributes_are_a_hundred_columns_and_nothing_is_lost() {
    let item: Map<String, Value> = (0..2000)
        .map(|number| {
            (
                format!("a{number:04}"),
                json!({ "S": format!("value-{number:04}") }),
            )
        })
        .chain([("itemID".to_owned(), json!({ "S": "a" }))])
        .collect();
    let app = with(&Value::Object(item)).await;
    for page in [app.anna().get("/query").await.body, first_item(&app).await] {
        for number in [0, 98, 99, 1000, 1999] {
            assert!(page.contains(&format!("value-{number:04}")), "{number}");
        }
    }
    let csv = app.anna().get("/query?limit=all&format=csv").await.body;
    assert_eq!(csv.split("\r\n").next().unwrap().split(',').count(), 101);
    assert!(csv.contains("value-1999"), "{csv}");
}

#[tokio::test]
async fn a_filter_may_name_an_attribute_that_no_item_has() {
    let app = with(&json!({ "itemID": { "S": "a" } })).await;
    let page = app
        .anna()
        .get("/query?attribute=%3Cscript%3E%00&is=missing")
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("<script>"), "{}", page.body);
    let names = &app.stub.input("Scan")["ExpressionAttributeNames"];
    assert_eq!(names, &json!({ "#n0": "<script>\0" }));
}

#[tokio::test]
async fn forged_input_is_a_400_with_one_sentence() {
    let app = with(&json!({ "itemID": { "S": "a" } })).await;
    let cursor = |json: &str| BASE64_URL_SAFE_NO_PAD.encode(json);
    for (path, sentence) in [
        (
            "/query?cursor=%00".to_owned(),
            "The cursor is invalid or from another table",
        ),
        (
            format!(
                "/query?cursor={}",
                cursor(r#"{"itemID":{"S":"elsewhere"}}"#)
            ),
            "The cursor is invalid or from another table",
        ),
        (
            format!("/query?cursor={}", cursor(r#"{"itemID":{"M":{}}}"#)),
            "The cursor is invalid or from another table",
        ),
        (
            format!("/query?before={}", cursor("[]")),
            "The cursor is invalid or from another table",
        ),
        (
            format!("/item?key={}", cursor("{}")),
            "The address contains no key of an item",
        ),
        (
            "/item?name=itemID&type=N&value=1e999".to_owned(),
            "at most 38 digits",
        ),
        (
            "/item?name=itemID&type=B&value=!".to_owned(),
            "written in Base64",
        ),
        (
            "/query?attribute=a&is=eq&type=N&value=%3Cscript%3E".to_owned(),
            "at most 38 digits",
        ),
        (
            "/query?attribute=a&is=like".to_owned(),
            "The test of a condition must be",
        ),
        (
            format!("/query?{}", "attribute=a&is=exists&".repeat(21)),
            "at most 20 conditions",
        ),
        (
            format!("/query?attribute=a&is=eq&type=N&value={}", "9".repeat(39)),
            "at most 38 digits",
        ),
    ] {
        let answer = app.anna().get(&path).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{path}: {}",
            answer.body
        );
        assert!(answer.body.contains(sentence), "{path}: {}", answer.body);
    }
}
