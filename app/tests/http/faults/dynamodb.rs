use std::sync::Arc;

use aws_sdk_dynamodb::config::SharedHttpClient;
use serde_json::json;
use tokio::task::JoinSet;

use super::{FAULTS, page_time, recovered, report, show};
use crate::support::{Behind, CREDENTIALS, Door, Stub, TABLE, TestApp, Trouble};

/// What a page with items shows.
fn expected(fault: &str, path: &str) -> (u16, &'static str) {
    match fault {
        "refused" | "reset" => (502, "AWS cannot be reached to read the table books"),
        // On a busy machine the time of the page may be over before that of the call.
        "hang" | "slow drip" => (504, "AWS did not answer in time"),
        "500" => (502, "AWS answered InternalServerError to dynamodb:"),
        "throttled" => (503, "AWS is refusing requests for the table books"),
        "expired token" => (502, "AWS does not accept the credentials of this service"),
        "truncated" | "empty" if path != "/item" => (502, "broke off several times"),
        _ => (502, "AWS sent an unreadable response to dynamodb:"),
    }
}

async fn app_behind_dynamodb(client: SharedHttpClient) -> (TestApp, Door) {
    let stub = Stub::start().await;
    stub.set_table("books", [json!({ "itemID": { "S": "one" } })]);
    stub.set_key("itemID");
    stub.set_parameter(CREDENTIALS, "anna:secret");
    stub.set_parameter(TABLE, "books");
    let dynamodb = Door::start(Behind::Server(stub.address())).await;
    let endpoints = [stub.endpoint(), dynamodb.endpoint()];
    let app = TestApp::start_behind(stub, endpoints, page_time(), client).await;
    (app, dynamodb)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_dynamodb_fails_every_page_says_so_in_time_and_recovers() {
    let client = connect::http_client();
    for (page, query) in [
        ("/query", ""),
        ("/query", "?format=json"),
        ("/item", "?key="),
    ] {
        let mut cells = JoinSet::new();
        for (fault, trouble) in FAULTS {
            for when in ["at the start", "later"] {
                let client = client.clone();
                cells.spawn(async move {
                    let cell = &format!("DynamoDB, {fault}, {when}, {page}{query}");
                    let (app, dynamodb) = app_behind_dynamodb(client).await;
                    let anna = app.anna();
                    let mut path = format!("{page}{query}");
                    // This asks only for the accounts.
                    let form = anna.get("/item?name=itemID&type=S&value=one").await;
                    if page == "/item" {
                        form.header("location").clone_into(&mut path);
                    }
                    if when == "later" {
                        recovered(cell, &anna, &path, "one").await;
                    }
                    let (status, sentence) = expected(fault, page);
                    dynamodb.set(trouble).await;
                    let shown = show(&anna, &path).await;
                    shown.assert_fails(cell, status, sentence);
                    dynamodb.set(Trouble::Well).await;
                    let recovery = recovered(cell, &anna, &path, "one").await;
                    report(cell, &shown, recovery);
                });
            }
        }
        cells.join_all().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_shown_without_the_description_of_the_table() {
    let (mut cells, client) = (JoinSet::new(), connect::http_client());
    for (fault, trouble) in FAULTS.into_iter().filter(|(fault, _)| *fault != "refused") {
        let client = client.clone();
        cells.spawn(async move {
            let cell = &format!("DescribeTable, {fault}");
            let (app, dynamodb) = app_behind_dynamodb(client).await;
            dynamodb
                .set_for("DynamoDB_20120810.DescribeTable", trouble)
                .await;
            let shown = show(&app.anna(), "/query").await;
            assert_eq!(shown.status, 200, "{cell}: {shown:?}");
            assert!(shown.body.contains("one"), "{cell}: {shown:?}");
            shown.assert_in_time(cell);
            let table = show(&app.anna(), "/table").await;
            assert_eq!(table.status, 200, "{cell}: {table:?}");
            table.assert_in_time(cell);
            dynamodb.set(Trouble::Well).await;
            let recovery = recovered(cell, &app.anna(), "/table", "about 12,345").await;
            report(cell, &shown, recovery);
            // Now it is known, and is used whatever happens.
            dynamodb
                .set_for("DynamoDB_20120810.DescribeTable", trouble)
                .await;
            let table = show(&app.anna(), "/table").await;
            assert!(table.body.contains("about 12,345"), "{cell}: {table:?}");
        });
    }
    cells.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dynamodb_that_fails_is_asked_once_and_not_by_each_request() {
    let (app, dynamodb) = app_behind_dynamodb(connect::http_client()).await;
    let app = Arc::new(app);
    dynamodb.set(Trouble::Hang).await;
    show(&app.anna(), "/query").await;
    let before = dynamodb.calls();
    let mut requests = JoinSet::new();
    for limit in 1..=64 {
        let app = Arc::clone(&app);
        requests.spawn(async move {
            let shown = show(&app.anna(), &format!("/query?limit={limit}")).await;
            shown.assert_fails("DynamoDB, hang", 504, "did not answer in time");
        });
    }
    requests.join_all().await;
    // The attempts of the SDK in one call, or in two if a request came late.
    let calls = dynamodb.calls() - before;
    assert!(calls <= 6, "{calls} calls");
    dynamodb.set(Trouble::Well).await;
    recovered("DynamoDB, hang", &app.anna(), "/query", "one").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_drips_ends_and_says_that_it_is_incomplete() {
    let (app, dynamodb) = app_behind_dynamodb(connect::http_client()).await;
    let items = (0..50).map(|number| json!({ "itemID": { "S": format!("item-{number}") } }));
    app.stub.set_table("books", items);
    dynamodb
        .set_for("DynamoDB_20120810.Scan", Trouble::Drip(200))
        .await;
    let shown = show(&app.anna(), "/query").await;
    assert_eq!(shown.status, 200, "{shown:?}");
    assert!(shown.body.contains("This list is incomplete."), "{shown:?}");
    shown.assert_at_once("DynamoDB, slow drip of a page that has begun");
    assert!(shown.end < page_time() * 3, "{shown:?}");
    dynamodb.set(Trouble::Well).await;
    let recovery = recovered("DynamoDB, slow drip", &app.anna(), "/query", "item-49").await;
    report(
        "DynamoDB, slow drip of a page that has begun",
        &shown,
        recovery,
    );
}
