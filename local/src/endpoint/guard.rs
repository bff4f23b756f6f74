//! Who may call the endpoint: programs, and the page of the local AWS. No other web page may.
//!
//! A browser sends requests of any page to 127.0.0.1. It says which page that is, in `Origin` and in
//! `Sec-Fetch-Site`, and pages cannot change these headers
//! (<https://developer.mozilla.org/en-US/docs/Glossary/Forbidden_request_header>).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use deploy::render::Shown;

use crate::account::Account;

/// Answers only what may be answered.
pub(super) async fn guard(
    State(account): State<Arc<Account>>,
    request: Request,
    next: Next,
) -> Response {
    match refusal(&account, &request) {
        None => next.run(request).await,
        Some(sentence) => (StatusCode::FORBIDDEN, sentence).into_response(),
    }
}

/// Why a request is not answered, and what to do.
fn refusal(account: &Account, request: &Request) -> Option<String> {
    let page = account.endpoint_url();
    let values = |name: HeaderName| {
        let values = request.headers().get_all(name).iter();
        values.map(|value| value.to_str().unwrap_or("?"))
    };
    // A browser always sends a Host header.
    let in_path = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str);
    let mut hosts = values(header::HOST).chain(in_path);
    if let Some(host) = hosts.find(|host| !account.hosts.has(host)) {
        let host = Shown(host);
        return Some(format!(
            "The local AWS does not answer under the name {host}: use {page}, or start it with --host if the name is yours.\n"
        ));
    }
    let own = values(header::HOST).next().or(in_path);
    let mut origins = values(header::ORIGIN);
    if let Some(origin) = origins.find(|origin| !is_of(origin, own)) {
        let origin = Shown(origin);
        return Some(format!(
            "The local AWS does not answer the web page {origin}: a page can only use it through a program of its own. Its own page is {page}.\n"
        ));
    }
    let site = HeaderName::from_static("sec-fetch-site");
    let is_foreign = values(site).any(|site| !["same-origin", "none"].contains(&site));
    (is_foreign && !is_navigation(request)).then(|| {
        format!("The local AWS does not answer other web pages. Its own page is {page}.\n")
    })
}

/// Whether an origin is the host that the request is for.
fn is_of(origin: &str, host: Option<&str>) -> bool {
    let name = origin.split_once("://").map(|(_, name)| name);
    name.is_some() && name == host
}

/// Whether somebody follows a link: the browser shows the answer, and the other page does not see it.
fn is_navigation(request: &Request) -> bool {
    let is = |name: &str, wanted: &str| {
        let value = request.headers().get(name);
        value.is_some_and(|value| value == wanted)
    };
    [Method::GET, Method::HEAD].contains(request.method())
        && is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", "document")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::account::testing::account;

    #[tokio::test]
    async fn programs_and_the_own_page_are_answered_and_no_other_page() {
        let account = account().await;
        let is_answered = |line: &str| {
            let mut words = line.split_whitespace();
            let mut request = Request::builder()
                .method(words.next().unwrap())
                .uri(words.next().unwrap());
            for header in words {
                let (name, value) = header.split_once('=').unwrap();
                request = request.header(name, value);
            }
            refusal(&account, &request.body(Body::empty()).unwrap()).is_none()
        };
        for own in [
            // Programs.
            "POST / host=127.0.0.1:4566",
            "PUT /key host=bucket.localhost:4566",
            "GET /",
            "GET http://localhost:4566/ host=localhost:4566",
            // The page, by its address or by a link of another page.
            "GET / host=localhost:4566 sec-fetch-site=none sec-fetch-mode=navigate sec-fetch-dest=document",
            "GET / host=localhost:4566 sec-fetch-site=cross-site sec-fetch-mode=navigate sec-fetch-dest=document",
            "GET /_local/events host=127.0.0.1:4566 sec-fetch-site=same-origin sec-fetch-mode=cors sec-fetch-dest=empty",
            "POST / host=127.0.0.1:4566 origin=http://127.0.0.1:4566 sec-fetch-site=same-origin",
            // A forwarded port.
            "POST / host=localhost:9000 origin=http://localhost:9000",
        ] {
            assert!(is_answered(own), "{own}");
        }
        for other in [
            // The name of a page that leads to 127.0.0.1.
            "POST / host=evil.example:4566",
            "POST / host=evil.example:4566 origin=http://evil.example:4566 sec-fetch-site=same-origin",
            "GET / host=evil.example sec-fetch-site=none sec-fetch-mode=navigate sec-fetch-dest=document",
            "GET http://evil.example/ host=127.0.0.1:4566",
            "GET http://127.0.0.1:4566/ host=evil.example",
            "POST / host=127.0.0.1:4566 host=evil.example",
            // A page that posts to 127.0.0.1, also one of another program of this machine.
            "POST / host=127.0.0.1:4566 origin=https://evil.example",
            "POST / host=127.0.0.1:4566 origin=http://127.0.0.1:8080",
            "POST / host=127.0.0.1:4566 origin=http://localhost:4566",
            "POST / host=127.0.0.1:4566 origin=null",
            "POST / host=127.0.0.1:4566 origin=http://127.0.0.1:4566 origin=http://evil.example",
            "POST / host=127.0.0.1:4566 sec-fetch-site=cross-site sec-fetch-mode=navigate sec-fetch-dest=document",
            "POST / host=127.0.0.1:4566 sec-fetch-site=same-site",
            // A question of the browser whether the page may send something.
            "OPTIONS / host=127.0.0.1:4566 origin=https://evil.example access-control-request-method=POST",
            // A part of a page: a script, an image, a frame.
            "GET /bucket/key host=127.0.0.1:4566 sec-fetch-site=cross-site sec-fetch-mode=no-cors sec-fetch-dest=script",
            "GET / host=127.0.0.1:4566 sec-fetch-site=cross-site sec-fetch-mode=navigate sec-fetch-dest=iframe",
            "GET /_local/events host=127.0.0.1:4566 origin=https://evil.example",
        ] {
            assert!(!is_answered(other), "{other}");
        }
    }
}
