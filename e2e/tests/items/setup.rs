//! A local AWS, a table in it, and a directory for files.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType,
};
use clap::Parser as _;
use deploy::{Clients, Output as Quiet};
use e2e::http::get_as;
use e2e::{Account, command, options};
use table::{Error, Export, Exported, FileFormat, Load, Loaded};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A text of this many lines.
pub(super) fn text_of(count: usize, line: impl Fn(usize) -> String) -> String {
    let lines: Vec<_> = (0..count).map(|number| line(number) + "\n").collect();
    lines.concat()
}

/// A local AWS, a table in it, and a directory for files.
pub(super) struct Setup {
    pub(super) account: Account,
    pub(super) directory: TempDir,
}

impl Setup {
    pub(super) async fn new() -> Self {
        Self::with(None).await
    }

    /// One of every `throttle` calls is refused.
    pub(super) async fn with(throttle: Option<u64>) -> Self {
        let account = Account::with(&local::Options {
            throttle,
            ..options()
        })
        .await;
        Self {
            account,
            directory: tempfile::tempdir().expect("a directory"),
        }
    }

    pub(super) async fn create(&self, table: &str, key: &[(&str, ScalarAttributeType)]) {
        let kinds = [KeyType::Hash, KeyType::Range];
        let mut create = self
            .account
            .dynamodb
            .create_table()
            .table_name(table)
            .billing_mode(BillingMode::PayPerRequest);
        for ((name, scalar), kind) in key.iter().zip(kinds) {
            let definition = AttributeDefinition::builder()
                .attribute_name(*name)
                .attribute_type(scalar.clone());
            let element = KeySchemaElement::builder()
                .attribute_name(*name)
                .key_type(kind);
            create = create
                .attribute_definitions(definition.build().expect("a definition"))
                .key_schema(element.build().expect("an element"));
        }
        create.send().await.expect("the table is made");
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    pub(super) async fn load(
        &self,
        table: &str,
        file: &Path,
        skip_bad: bool,
    ) -> Result<Loaded, Error> {
        let load = Load {
            file: file.to_owned(),
            format: None,
            delimiter: None,
            skip_bad,
            concurrency: 8,
            from_start: false,
        };
        let clients = Clients::from(&self.account.config);
        table::load(&clients, table, &load, Quiet::Quiet).await
    }

    pub(super) async fn export(
        &self,
        table: &str,
        name: &str,
        segments: u16,
    ) -> (Exported, PathBuf) {
        let path = self.path(name);
        let export = Export {
            file: Some(path.clone()),
            format: None::<FileFormat>,
            segments,
            consistent: true,
            force: true,
        };
        let clients = Clients::from(&self.account.config);
        let exported = table::export(&clients, table, &export, Quiet::Quiet).await;
        (exported.expect("exported"), path)
    }

    /// Writes the CSV that the page makes of a table into a file.
    pub(super) async fn page_csv(&self, table: &str) -> PathBuf {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../static");
        let config = showtable::Config::parse_from([
            "showtable",
            "--static-dir",
            directory,
            "--accounts",
            "anna:secret",
            "--table-name",
            table,
        ]);
        let app = showtable::App::load(&config, &self.account.config).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let app = Arc::new(app.expect("the app starts"));
        let server = tokio::spawn(showtable::serve(listener, app, std::future::pending()));
        let answer = get_as(&url, "/query?limit=all&format=csv", "anna:secret").await;
        server.abort();
        assert_eq!(answer.status, 200);
        self.write(&format!("{table}-page.csv"), &answer.text)
    }

    /// Puts an item with the SDK.
    pub(super) async fn put(&self, table: &str, item: Item) {
        let put = self.account.dynamodb.put_item().table_name(table);
        put.set_item(Some(item)).send().await.expect("it is put");
    }

    pub(super) async fn get(&self, table: &str, key: &[(&str, AttributeValue)]) -> Option<Item> {
        let mut get = self.account.dynamodb.get_item().table_name(table);
        for (name, value) in key {
            get = get.key(*name, value.clone());
        }
        get.send().await.expect("an answer").item
    }

    /// All items, sorted.
    pub(super) async fn items(&self, table: &str) -> Vec<String> {
        let pages = self
            .account
            .dynamodb
            .scan()
            .table_name(table)
            .into_paginator();
        let items = pages.items().send().try_collect().await.expect("items");
        let mut items: Vec<_> = items.into_iter().map(shown).collect();
        items.sort();
        items
    }

    pub(super) async fn run(&self, endpoint: &str, line: &str) -> Output {
        let mut command = tokio::process::Command::from(command(endpoint, line));
        command.current_dir(self.directory.path());
        command.output().await.expect("it runs")
    }
}

pub(super) type Item = std::collections::HashMap<String, AttributeValue>;

/// An item as text, with its attributes and the elements of its sets sorted.
pub(super) fn shown(item: Item) -> String {
    let sorted = |value: AttributeValue| match value {
        AttributeValue::Ss(mut set) => {
            set.sort();
            AttributeValue::Ss(set)
        }
        AttributeValue::Ns(mut set) => {
            set.sort();
            AttributeValue::Ns(set)
        }
        AttributeValue::Bs(mut set) => {
            set.sort_by(|one, other| one.as_ref().cmp(other.as_ref()));
            AttributeValue::Bs(set)
        }
        AttributeValue::M(map) => AttributeValue::S(shown(map)),
        AttributeValue::L(list) => AttributeValue::S(
            list.into_iter()
                .map(|value| shown(Item::from([(String::new(), value)])))
                .collect(),
        ),
        other => other,
    };
    let attributes = item.into_iter().map(|(name, value)| (name, sorted(value)));
    format!(
        "{:?}",
        attributes.collect::<std::collections::BTreeMap<_, _>>()
    )
}

pub(super) fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(super) fn n(digits: &str) -> AttributeValue {
    AttributeValue::N(digits.to_owned())
}

pub(super) fn lines(count: usize) -> String {
    let long = "x".repeat(200);
    text_of(count, |number| {
        format!("{{\"id\":\"item-{number}\",\"n\":{number},\"x\":\"{long}\"}}")
    })
}

pub(super) const ID: &[(&str, ScalarAttributeType)] = &[("id", ScalarAttributeType::S)];
