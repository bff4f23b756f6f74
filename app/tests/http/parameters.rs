//! Parameters are read when they are needed, and only once.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{CREDENTIALS, Fault, Stub, TABLE, TestApp, load};

const GET_TABLE: &str = "GetParameter /go-on-aws/table";

fn one_item(id: &str) -> [serde_json::Value; 1] {
    [json!({ "itemID": { "S": id } })]
}

#[tokio::test]
async fn many_requests_share_one_call_for_the_parameter() {
    let app = TestApp::start().await;
    app.stub.set_fault("GetParameter", Fault::Held);
    let requests: Vec<_> = (0..32)
        .map(|_| {
            let anna = app.anna();
            tokio::spawn(async move { anna.get("/query").await.status })
        })
        .collect();
    app.stub.wait_until_held().await;
    app.stub.release();
    for request in requests {
        assert_eq!(request.await.unwrap(), StatusCode::OK);
    }
    assert_eq!(app.stub.calls(GET_TABLE), 1);
}

#[tokio::test]
async fn a_parameter_is_read_again_behind_the_requests_when_it_is_old() {
    let young = TestApp::start().await;
    let old = TestApp::start_with(&["--parameter-age", "0"]).await;
    while old.stub.calls(GET_TABLE) < 3 {
        for app in [&young, &old] {
            assert_eq!(app.anna().get("/query").await.status, StatusCode::OK);
        }
    }
    assert_eq!(young.stub.calls(GET_TABLE), 1);
}

#[tokio::test]
async fn a_replaced_table_is_found_at_once() {
    let app = TestApp::start().await;
    app.stub.set_table("books", one_item("old"));
    assert!(app.anna().get("/query").await.body.contains("old"));
    app.stub.remove_table("books");
    app.stub.set_table("books-2", one_item("new"));
    app.stub.set_parameter(TABLE, "books-2");
    let page = app.anna().get("/query").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("new"), "{}", page.body);
    assert_eq!(app.stub.calls(GET_TABLE), 2);
}

#[tokio::test]
async fn a_table_that_is_gone_costs_one_call_to_make_sure() {
    let app = TestApp::start().await;
    app.stub.remove_table("books");
    let page = app.anna().get("/query").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        page.body.contains("There is no table books"),
        "{}",
        page.body
    );
    assert_eq!((app.stub.calls(GET_TABLE), app.stub.calls("Scan")), (2, 1));
}

#[tokio::test]
async fn the_previous_value_serves_while_ssm_fails() {
    let app = TestApp::start_with(&["--parameter-age", "0"]).await;
    assert_eq!(app.anna().get("/query").await.status, StatusCode::OK);
    app.stub
        .set_fault("GetParameter", Fault::Error(500, "InternalServerError"));
    assert_eq!(app.anna().get("/query").await.status, StatusCode::OK);
    assert_eq!(
        app.nobody().login("anna", "wrong").get("/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_changed_password_is_taken_up() {
    let app = TestApp::start_with(&["--parameter-age", "0"]).await;
    app.stub.set_parameter(CREDENTIALS, "anna:changed");
    while app.anna().get("/").await.status != StatusCode::UNAUTHORIZED {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        app.nobody().login("anna", "changed").get("/").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_revoked_password_does_not_pass_once_after_a_long_idle_time() {
    // With this age, accounts are too old to be used as soon as they are there.
    let app = TestApp::start_with(&["--parameter-age", "0"]).await;
    for (accounts, expected) in [
        ("anna:changed", StatusCode::UNAUTHORIZED),
        ("anna:secret", StatusCode::OK),
        ("viewer/berta:secret", StatusCode::UNAUTHORIZED),
    ] {
        app.stub.set_parameter(CREDENTIALS, accounts);
        assert_eq!(app.anna().get("/").await.status, expected, "{accounts}");
    }
}

#[tokio::test]
async fn the_prefix_leads_to_other_parameters() {
    let stub = Stub::start().await;
    stub.set_parameter("/elsewhere/credentials", "anna:secret");
    load(&stub.endpoint(), &["--parameter-prefix", "/elsewhere"])
        .await
        .unwrap();
    assert_eq!(stub.calls("GetParameter /elsewhere/credentials"), 1);
}

#[tokio::test]
async fn without_an_account_it_does_not_start() {
    let stub = Stub::start().await;
    for (accounts, parameter, expected) in [
        (
            "",
            None,
            "create the SecureString parameter /go-on-aws/credentials",
        ),
        (
            "",
            Some("hidden"),
            "account 1 is not of the form user:password",
        ),
        ("a:b hidden", None, "ACCOUNTS is invalid"),
    ] {
        if let Some(value) = parameter {
            stub.set_parameter(CREDENTIALS, value);
        }
        let err = load(&stub.endpoint(), &["--accounts", accounts])
            .await
            .unwrap_err();
        let text = format!("{err:#}");
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }
}

#[tokio::test]
async fn an_unreadable_response_is_not_quoted() {
    let stub = Stub::start().await;
    stub.set_fault("GetParameter", Fault::Garbage);
    let text = format!("{:#}", load(&stub.endpoint(), &[]).await.unwrap_err());
    assert!(text.contains("AWS sent an unreadable response"), "{text}");
    assert!(!text.contains("hidden"), "{text}");
}
