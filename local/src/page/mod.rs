//! The page of the local AWS: the architecture, live in a browser.

mod snapshot;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::handler::Handler;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{self, Stream};

use self::snapshot::snapshot;
use crate::account::Account;
use crate::explain;
use crate::services::acm::authority_certificate;

/// How often the page checks for changes. A state is sent only if it differs from the last one.
const PAUSE: Duration = Duration::from_millis(200);

/// The page and its files. `endpoint` answers all other requests to the page's address.
pub(crate) fn router<T: 'static>(endpoint: impl Handler<T, Arc<Account>>) -> Router<Arc<Account>> {
    let file = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
    };
    Router::new()
        .route(
            "/",
            file("text/html; charset=utf-8", include_str!("index.html")).fallback(endpoint),
        )
        .route(
            "/_local/page.css",
            file("text/css; charset=utf-8", include_str!("page.css")),
        )
        .route(
            "/_local/page.js",
            file("text/javascript; charset=utf-8", include_str!("page.js")),
        )
        .route("/_local/ca.pem", get(authority))
        .route("/_local/events", get(events))
        .merge(explain::router())
        .layer(from_fn(for_this_machine))
}

/// Accepts only Host headers of this machine, against DNS rebinding.
async fn for_this_machine(request: Request, next: Next) -> Response {
    let is_api = request.headers().contains_key(header::AUTHORIZATION);
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if is_api || ["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        let mut response = next.run(request).await;
        if !is_api {
            let policy = "default-src 'self'; img-src data:; frame-ancestors 'none'";
            response.headers_mut().insert(
                header::CONTENT_SECURITY_POLICY,
                header::HeaderValue::from_static(policy),
            );
        }
        return response;
    }
    (
        StatusCode::FORBIDDEN,
        "open this page at http://127.0.0.1\n",
    )
        .into_response()
}

/// The certificate of the authority that HTTPS listeners use, for clients to trust.
async fn authority(Extract(account): Extract<Arc<Account>>) -> Response {
    match authority_certificate(&account) {
        Ok(pem) => ([(header::CONTENT_TYPE, "application/x-pem-file")], pem).into_response(),
        Err(reason) => (StatusCode::INTERNAL_SERVER_ERROR, reason).into_response(),
    }
}

/// The current state, and every later state that differs from the one before.
async fn events(
    Extract(account): Extract<Arc<Account>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = stream::unfold((account, String::new()), |(account, before)| async move {
        loop {
            let now = snapshot(&account).to_string();
            if now != before {
                return Some((Ok(Event::default().data(&now)), (account, now)));
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}
