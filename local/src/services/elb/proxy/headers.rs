//! The headers that the load balancer adds to a request and takes away.

use std::net::SocketAddr;

use axum::http::header::{self, IntoHeaderName};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::forward::Tls;
use crate::services::elb::live::{ForwardedFor, Live};

/// Changes the headers of a request on its way to a target.
pub(super) fn prepare(headers: &mut HeaderMap, live: &Live, peer: SocketAddr, tls: Option<&Tls>) {
    if live.settings.drop_invalid_headers {
        drop_invalid(headers);
    }
    add_forwarded(headers, live, peer);
    if let Some(tls) = tls.filter(|_| live.settings.tls_headers) {
        let names = &live.settings.headers;
        set(headers, names.tls_version.clone(), &tls.version);
        set(headers, names.tls_cipher.clone(), &tls.cipher);
    }
    remove_hop_by_hop(headers);
}

fn add_forwarded(headers: &mut HeaderMap, live: &Live, peer: SocketAddr) {
    let source = if live.settings.client_port {
        peer.to_string()
    } else {
        peer.ip().to_string()
    };
    let before = headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok());
    match (live.settings.forwarded_for, before) {
        (ForwardedFor::Append, Some(before)) => {
            let chain = format!("{before}, {source}");
            set(headers, "x-forwarded-for", &chain);
        }
        (ForwardedFor::Append, None) => set(headers, "x-forwarded-for", &source),
        (ForwardedFor::Preserve, _) => {}
        (ForwardedFor::Remove, _) => {
            headers.remove("x-forwarded-for");
        }
    }
    trace(headers);
    set(headers, "x-forwarded-proto", live.protocol());
    set(headers, "x-forwarded-port", &live.port.to_string());
}

/// A trace that comes with the request stays; the load balancer then adds its own field before it.
fn trace(headers: &mut HeaderMap) {
    let name = "x-amzn-trace-id";
    let own = new_trace();
    let before = headers.get(name).and_then(|value| value.to_str().ok());
    let trace = match before.filter(|before| before.contains("Root=")) {
        Some(before) => format!("{};{before}", own.replacen("Root", "Self", 1)),
        None => own,
    };
    set(headers, name, &trace);
}

/// A trace that begins here.
pub(super) fn new_trace() -> String {
    format!(
        "Root=1-{:08x}-{}",
        time::OffsetDateTime::now_utc().unix_timestamp(),
        crate::aws::hex_id(24)
    )
}

fn set(headers: &mut HeaderMap, name: impl IntoHeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Removes the headers whose names have other characters than letters, digits and hyphens.
fn drop_invalid(headers: &mut HeaderMap) {
    let is_invalid = |name: &&HeaderName| {
        let mut letters = name.as_str().chars();
        !letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
    };
    let invalid: Vec<HeaderName> = headers.keys().filter(is_invalid).cloned().collect();
    for name in invalid {
        headers.remove(name);
    }
}

pub(super) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    for name in [
        header::CONNECTION,
        header::UPGRADE,
        header::TE,
        header::TRAILER,
        header::PROXY_AUTHENTICATE,
        header::PROXY_AUTHORIZATION,
    ] {
        headers.remove(name);
    }
    headers.remove("keep-alive");
}
