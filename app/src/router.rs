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
use tower_http::{
    CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer,
    services::ServeDir,
};

use crate::{App, assets, auth, error::WebError, observe, page};

/// All pages. What is not listed before `route_layer` is public or asks for the login itself.
pub fn router(app: Arc<App>) -> Router {
    let routes = Router::new()
        .route("/", get(page::home::home))
        .route("/query", get(page::items::items).post(page::items::items))
        .route("/item", get(page::item::item))
        .route("/table", get(page::table::table))
        .method_not_allowed_fallback(method_not_allowed)
        .route_layer(from_fn_with_state(Arc::clone(&app), auth::require))
        .route("/ping", get(ping).fallback(method_not_allowed))
        .fallback(static_file)
        .with_state(app);
    with_layers(routes)
}

/// What every request goes through, from the first layer here to the last. Each layer of its own,
/// and each function in one, is a tenth of the time of a small page.
fn with_layers(routes: Router) -> Router {
    routes.layer((
        CompressionLayer::new().quality(CompressionLevel::Fastest),
        from_fn(observe::observe),
        CatchPanicLayer::custom(internal_error),
    ))
}

async fn method_not_allowed() -> WebError {
    WebError::MethodNotAllowed
}

async fn ping() -> Json<Value> {
    Json(json!({ "message": "pong" }))
}

/// A file of the static directory, which needs no login. That something is not there is told only
/// to those who are logged in.
async fn static_file(State(app): State<Arc<App>>, request: Request) -> Result<Response, WebError> {
    let headers = request.headers().clone();
    let is_current = request
        .uri()
        .path_and_query()
        .is_some_and(|address| assets::is_current(address.as_str()));
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut directory = ServeDir::new(&app.static_dir).append_index_html_on_directories(false);
        // An error is a path that the file system can't even look up: nothing is there.
        if let Ok(file) = directory.try_call(request).await
            && file.status() != StatusCode::NOT_FOUND
        {
            return Ok(unconditional(file.map(axum::body::Body::new), is_current));
        }
    }
    let user = auth::check(&app, &headers).await?;
    let mut response = WebError::NotFound.into_response();
    response.extensions_mut().insert(user);
    Ok(response)
}

/// All files of a reproducible image bear the same date: a browser that asks "changed since?"
/// would keep the style sheet of the first image for ever.
fn unconditional(mut file: Response, is_current: bool) -> Response {
    let caching = if is_current {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    let headers = file.headers_mut();
    headers.remove(header::LAST_MODIFIED);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
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

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_plain_page() {
        #[expect(clippy::panic, reason = "it is what is tested")]
        let routes = Router::new().route("/", get(async || -> () { panic!("inner words") }));
        let response = with_layers(routes)
            .oneshot(Request::new(Body::empty()))
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains("load this page again"), "{text}");
        assert!(!text.contains("inner words"), "{text}");
    }
}
