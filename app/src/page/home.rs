use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::assets::Assets;
use crate::error::WebError;
use crate::web::render;

/// The start page: a button.
#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    assets: &'a Assets,
}

impl HomePage<'_> {
    #[expect(clippy::unused_self, reason = "frame_top.html calls it on every page")]
    fn title(&self) -> &'static str {
        "Start"
    }
}

/// `GET /`
pub(crate) async fn home(State(assets): State<Arc<Assets>>) -> Result<Response, WebError> {
    render(&HomePage { assets: &assets })
}
