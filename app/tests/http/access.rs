//! Who may see which page, and the headers of every response.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::support::{CREDENTIALS, TestApp};

#[tokio::test]
async fn without_login_there_is_only_the_challenge() {
    let app = TestApp::start().await;
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/query"),
        (Method::POST, "/query"),
        (Method::GET, "/query?format=json"),
        (Method::DELETE, "/query"),
        (Method::GET, "/unknown"),
        (Method::GET, "/css"),
        (Method::POST, "/css/showtable.css"),
        (Method::GET, "/../app/Cargo.toml"),
        (Method::GET, "/css/%2e%2e/%2e%2e/app/Cargo.toml"),
        (Method::GET, "/%00"),
    ] {
        let answer = app.nobody().send(method.clone(), path, Body::empty()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        let challenge = r#"Basic realm="showtable", charset="UTF-8""#;
        assert_eq!(
            answer.header("www-authenticate"),
            challenge,
            "{method} {path}"
        );
    }
    assert_eq!(app.stub.calls("Scan"), 0);
}

#[tokio::test]
async fn only_an_account_is_let_in() {
    let app = TestApp::start().await;
    for (user, password) in [
        ("anna", "wrong"),
        ("anna", ""),
        ("berta", "secret"),
        ("", ""),
    ] {
        let answer = app.nobody().login(user, password).get("/").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{user}:{password}");
    }
    for malformed in [
        "Basic",
        "Basic %%%",
        "Basic YW5uYQ==",
        "Bearer YW5uYTpzZWNyZXQ=",
    ] {
        let answer = app
            .nobody()
            .header("authorization", malformed)
            .get("/")
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{malformed}");
    }
    assert_eq!(app.anna().get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn several_accounts_can_be_given_in_the_environment() {
    let accounts = "berta:b\u{e4}r\ncarla:c:c";
    let app = TestApp::start_with(&["--accounts", accounts]).await;
    assert_eq!(
        app.nobody()
            .login("berta", "b\u{e4}r")
            .get("/")
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(
        app.nobody().login("carla", "c:c").get("/").await.status,
        StatusCode::OK
    );
    assert_eq!(app.anna().get("/").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.stub.calls(&format!("GetParameter {CREDENTIALS}")), 0);
}

#[tokio::test]
async fn ping_and_files_need_no_login() {
    let app = TestApp::start().await;
    let ping = app.nobody().get("/ping").await;
    assert_eq!(
        (ping.status, ping.body.as_str()),
        (StatusCode::OK, r#"{"message":"pong"}"#)
    );
    let wrong = app
        .nobody()
        .send(Method::DELETE, "/ping", Body::empty())
        .await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    for (path, kind) in [
        ("/css/showtable.css", "text/css"),
        ("/favicon.svg", "image/svg+xml"),
    ] {
        let file = app.nobody().get(path).await;
        assert_eq!(
            (file.status, file.header("content-type")),
            (StatusCode::OK, kind)
        );
        assert_eq!(file.header("cache-control"), "public, max-age=300");
        assert_eq!(file.header("last-modified"), "");
    }
}

#[tokio::test]
async fn a_logged_in_user_is_told_that_a_page_is_missing() {
    let app = TestApp::start().await;
    for path in ["/unknown", "/css", "/css/", "/%00"] {
        let missing = app.anna().get(path).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            missing.body.contains("This page does not exist"),
            "{}",
            missing.body
        );
    }
    let wrong = app
        .anna()
        .send(Method::DELETE, "/query", Body::empty())
        .await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong.header("allow"), "GET,HEAD,POST");
}

#[tokio::test]
async fn the_start_page_has_the_button_and_asks_aws_nothing() {
    let app = TestApp::start().await;
    let page = app.anna().get("/").await;
    assert!(
        page.body
            .contains(r#"<form action="/query" method="post">"#),
        "{}",
        page.body
    );
    assert!(
        page.body.contains(r#"<button type="submit">Scan</button>"#),
        "{}",
        page.body
    );
    assert_eq!(app.stub.calls("Scan"), 0);
}

#[tokio::test]
async fn every_answer_guards_its_data() {
    let app = TestApp::start().await;
    for path in ["/", "/query", "/query?format=json", "/ping", "/unknown"] {
        let answer = app.anna().get(path).await;
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'self'"),
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn a_request_keeps_its_id_or_gets_one() {
    let app = TestApp::start().await;
    let named = app
        .anna()
        .header("x-request-id", "mine-1")
        .get("/unknown")
        .await;
    assert_eq!(named.header("x-request-id"), "mine-1");
    assert!(named.body.contains("<code>mine-1</code>"), "{}", named.body);
    let unnamed = app.anna().get("/ping").await;
    assert_eq!(unnamed.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn a_large_body_is_refused_and_the_app_goes_on() {
    let app = TestApp::start().await;
    let body = vec![b'x'; 10 * 1024 * 1024];
    for client in [app.anna(), app.nobody()] {
        let answer = client
            .send(Method::POST, "/query", Body::from(body.clone()))
            .await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.body.contains("too large"), "{}", answer.body);
    }
    let form = app
        .anna()
        .send(Method::POST, "/query", Body::from("a=b"))
        .await;
    assert_eq!(form.status, StatusCode::OK);
}
