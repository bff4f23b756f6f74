//! The AWS of the bench. Every response is made before the first request comes, so that its work is
//! not measured.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::pages;

/// The value of the parameter with the credentials.
pub(crate) const LOGIN: (&str, &str) = ("bench", "secret");

/// The only limit of a scan that is obeyed.
pub(crate) const FIRST_ITEMS: u32 = 25;

/// A backend that listens.
pub(crate) struct Stub {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    tables: HashMap<String, Table>,
    /// When the last scan from the beginning of a table was answered.
    first_page: Mutex<Option<Instant>>,
}

struct Table {
    description: Bytes,
    /// What a user sees first.
    first_items: Bytes,
    pages: Vec<Bytes>,
    /// The page that follows after a key.
    after: HashMap<String, usize>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Input {
    name: String,
    table_name: String,
    limit: u32,
    exclusive_start_key: HashMap<String, Value>,
}

/// The name of the table with this many items.
pub(crate) fn table_name(items: u32) -> String {
    format!("items-{items}")
}

impl Stub {
    /// Serves a table of each of these sizes.
    pub(crate) async fn start(sizes: &[u32]) -> anyhow::Result<Self> {
        let tables = sizes
            .iter()
            .map(|&items| (table_name(items), Table::new(items)))
            .collect();
        let shared = Arc::new(Shared {
            tables,
            first_page: Mutex::new(None),
        });
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("the stub cannot listen")?;
        let address = listener.local_addr()?;
        let listener = listener.tap_io(|connection| {
            // Without this the end of a page may wait for an acknowledgement.
            let _ = connection.set_nodelay(true);
        });
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, shared })
    }

    /// When the first byte of the last scan from the beginning was sent.
    pub(crate) fn first_page(&self) -> Option<Instant> {
        *self.shared.first_page()
    }
}

impl Shared {
    fn first_page(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.first_page
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn scan(&self, input: &Input) -> Option<Bytes> {
        let table = self.tables.get(&input.table_name)?;
        if input.limit == FIRST_ITEMS {
            return Some(table.first_items.clone());
        }
        let Some(key) = input.exclusive_start_key.get("id") else {
            *self.first_page() = Some(Instant::now());
            return table.pages.first().cloned();
        };
        let page = table.after.get(key["S"].as_str()?)?;
        table.pages.get(*page).cloned()
    }

    fn table_names(&self) -> Bytes {
        let names: Vec<_> = self.tables.keys().collect();
        json!({ "TableNames": names }).to_string().into()
    }
}

impl Table {
    fn new(items: u32) -> Self {
        let starts = pages::starts(items);
        Self {
            description: pages::description(&table_name(items), items),
            first_items: pages::page(0, items.min(FIRST_ITEMS)),
            pages: starts
                .clone()
                .map(|start| pages::page(start, items))
                .collect(),
            after: starts
                .enumerate()
                .skip(1)
                .map(|(page, start)| (pages::id(start - 1), page))
                .collect(),
        }
    }
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let action = target.rsplit('.').next().unwrap_or_default();
    let input: Input = serde_json::from_slice(&body).unwrap_or_default();
    let known = match action {
        "Scan" => shared.scan(&input),
        "GetParameter" => Some(parameter(&input.name)),
        "DescribeTable" => shared
            .tables
            .get(&input.table_name)
            .map(|table| table.description.clone()),
        "ListTables" => Some(shared.table_names()),
        _ => None,
    };
    let (status, body) = match known {
        Some(body) => (StatusCode::OK, body),
        None => (
            StatusCode::BAD_REQUEST,
            json!({ "__type": "ValidationException", "message": format!("the stub does not know {action}") })
                .to_string()
                .into(),
        ),
    };
    let json = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
    (status, json, body).into_response()
}

/// The parameter `/NAME/table` has the value NAME, so that the prefix alone tells a server its table.
fn parameter(name: &str) -> Bytes {
    let value = match name.rsplit_once('/') {
        Some((prefix, "table")) => prefix.trim_start_matches('/').to_owned(),
        _ => format!("{}:{}", LOGIN.0, LOGIN.1),
    };
    json!({ "Parameter": { "Name": name, "Value": value, "Version": 1 } })
        .to_string()
        .into()
}
