//! The addresses, and who may see them.

use std::{any::Any, sync::Arc};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use tower_http::{catch_panic::CatchPanicLayer, services::ServeDir};

use crate::{App, auth, error::WebError, home, items, observe, request_body, respond};

/// All pages. What is not listed before `route_layer` is behind the login or asks for it itself.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(home::home))
        .route("/query", get(items::items).post(items::items))
        .route_layer(from_fn_with_state(Arc::clone(&app), auth::require))
        .route("/ping", get(ping))
        .fallback(static_file)
        .method_not_allowed_fallback(async || WebError::MethodNotAllowed)
        .with_state(app)
        .layer(from_fn(request_body::discard))
        .layer(CatchPanicLayer::custom(internal_error))
        .layer(from_fn(respond::complete))
        .layer(from_fn(observe::observe))
}

async fn ping() -> Json<Value> {
    Json(json!({ "message": "pong" }))
}

/// A file of the static directory, which needs no login. That something is not there is told only
/// to those who are logged in.
async fn static_file(State(app): State<Arc<App>>, request: Request) -> Result<Response, WebError> {
    let headers = request.headers().clone();
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut directory = ServeDir::new(&app.static_dir).append_index_html_on_directories(false);
        // An error is a path that the file system can't even look up: nothing is there.
        if let Ok(file) = directory.try_call(request).await
            && file.status() != StatusCode::NOT_FOUND
        {
            return Ok(unconditional(file.map(axum::body::Body::new)));
        }
    }
    auth::check(&app, &headers).await?;
    Err(WebError::NotFound)
}

/// All files of a reproducible image bear the same date: a browser that asks "changed since?"
/// would keep the style sheet of the first image for ever.
fn unconditional(mut file: Response) -> Response {
    file.headers_mut().remove(header::LAST_MODIFIED);
    file.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    file
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "CatchPanicLayer passes the panic by value"
)]
fn internal_error(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    WebError::Internal(message.to_owned()).into_response()
}
