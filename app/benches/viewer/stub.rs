//! The AWS of the bench. Every response is made before the first request comes, so that its work is
//! not measured.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::body::{Body, Bytes};
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

/// What is wrong with the backend.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Trouble {
    None,
    /// The body of a response breaks off in the middle.
    BreaksOff,
    /// No response comes.
    Hangs,
    /// A response comes piece by piece.
    Drips,
    /// Each response has status 500.
    Fails,
    /// Each response is something that is not JSON.
    Garbage,
    /// The parameter has another name of the table.
    Renamed,
}

/// What follows the name of the table while it has another one.
const RENAMED: &str = ".new";
/// The pieces and pauses of a body that drips.
const DRIP: (usize, Duration) = (1024, Duration::from_millis(20));

/// A backend that listens.
pub(crate) struct Stub {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    tables: HashMap<String, Table>,
    trouble: Mutex<Trouble>,
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
            trouble: Mutex::new(Trouble::None),
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

    pub(crate) fn set_trouble(&self, trouble: Trouble) {
        let mut current = self.shared.trouble.lock();
        *current.as_deref_mut().expect("nothing panics with it") = trouble;
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

    fn trouble(&self) -> Trouble {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn table(&self, input: &Input) -> Option<&Table> {
        let name = input.table_name.as_str();
        self.tables.get(name.strip_suffix(RENAMED).unwrap_or(name))
    }

    fn scan(&self, input: &Input) -> Option<Bytes> {
        let table = self.table(input)?;
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
    let trouble = shared.trouble();
    let known = match action {
        "Scan" => shared.scan(&input),
        "GetParameter" => Some(parameter(&input.name, trouble)),
        "DescribeTable" => shared.table(&input).map(|table| table.description.clone()),
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
    match trouble {
        Trouble::None | Trouble::Renamed => (status, json, body).into_response(),
        Trouble::BreaksOff => (json, pieces(body, true)).into_response(),
        Trouble::Drips => (json, pieces(body, false)).into_response(),
        Trouble::Fails => (StatusCode::INTERNAL_SERVER_ERROR, json, "{}").into_response(),
        Trouble::Garbage => (json, "<html>").into_response(),
        // It ends when the client goes away.
        Trouble::Hangs => std::future::pending().await,
    }
}

/// A body piece by piece, which breaks off in the middle or not.
fn pieces(body: Bytes, breaks_off: bool) -> Body {
    let half = body.len() / 2;
    let pieces = futures_util::stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        if breaks_off && rest.len() <= half {
            return Some((Err(std::io::Error::other("it breaks off")), Bytes::new()));
        }
        tokio::time::sleep(DRIP.1).await;
        let piece = rest.split_to(rest.len().min(DRIP.0.max(half / 4)));
        Some((Ok(piece), rest))
    });
    Body::from_stream(pieces)
}

/// The parameter `/NAME/table` has the value NAME, so that the prefix alone tells a server its table.
fn parameter(name: &str, trouble: Trouble) -> Bytes {
    let value = match name.rsplit_once('/') {
        Some((prefix, "table")) if trouble == Trouble::Renamed => {
            format!("{}{RENAMED}", prefix.trim_start_matches('/'))
        }
        Some((prefix, "table")) => prefix.trim_start_matches('/').to_owned(),
        _ => format!("{}:{}", LOGIN.0, LOGIN.1),
    };
    json!({ "Parameter": { "Name": name, "Value": value, "Version": 1 } })
        .to_string()
        .into()
}
