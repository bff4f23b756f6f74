//! What a user may do depends on the role of the account.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{CREDENTIALS, Client, TestApp};

const ACCOUNTS: &str = "viewer/vera:v exporter/erna:e olga:o";
const SENTENCE: &str = "Your account may not read the whole table: choose a limit of at most 1000 items, or ask for \
                        the role exporter.";

async fn app() -> TestApp {
    let app = TestApp::start_with(&["--accounts", ACCOUNTS]).await;
    app.stub
        .set_table("books", [json!({ "itemID": { "S": "one" } })]);
    app
}

/// Users with the role exporter. An account without a role has it.
fn exporters(app: &TestApp) -> [Client; 2] {
    [("erna", "e"), ("olga", "o")].map(|(user, password)| app.nobody().login(user, password))
}

#[tokio::test]
async fn only_an_exporter_reads_the_whole_table() {
    let app = app().await;
    let vera = app.nobody().login("vera", "v");
    for format in ["html", "json", "jsonl", "csv", "dynamodb-json"] {
        for more in ["", "&attribute=itemID&is=exists", "&cursor=forged"] {
            let path = format!("/query?limit=all&format={format}{more}");
            for method in [Method::GET, Method::POST] {
                let refused = vera.send(method, &path, Body::empty()).await;
                let expected = match more {
                    "&cursor=forged" => StatusCode::BAD_REQUEST,
                    _ => StatusCode::FORBIDDEN,
                };
                assert_eq!(refused.status, expected, "{path}");
            }
            for exporter in exporters(&app) {
                let status = exporter.get(&path).await.status;
                assert_ne!(status, StatusCode::FORBIDDEN, "{path}");
            }
        }
    }
    let calls = app.stub.calls("Scan");
    vera.get("/query?limit=all").await;
    assert_eq!(
        app.stub.calls("Scan"),
        calls,
        "it is refused before it is read"
    );
}

#[tokio::test]
async fn a_viewer_reads_pages_and_items() {
    let app = app().await;
    let vera = app.nobody().login("vera", "v");
    for path in [
        "/",
        "/table",
        "/query",
        "/query?limit=1000&format=json",
        "/query?format=csv",
        "/query?attribute=itemID&is=exists",
    ] {
        assert_eq!(vera.get(path).await.status, StatusCode::OK, "{path}");
    }
    let found = vera.get("/item?name=itemID&type=S&value=one").await;
    assert_eq!(
        vera.get(found.header("location")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_refusal_is_one_sentence_in_the_format_that_was_asked_for() {
    let app = app().await;
    let vera = app.nobody().login("vera", "v");
    let page = vera.get("/query?limit=all").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.body.contains(SENTENCE), "{}", page.body);
    for format in ["json", "jsonl", "dynamodb-json"] {
        let answer = vera.get(&format!("/query?limit=all&format={format}")).await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.json()["error"], SENTENCE);
        assert_eq!(answer.json()["status"], 403);
    }
    let text = vera.get("/query?format=csv&limit=all").await;
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(text.body, format!("{SENTENCE}\n"));
    assert_eq!(text.header("content-disposition"), "");
    let browser = vera.header("accept", "text/html,application/xml;q=0.9");
    let page = browser.get("/query?format=csv&limit=all").await;
    assert!(
        page.body.contains(SENTENCE) && page.body.contains("<h1>"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_page_offers_only_what_its_reader_may_do() {
    let app = app().await;
    let vera = app.nobody().login("vera", "v");
    for path in ["/query", "/query?attribute=itemID&is=exists"] {
        let [erna, _] = exporters(&app);
        // They share no answer, even at the same time.
        let (viewed, exported) = tokio::join!(vera.get(path), erna.get(path));
        for (page, offers_all) in [(viewed, false), (exported, true)] {
            for offer in ["limit=all", "Download all", "<option>all</option>"] {
                assert_eq!(
                    page.body.contains(offer),
                    offers_all,
                    "{offer}: {}",
                    page.body
                );
            }
            assert!(page.body.contains("Download this page"), "{}", page.body);
            assert!(page.body.contains(">1000</a>"), "{}", page.body);
        }
    }
}

#[tokio::test]
async fn a_changed_role_counts_at_once_when_the_accounts_are_read_again() {
    let app = TestApp::start_with(&["--parameter-age", "0"]).await;
    let path = "/query?limit=all";
    for (accounts, expected) in [
        ("anna:secret", StatusCode::OK),
        ("viewer/anna:secret", StatusCode::FORBIDDEN),
        ("anna:secret viewer/anna:secret", StatusCode::FORBIDDEN),
        ("exporter/anna:secret", StatusCode::OK),
        ("other:secret", StatusCode::UNAUTHORIZED),
    ] {
        app.stub.set_parameter(CREDENTIALS, accounts);
        assert_eq!(app.anna().get(path).await.status, expected, "{accounts}");
    }
}
