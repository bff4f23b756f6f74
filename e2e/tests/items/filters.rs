//! The filters of the page, against the `DynamoDB` of the local AWS.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, PutRequest,
    ScalarAttributeType, WriteRequest,
};
use clap::Parser as _;
use e2e::Account;
use e2e::http::get_as;
use serde_json::Value;
use tokio::net::TcpListener;

type Item = HashMap<String, AttributeValue>;

const ITEMS: usize = 1200;
/// One of this many matches.
const EVERY: usize = 97;

/// A table of 1200 orders and the viewer in front of it.
struct Orders {
    account: Account,
    url: String,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Orders {
    async fn start() -> Self {
        let account = Account::new().await;
        create(&account.dynamodb).await;
        let items: Vec<_> = (0..ITEMS).map(order).collect();
        for some in items.chunks(25) {
            put(&account.dynamodb, some).await;
        }
        let (url, server) = serve(&account).await;
        Self {
            account,
            url,
            server,
        }
    }

    async fn page(&self, query: &str) -> Value {
        let path = format!("/query?format=json&{query}");
        let answer = get_as(&self.url, &path, "anna:secret").await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        serde_json::from_str(&answer.text).expect("JSON")
    }

    async fn stop(self) {
        self.server.abort();
        self.account.local.stop().await;
    }
}

async fn create(dynamodb: &aws_sdk_dynamodb::Client) {
    let element = KeySchemaElement::builder()
        .attribute_name("id")
        .key_type(KeyType::Hash);
    let definition = AttributeDefinition::builder()
        .attribute_name("id")
        .attribute_type(ScalarAttributeType::N);
    dynamodb
        .create_table()
        .table_name("orders")
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(element.build().expect("complete"))
        .attribute_definitions(definition.build().expect("complete"))
        .send()
        .await
        .expect("the table is made");
}

/// One in [`EVERY`] has documents, and names that a path has to quote.
fn order(number: usize) -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let n = |number: usize| AttributeValue::N(number.to_string());
    let mut item = Item::from([("id".to_owned(), n(number))]);
    if number.is_multiple_of(EVERY) {
        let state = HashMap::from([
            ("status".to_owned(), text("shipped")),
            ("a.b".to_owned(), n(number)),
            (
                "steps".to_owned(),
                AttributeValue::L(vec![AttributeValue::M(HashMap::from([(
                    "#by \"hand\"".to_owned(),
                    AttributeValue::Bool(true),
                )]))]),
            ),
        ]);
        item.extend([
            ("state".to_owned(), AttributeValue::M(state)),
            (
                "tags".to_owned(),
                AttributeValue::L(vec![text("express"), n(7)]),
            ),
            ("a.b".to_owned(), text("dot")),
            ("#x".to_owned(), text("hash")),
            ("tags[0]".to_owned(), text("brackets")),
        ]);
    }
    item
}

async fn put(dynamodb: &aws_sdk_dynamodb::Client, items: &[Item]) {
    let writes = items.iter().map(|item| {
        let put = PutRequest::builder().set_item(Some(item.clone())).build();
        WriteRequest::builder()
            .put_request(put.expect("complete"))
            .build()
    });
    let sent = dynamodb
        .batch_write_item()
        .request_items("orders", writes.collect())
        .send()
        .await
        .expect("written");
    assert!(sent.unprocessed_items().is_none_or(HashMap::is_empty));
}

async fn serve(account: &Account) -> (String, tokio::task::JoinHandle<std::io::Result<()>>) {
    let config = showtable::Config::parse_from([
        "showtable",
        "--static-dir",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../static"),
        "--accounts",
        "anna:secret",
        "--table-name",
        "orders",
        "--filter-time",
        "3600",
    ]);
    let app = showtable::App::load(&config, &account.config).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    let app = Arc::new(app.expect("the app starts"));
    let server = tokio::spawn(showtable::serve(listener, app, std::future::pending()));
    (url, server)
}

fn ids(page: &Value) -> Vec<usize> {
    let items = page["items"].as_array().expect("a list");
    let id = |item: &Value| item["id"]["N"].as_str().expect("a number").parse();
    items.iter().map(|item| id(item).expect("digits")).collect()
}

#[tokio::test]
async fn every_filter_condition_reaches_into_maps_and_lists() {
    let orders = Orders::start().await;
    let matching = ITEMS.div_ceil(EVERY);
    for (expected, path, condition) in [
        (matching, "state.status", "is=eq&value=shipped"),
        (matching, "tags[0]", "is=eq&value=express"),
        (0, "tags[0]", "is=eq&value=brackets"),
        (matching, r#""tags[0]""#, "is=eq&value=brackets"),
        (matching, r#""a.b""#, "is=exists"),
        (0, "a.b", "is=exists"),
        (matching, "#x", "is=eq&value=hash"),
        (matching, r##""#x""##, "is=begins&value=ha"),
        (2, r#"state."a.b""#, "is=between&type=N&value=97&and=194"),
        (matching - 2, r#"state."a.b""#, "is=gt&type=N&value=97"),
        (
            matching,
            r##"state.steps[0]."#by \"hand\"""##,
            "is=eq&type=BOOL&value=true",
        ),
        (matching, "state.steps", "is=type&type=L"),
        (matching, "state.status", "is=contains&value=hip"),
        (matching, "tags", "is=contains&type=N&value=7"),
        // A missing attribute is not equal to anything.
        (ITEMS - matching, "tags[1]", "is=ne&type=N&value=7"),
        (ITEMS - matching, "state.steps[0]", "is=missing"),
        (ITEMS, "state.steps[2147483647]", "is=missing"),
    ] {
        let attribute: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        let query = format!("limit=all&attribute={attribute}&{condition}");
        let found = ids(&orders.page(&query).await);
        assert_eq!(found.len(), expected, "{path} {condition}");
    }
    orders.stop().await;
}

#[tokio::test]
async fn pages_with_few_matches_contain_each_match_once() {
    let orders = Orders::start().await;
    let (mut found, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let query = format!("limit=4&attribute=state.status&is=exists{cursor}");
        let page = orders.page(&query).await;
        found.extend(ids(&page));
        pages += 1;
        assert_eq!(page["itemCount"], ITEMS);
        assert!(page["capacity"].as_f64().expect("a number") > 0.0);
        let Some(next) = page["cursor"].as_str() else {
            break;
        };
        assert_eq!(ids(&page).len(), 4, "{page}");
        cursor = format!("&cursor={next}");
    }
    found.sort_unstable();
    assert_eq!(found, (0..ITEMS).step_by(EVERY).collect::<Vec<_>>());
    assert_eq!(pages, found.len().div_ceil(4));
    orders.stop().await;
}
