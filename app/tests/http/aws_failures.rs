//! Every failure of AWS has a page that says what to do about it.

use axum::http::StatusCode;

use crate::support::{Fault, TABLE, TestApp};

#[tokio::test]
async fn every_failure_has_its_status_and_its_way_out() {
    for (operation, fault, status, sentence) in [
        (
            "Scan",
            Fault::Error(400, "AccessDeniedException"),
            502,
            "allow its role dynamodb:Scan",
        ),
        (
            "GetParameter",
            Fault::Error(400, "AccessDeniedException"),
            502,
            "role ssm:GetParameter",
        ),
        (
            "Scan",
            Fault::Error(400, "ThrottlingException"),
            503,
            "wait a few seconds",
        ),
        (
            "GetParameter",
            Fault::Error(400, "ThrottlingException"),
            503,
            "wait a few seconds",
        ),
        (
            "Scan",
            Fault::Error(400, "ResourceNotFoundException"),
            503,
            "There is no table books",
        ),
        (
            "GetParameter",
            Fault::Error(400, "ParameterNotFound"),
            503,
            "There is no parameter",
        ),
        (
            "Scan",
            Fault::Error(400, "ExpiredTokenException"),
            502,
            "AWS does not accept the credentials",
        ),
        (
            "Scan",
            Fault::Error(400, "ValidationException"),
            502,
            "AWS answered ValidationException",
        ),
        (
            "Scan",
            Fault::Error(500, "InternalServerError"),
            502,
            "AWS answered InternalServerError",
        ),
        (
            "Scan",
            Fault::Garbage,
            502,
            "AWS sent an unreadable response",
        ),
        ("Scan", Fault::Held, 504, "did not answer in time"),
        ("GetParameter", Fault::Held, 504, "did not answer in time"),
    ] {
        let app = TestApp::start_with(&["--page-time", "3"]).await;
        app.stub.set_fault(operation, fault);
        let page = app
            .anna()
            .header("x-request-id", "id-7")
            .get("/query")
            .await;
        assert_eq!(page.status.as_u16(), status, "{operation} {fault:?}");
        assert!(
            page.body.contains(sentence),
            "{operation} {fault:?}: {}",
            page.body
        );
        assert!(page.body.contains("<code>id-7</code>"), "{}", page.body);
        assert_eq!(
            page.header("retry-after").is_empty(),
            status != 503,
            "{operation} {fault:?}"
        );
        assert_eq!(
            app.anna().get("/").await.status,
            StatusCode::OK,
            "it lives on"
        );
    }
}

#[tokio::test]
async fn a_failure_is_json_where_json_was_asked_for() {
    let app = TestApp::start().await;
    app.stub.remove_parameter(TABLE);
    let answer = app
        .anna()
        .header("x-request-id", "id-8")
        .get("/query?format=json")
        .await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("content-type"), "application/json");
    let json = answer.json();
    assert_eq!(
        (json["status"].as_u64(), json["requestId"].as_str()),
        (Some(503), Some("id-8"))
    );
    assert!(
        json["error"].as_str().unwrap().contains("/go-on-aws/table"),
        "{json}"
    );
}

#[tokio::test]
async fn without_a_network_the_page_says_so() {
    let app = TestApp::start_with(&["--table-name", "books"]).await;
    app.stub.stop().await;
    let page = app.anna().get("/query").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(page.body.contains("AWS cannot be reached"), "{}", page.body);
}
