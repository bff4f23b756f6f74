//! The start page: a button.

use askama::Template;
use axum::response::Response;

use crate::{error::WebError, respond};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage;

/// `GET /`
pub(crate) async fn home() -> Result<Response, WebError> {
    respond::page(&HomePage)
}
