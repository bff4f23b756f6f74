//! The viewer of a table of its own, in the `DynamoDB` of the local AWS.

use std::sync::Arc;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue as Value, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType,
};
use clap::Parser as _;
use e2e::Account;

use crate::chrome::Chrome;

/// A key with the characters that are special in HTML, URLs, CSV or JSON.
pub(crate) const NASTY: &str = "a,\"b\"/'c'\\?&=#%\u{1}\u{7f}<script>alert(1)</script>😀";

pub(crate) struct Viewer {
    pub(crate) account: Account,
    /// The URL of the pages, with the login.
    pub(crate) url: String,
    pub(crate) address: String,
    server: Server,
}

type Server = tokio::task::JoinHandle<std::io::Result<()>>;

impl Viewer {
    /// Starts the viewer of the table `orders`, which has the key `id` and `at`, and 60 items.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(crate) async fn start_with(arguments: &[&str]) -> Self {
        let account = Account::new().await;
        create(&account.dynamodb).await;
        for number in 0..60 {
            put(&account.dynamodb, number).await;
        }
        let (address, server) = serve(&account.config, arguments).await;
        Self {
            account,
            url: format!("http://anna:secret@{address}"),
            address,
            server,
        }
    }

    pub(crate) async fn open(&self, chrome: &Chrome, path: &str) {
        chrome
            .client
            .goto(&format!("{}{path}", self.url))
            .await
            .unwrap();
    }

    pub(crate) async fn stop(self) {
        self.server.abort();
        self.account.local.stop().await;
    }
}

/// The address of a viewer without any permission in `DynamoDB`. It ends with its test.
pub(crate) async fn denied() -> String {
    let refuse = async || {
        let answer = r#"{"__type":"AccessDeniedException","message":"not authorized"}"#;
        (axum::http::StatusCode::BAD_REQUEST, answer)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let routes = axum::Router::new().fallback(refuse);
    tokio::spawn(async { axum::serve(listener, routes).await });
    let config = e2e::config(&endpoint).await;
    serve(&config, &[]).await.0
}

async fn serve(aws: &aws_config::SdkConfig, more: &[&str]) -> (String, Server) {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../static");
    let arguments = [
        "showtable",
        "--static-dir",
        directory,
        "--accounts",
        "anna:secret",
        "--table-name",
        "orders",
    ];
    let config = showtable::Config::parse_from(arguments.iter().chain(more));
    let app = showtable::App::load(&config, aws).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(showtable::serve(
        listener,
        Arc::new(app),
        std::future::pending(),
    ));
    (address, server)
}

async fn create(dynamodb: &aws_sdk_dynamodb::Client) {
    let mut request = dynamodb
        .create_table()
        .table_name("orders")
        .billing_mode(BillingMode::PayPerRequest);
    let key = [
        ("id", KeyType::Hash, ScalarAttributeType::S),
        ("at", KeyType::Range, ScalarAttributeType::N),
    ];
    for (name, key, kind) in key {
        let element = KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(key);
        let definition = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(kind);
        request = request
            .key_schema(element.build().unwrap())
            .attribute_definitions(definition.build().unwrap());
    }
    request.send().await.unwrap();
}

/// Puts an item with a name, a price and a flag. The first one has all the other types.
async fn put(dynamodb: &aws_sdk_dynamodb::Client, number: usize) {
    let text = |text: &str| Value::S(text.to_owned());
    let id = if number == 0 {
        NASTY.to_owned()
    } else {
        format!("order-{number:02}")
    };
    let mut request = dynamodb
        .put_item()
        .table_name("orders")
        .item("id", Value::S(id))
        .item("at", Value::N(number.to_string()))
        .item("name", text(["ada", "grace", "radia"][number % 3]))
        .item("price", Value::N((number * 7 % 60).to_string()))
        .item("sent", Value::Bool(number.is_multiple_of(2)));
    if number == 0 {
        let inner = Value::M(
            [(
                "<b>deep</b>".to_owned(),
                Value::L(vec![text("leaf"), Value::Null(true)]),
            )]
            .into(),
        );
        request = request
            .item("<script>", text("named"))
            .item("note", Value::S("long words ".repeat(60)))
            .item(
                "digits",
                Value::N("12345678901234567890123456789012345678".to_owned()),
            )
            .item(
                "bytes",
                Value::B(aws_sdk_dynamodb::primitives::Blob::new([0, 255])),
            )
            .item("map", inner)
            .item("texts", Value::Ss(vec!["x".to_owned(), "y".to_owned()]))
            .item("numbers", Value::Ns(vec!["1".to_owned(), "2".to_owned()]))
            .item("none", text(""));
    }
    request.send().await.unwrap();
}
