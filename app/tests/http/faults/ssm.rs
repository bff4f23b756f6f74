use std::sync::Arc;

use aws_sdk_dynamodb::config::SharedHttpClient;
use serde_json::json;
use tokio::task::JoinSet;

use super::{FAULTS, page_time, recovered, report, show};
use crate::support::{Behind, CREDENTIALS, Door, Stub, TABLE, TestApp, Trouble};

const UNREADABLE: &str = "AWS sent an unreadable response to ssm:GetParameter";

/// What a page shows while the accounts have never been read.
fn expected(fault: &str) -> (u16, &'static str) {
    match fault {
        "refused" | "reset" => (502, "AWS cannot be reached to read the parameter"),
        "hang" | "slow drip" => (504, "AWS did not answer in time about the parameter"),
        "500" => (502, "AWS answered InternalServerError to ssm:GetParameter"),
        "throttled" => (503, "wait a few seconds"),
        "expired token" => (502, "AWS does not accept the credentials of this service"),
        _ => (502, UNREADABLE),
    }
}

async fn app_behind_ssm(client: SharedHttpClient) -> (TestApp, Door) {
    let stub = Stub::start().await;
    stub.set_table("books", [json!({ "itemID": { "S": "old" } })]);
    stub.set_table("books-2", [json!({ "itemID": { "S": "new" } })]);
    stub.set_parameter(CREDENTIALS, "anna:secret");
    stub.set_parameter(TABLE, "books");
    let ssm = Door::start(Behind::Server(stub.address())).await;
    let endpoints = [ssm.endpoint(), stub.endpoint()];
    let app = TestApp::start_behind(stub, endpoints, page_time(), client).await;
    (app, ssm)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_ssm_fails_at_the_start_the_page_says_so_and_recovers() {
    let (mut cells, client) = (JoinSet::new(), connect::http_client());
    for (fault, trouble) in FAULTS {
        let client = client.clone();
        cells.spawn(async move {
            let cell = &format!("SSM, {fault}, at the start");
            let (status, sentence) = expected(fault);
            let (app, ssm) = app_behind_ssm(client).await;
            ssm.set(trouble).await;
            let shown = show(&app.anna(), "/query").await;
            shown.assert_fails(cell, status, sentence);
            ssm.set(Trouble::Well).await;
            let recovery = recovered(cell, &app.anna(), "/query", "old").await;
            report(cell, &shown, recovery);
        });
    }
    cells.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_ssm_fails_later_the_last_good_values_are_used_at_once() {
    let (mut cells, client) = (JoinSet::new(), connect::http_client());
    let wrong = [
        (
            "an empty value",
            Trouble::Says(200, r#"{"Parameter":{"Value":""}}"#),
        ),
        (
            "a blank value",
            Trouble::Says(200, r#"{"Parameter":{"Value":" \n "}}"#),
        ),
        (
            "no name of a table",
            Trouble::Says(200, r#"{"Parameter":{"Value":"not a table"}}"#),
        ),
        (
            "another parameter",
            Trouble::Says(200, r#"{"Parameter":{"Name":"/b","Value":"books-2"}}"#),
        ),
        ("no value", Trouble::Says(200, r#"{"Parameter":{}}"#)),
        (
            "gone",
            Trouble::Says(400, r#"{"__type":"ParameterNotFound"}"#),
        ),
    ];
    for (fault, trouble) in FAULTS.into_iter().chain(wrong) {
        let client = client.clone();
        cells.spawn(async move {
            let cell = &format!("SSM, {fault}, later");
            let (app, ssm) = app_behind_ssm(client).await;
            recovered(cell, &app.anna(), "/query", "old").await;
            ssm.set(trouble).await;
            let before = ssm.calls();
            let shown = show(&app.anna(), "/query").await;
            shown.assert_at_once(cell);
            // The values have been asked for again, and pages still have the old ones.
            while !matches!(trouble, Trouble::Refused) && ssm.calls() < before + 2 {
                show(&app.anna(), "/query").await.assert_at_once(cell);
            }
            for _ in 0..5 {
                let shown = show(&app.anna(), "/query").await;
                shown.assert_at_once(cell);
                assert!(shown.body.contains("old"), "{cell}: {shown:?}");
            }
            app.stub.set_parameter(TABLE, "books-2");
            ssm.set(Trouble::Well).await;
            let recovery = recovered(cell, &app.anna(), "/query", "new").await;
            report(cell, &shown, recovery);
        });
    }
    cells.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ssm_that_never_answered_is_asked_once_and_not_by_each_request() {
    let (app, ssm) = app_behind_ssm(connect::http_client()).await;
    let app = Arc::new(app);
    ssm.set(Trouble::Hang).await;
    let mut requests = JoinSet::new();
    for _ in 0..64 {
        let app = Arc::clone(&app);
        requests.spawn(async move {
            let shown = show(&app.anna(), "/query").await;
            shown.assert_fails(
                "SSM, hang",
                504,
                "about the parameter /go-on-aws/credentials",
            );
        });
    }
    requests.join_all().await;
    // The attempts of the SDK in one call, or in two if a request came late.
    assert!(ssm.calls() <= 6, "{} calls", ssm.calls());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_table_is_said_in_time_while_ssm_hangs() {
    let (app, ssm) = app_behind_ssm(connect::http_client()).await;
    recovered("SSM, hang", &app.anna(), "/query", "old").await;
    ssm.set(Trouble::Hang).await;
    app.stub.remove_table("books");
    let shown = show(&app.anna(), "/query").await;
    shown.assert_fails("SSM, hang", 503, "There is no table books");
    app.stub.set_parameter(TABLE, "books-2");
    ssm.set(Trouble::Well).await;
    recovered("SSM, hang", &app.anna(), "/query", "new").await;
}
