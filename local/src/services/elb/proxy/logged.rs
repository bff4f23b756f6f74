//! Writes a request into the access log when its response has ended.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode, Version, header};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use time::OffsetDateTime;

use super::Door;
use super::forward::Tls;
use super::headers::new_trace;
use crate::account::Account;
use crate::services::elb::access_logs::{Destination, Line, Matched, Passed};
use crate::services::elb::live::Live;
use crate::services::elb::tls;

/// The status of a client that has gone before it was answered.
const CLIENT_GONE: u16 = 460;

/// A request that becomes a line when this is dropped.
pub(super) struct Entry {
    account: Arc<Account>,
    destination: Arc<Destination>,
    line: Line,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.line.time = OffsetDateTime::now_utc();
        let logs = &self.account.balancers.access_logs;
        logs.add(&self.destination, &self.line);
    }
}

/// Begins an entry, if the access logs of the load balancer are on.
pub(super) fn begin(
    door: &Door,
    arn: &str,
    tls: Option<&Tls>,
    request: &Request<Incoming>,
) -> Option<Entry> {
    let live = door.account.balancers.live(arn)?;
    let destination = Arc::clone(live.access_log.as_ref()?);
    let domain = tls.and_then(|tls| tls.domain.clone());
    let now = OffsetDateTime::now_utc();
    let entry = Line {
        kind: match request.version() {
            Version::HTTP_2 => "h2",
            _ => live.protocol(),
        },
        time: now,
        load_balancer: destination.name().to_owned(),
        client: door.peer,
        passed: None,
        status: CLIENT_GONE,
        received: received(request),
        sent: 0,
        request: request_line(&live, request),
        user_agent: text(request.headers(), "user-agent").unwrap_or_else(|| "-".to_owned()),
        tls: tls.map(|tls| (tls.cipher.clone(), tls.version.clone())),
        certificate: tls
            .and_then(|_| tls::chosen(&door.account, &live.certificates, domain.as_deref())),
        domain,
        priority: 0,
        created: now,
        actions: "-",
        redirect: None,
        connection: door.id.to_string(),
        trace: new_trace(),
    };
    Some(Entry {
        account: Arc::clone(&door.account),
        destination,
        line: entry,
    })
}

/// Completes the entry with the response. The line is written with its last byte.
pub(super) fn finish(entry: Option<Entry>, mut response: Response<Body>) -> Response<Body> {
    let Some(mut entry) = entry else {
        return response;
    };
    let line = &mut entry.line;
    line.status = response.status().as_u16();
    line.passed = response.extensions_mut().remove::<Passed>();
    if let Some(matched) = response.extensions_mut().remove::<Matched>() {
        line.priority = matched.priority;
        line.actions = matched.actions;
        if matched.actions.ends_with("redirect") {
            line.redirect = text(response.headers(), "location");
        }
    }
    line.sent = head_size(response.status(), response.headers());
    response.map(|body| Body::new(Counted { body, entry }))
}

/// The request with its whole address, as `GET http://www.example.com:80/ HTTP/1.1`.
fn request_line(live: &Live, request: &Request<Incoming>) -> String {
    let authority = request.uri().authority().map(ToString::to_string);
    let host = text(request.headers(), "host").or(authority);
    let host = host.unwrap_or_else(|| "-".to_owned());
    // The port is the listener's: on this machine, the client may have asked another one.
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => &host,
    };
    let path = request.uri().path_and_query();
    format!(
        "{} {}://{name}:{}{} {}",
        request.method(),
        live.protocol(),
        live.port,
        path.map_or("/", |path| path.as_str()),
        version(request.version()),
    )
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The size of a request. The body counts if its size is known at the beginning.
fn received(request: &Request<Incoming>) -> u64 {
    let line = request.method().as_str().len() + request.uri().to_string().len() + 12;
    let headers = headers_size(request.headers());
    line as u64 + headers + request.body().size_hint().exact().unwrap_or(0)
}

/// The size of what comes before the body of a response.
fn head_size(status: StatusCode, headers: &HeaderMap) -> u64 {
    let reason = status.canonical_reason().unwrap_or_default();
    // `HTTP/1.1 200 ` and the end of the line.
    let line = 13 + reason.len() + 2;
    let date = if headers.contains_key(header::DATE) {
        0
    } else {
        "date: Fri, 27 Nov 2026 10:00:00 GMT\r\n".len()
    };
    (line + date) as u64 + headers_size(headers)
}

/// The size of headers with the empty line after them.
fn headers_size(headers: &HeaderMap) -> u64 {
    let sizes = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4);
    sizes.sum::<usize>() as u64 + 2
}

/// A body that counts its bytes for an entry.
struct Counted {
    body: Body,
    entry: Entry,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            self.entry.line.sent += data.len() as u64;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        HttpBody::size_hint(&self.body)
    }
}
