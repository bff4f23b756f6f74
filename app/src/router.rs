//! The addresses, and who may see them.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

use crate::App;
use crate::assets::Assets;
use crate::error::WebError;
use crate::login::{self, Client, Entrance, Login};
use crate::page::{self, Site};
use crate::web::{self, Web};

/// What is answered at each address.
///
/// The routes before `route_layer` need a login. The health check and the static files need none.
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers hand the app over to the router, which keeps parts of it"
)]
pub fn router(app: Arc<App>) -> Router {
    let site = Site {
        table: Arc::clone(&app.table),
        assets: Arc::clone(&app.assets),
    };
    let entrance = Entrance::new(&app.login, app.limits.max_requests);
    let web = Web {
        assets: Arc::clone(&app.assets),
        body_time: app.limits.body_time,
    };
    let items = get(page::items).post(page::items);
    let routes = Router::new()
        .route("/", get(page::home).with_state(Arc::clone(&app.assets)))
        .route("/query", items.with_state(Arc::clone(&app.answers)))
        .route("/item", get(page::item).with_state(site.clone()))
        .route("/table", get(page::table).with_state(site))
        .method_not_allowed_fallback(method_not_allowed)
        .route_layer(from_fn_with_state(entrance, login::require))
        .route("/ping", get(ping).fallback(method_not_allowed))
        .fallback(static_file)
        .with_state(Public {
            assets: Arc::clone(&app.assets),
            login: Arc::clone(&app.login),
        });
    with_layers(
        routes.layer(from_fn_with_state(app.page_time, web::in_time)),
        web,
    )
}

/// What static files need.
#[derive(Clone)]
struct Public {
    assets: Arc<Assets>,
    login: Arc<Login>,
}

/// Adds what every request goes through, from the first layer to the last. Each layer, and each
/// function in one, takes a tenth of the time of a small page.
fn with_layers(routes: Router, web: Web) -> Router {
    routes.layer((
        CompressionLayer::new().quality(CompressionLevel::Fastest),
        from_fn_with_state(web, web::observe),
        CatchPanicLayer::custom(internal_error),
    ))
}

async fn method_not_allowed() -> WebError {
    WebError::MethodNotAllowed
}

async fn ping() -> Json<Value> {
    Json(json!({ "message": "pong" }))
}

/// A static file, which needs no login. Only users who are logged in can see that a file is missing.
async fn static_file(
    State(Public { assets, login }): State<Public>,
    request: Request,
) -> Result<Response, WebError> {
    let (headers, client) = (request.headers().clone(), Client::of(&request));
    let is_current = request
        .uri()
        .path_and_query()
        .is_some_and(|address| assets.is_current(address.as_str()));
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut files = ServeDir::new(assets.directory()).append_index_html_on_directories(false);
        // An error is a path that the file system cannot look up: there is no such file.
        if let Ok(file) = files.try_call(request).await
            && file.status() != StatusCode::NOT_FOUND
        {
            return Ok(unconditional(file.map(axum::body::Body::new), is_current));
        }
    }
    let user = login.user(&headers, client).await?;
    let mut response = WebError::NotFound.into_response();
    response.extensions_mut().insert(user);
    Ok(response)
}

/// Takes the date away: all files of a reproducible image have the same one. A browser that asks
/// whether a file has changed since would keep the style sheet of the first image for ever.
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
    use std::path::Path;
    use std::time::Duration;

    use axum::body::Body;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_plain_page() {
        #[expect(clippy::panic, reason = "it is what is tested")]
        let routes = Router::new().route("/", get(async || -> () { panic!("inner words") }));
        let web = Web {
            assets: Arc::new(Assets::load(Path::new("nowhere"))),
            body_time: Duration::from_secs(1),
        };
        let response = with_layers(routes, web)
            .oneshot(Request::new(Body::empty()))
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains("Load this page again"), "{text}");
        assert!(!text.contains("inner words"), "{text}");
    }
}
