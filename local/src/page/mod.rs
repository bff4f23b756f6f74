//! The page of the local AWS: the architecture, live in a browser.

mod snapshot;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::handler::Handler;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use futures_util::stream::{self, Stream};

use self::snapshot::snapshot;
use crate::account::{Account, TaskOrigin};
use crate::explain;
use crate::services::acm::authority_certificate;

/// How often the page checks for changes. A state is sent only if it differs from the last one.
const PAUSE: Duration = Duration::from_millis(200);

/// The page and its files. `endpoint` answers all other requests to the page's address.
pub(crate) fn router<T: 'static>(endpoint: impl Handler<T, Arc<Account>>) -> Router<Arc<Account>> {
    let file = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
    };
    // `ListBuckets` of S3 is a signed GET of this address.
    let page_or_call = move |Extract(account): Extract<Arc<Account>>, request: Request| async move {
        let is_page = [Method::GET, Method::HEAD].contains(request.method())
            && !request.headers().contains_key(header::AUTHORIZATION);
        if is_page {
            return Html(include_str!("index.html")).into_response();
        }
        endpoint.call(request, account).await
    };
    Router::new()
        .route("/", any(page_or_call))
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
        .layer(from_fn(for_the_developer))
}

/// The page shows the whole account, which tasks may not see.
async fn for_the_developer(request: Request, next: Next) -> Response {
    let is_call = request.uri().path() == "/"
        && (request.headers().contains_key(header::AUTHORIZATION)
            || ![Method::GET, Method::HEAD].contains(request.method()));
    if is_call {
        return next.run(request).await;
    }
    if request.extensions().get::<TaskOrigin>().is_some() {
        let sentence = "The page of the local AWS is not for tasks.\n";
        return (StatusCode::FORBIDDEN, sentence).into_response();
    }
    let mut response = next.run(request).await;
    let policy = "default-src 'self'; img-src data:; frame-ancestors 'none'";
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        header::HeaderValue::from_static(policy),
    );
    response
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
