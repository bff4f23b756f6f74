//! The page of one item, and the form that finds an item by its key.

mod attributes;
mod copy;
mod look_up;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::site::Site;
use crate::assets::Assets;
use crate::aws::Kind;
use crate::error::WebError;
use crate::key::decode;
use crate::table::TableName;
use crate::web::render;
use attributes::{Attribute, rows};
use copy::to_copy;
use look_up::{BAD_KEY, look_up};

/// The key in the address cannot be read.
const BAD_ADDRESS: WebError = WebError::bad_request(
    "The address contains no key of an item: follow a link on the page of the table.",
);

/// The page of one item.
#[derive(Template)]
#[template(path = "item.html")]
struct ItemPage<'a> {
    assets: &'a Assets,
    table: &'a str,
    attributes: Vec<Attribute>,
    json: String,
}

impl ItemPage<'_> {
    fn title(&self) -> String {
        format!("Item of {}", self.table)
    }
}

/// `GET /item`
pub(crate) async fn item(State(site): State<Site>, address: Uri) -> Result<Response, WebError> {
    let query = address.query().unwrap_or("");
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let Some((_, cursor)) = pairs.iter().find(|(name, _)| name == "key") else {
        return look_up(&pairs);
    };
    let (table, key) = (&site.table, &decode(cursor).ok_or(BAD_ADDRESS)?);
    let get = |name: Arc<TableName>| async move { table.get(&name, key).await };
    let called = table.call(get).await;
    let (name, item) = called.map_err(|failure| match failure.kind() {
        Kind::Rejected => BAD_KEY,
        _ => failure.into(),
    })?;
    let item = item.ok_or(WebError::NoItem)?;
    // The page can do without the order of the key.
    let description = table.describe(&name).await.ok();
    let names = description.and_then(|description| description.key_names());
    let json = serde_json::to_string_pretty(&item).expect("JSON that was read can be written");
    render(&ItemPage {
        assets: &site.assets,
        table: &name,
        attributes: rows(&item, key, names.as_deref().unwrap_or(&[])),
        json: to_copy(&json),
    })
}
