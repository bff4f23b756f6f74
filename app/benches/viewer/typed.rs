//! The usual way to write this server: with the types of the SDK, rows made of them, and a template.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context;
use askama::Template;
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum_extra::TypedHeader;
use axum_extra::headers::Authorization;
use axum_extra::headers::authorization::Basic;
use tokio::net::TcpListener;

use crate::servers::Settings;
use crate::stub::LOGIN;

type Item = HashMap<String, AttributeValue>;

struct App {
    dynamodb: Client,
    table: String,
}

#[derive(Template)]
#[template(
    // The plain escaper of askama: the app has its own for "html".
    ext = "htm",
    source = r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ table }}</title></head>
<body>
<h1>{{ table }}</h1>
<table>
<thead><tr>{% for column in columns %}<th scope="col">{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{%- for row in rows %}
<tr>
{%- for cell in row %}
{%- match cell %}
{%- when Some with (cell) %}<td title="{{ cell.type_name }}">{{ cell.text }}</td>
{%- when None %}<td></td>
{%- endmatch %}
{%- endfor %}</tr>
{%- endfor %}
</tbody>
</table>
</body>
</html>"#
)]
struct Page<'a> {
    table: &'a str,
    columns: Vec<&'a str>,
    rows: Vec<Vec<Option<Cell>>>,
}

struct Cell {
    type_name: &'static str,
    text: String,
}

/// Serves until it is killed.
pub(crate) async fn serve(settings: Settings) -> anyhow::Result<()> {
    let aws = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let app = Arc::new(App {
        dynamodb: Client::new(&aws),
        table: settings.table().to_owned(),
    });
    let router = Router::new()
        .route("/query", post(query))
        .route("/ping", get(async || "pong"))
        .with_state(app);
    let listener = TcpListener::bind(settings.listen_addr).await?;
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, router).await.context("serving ended")
}

async fn query(
    State(app): State<Arc<App>>,
    TypedHeader(login): TypedHeader<Authorization<Basic>>,
) -> Result<Html<String>, (StatusCode, String)> {
    if (login.username(), login.password()) != LOGIN {
        return Err((StatusCode::UNAUTHORIZED, String::new()));
    }
    let pages = app.dynamodb.scan().table_name(&app.table).into_paginator();
    let items: Vec<Item> = pages.items().send().try_collect().await.map_err(|err| {
        (
            StatusCode::BAD_GATEWAY,
            DisplayErrorContext(err).to_string(),
        )
    })?;
    let columns = columns(&items);
    let rows = items.iter().map(|item| row(item, &columns)).collect();
    let page = Page {
        table: &app.table,
        columns,
        rows,
    };
    page.render()
        .map(Html)
        .map_err(|err| (StatusCode::INTERNAL_SERVER_ERROR, err.to_string()))
}

/// The attributes, the most frequent first, then by name.
fn columns(items: &[Item]) -> Vec<&str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in items.iter().flat_map(HashMap::keys) {
        *counts.entry(name).or_default() += 1;
    }
    let mut columns: Vec<_> = counts.into_iter().collect();
    columns.sort_unstable_by_key(|(name, count)| (Reverse(*count), *name));
    columns.into_iter().map(|(name, _)| name).collect()
}

fn row(item: &Item, columns: &[&str]) -> Vec<Option<Cell>> {
    columns
        .iter()
        .map(|&name| item.get(name).map(cell))
        .collect()
}

/// Only the types that the items of the bench have.
fn cell(value: &AttributeValue) -> Cell {
    let (type_name, text) = match value {
        AttributeValue::S(text) => ("String", text.clone()),
        AttributeValue::N(number) => ("Number", number.clone()),
        AttributeValue::Bool(truth) => ("Boolean", truth.to_string()),
        AttributeValue::Ss(texts) => ("String set", texts.join(", ")),
        other => ("Other", format!("{other:?}")),
    };
    Cell { type_name, text }
}
