//! How a request passes through the load balancer.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::network::{Front, hold};
use crate::account::Account;

/// The default idle timeout of an Application Load Balancer.
const IDLE: Duration = Duration::from_mins(1);

/// Accepts connections until its task is aborted, which also closes the open connections.
pub(super) async fn serve(listener: TcpListener, account: Arc<Account>, arn: String) {
    let mut connections = JoinSet::new();
    let front = Front::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(err) => {
                    tracing::warn!("the load balancer could not accept a connection: {err}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            Some(_) = connections.join_next() => continue,
        };
        if !front.admits(&account, &arn) {
            connections.spawn(hold(stream));
            continue;
        }
        let (account, arn) = (Arc::clone(&account), arn.clone());
        connections.spawn(async move {
            let answer = service_fn(|request| {
                let (account, arn) = (Arc::clone(&account), arn.clone());
                async move { Ok::<_, Infallible>(forward(&account, &arn, peer, request).await) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(IDLE)
                .serve_connection(TokioIo::new(stream), answer);
            // An error here means that the client has disconnected.
            let _ = connection.await;
        });
    }
}

async fn forward(
    account: &Account,
    listener: &str,
    peer: SocketAddr,
    mut request: Request<Incoming>,
) -> Response<Body> {
    let targets = account.balancers.targets_of_listener(listener);
    let picked = targets.and_then(|targets| Some((targets.pick()?, targets)));
    let Some(((address, in_flight), targets)) = picked else {
        return page(StatusCode::SERVICE_UNAVAILABLE);
    };
    if !targets.gate.reaches(address) {
        targets.gate.time_out().await;
        return page(StatusCode::GATEWAY_TIMEOUT);
    }
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    match format!("http://{address}{path}").parse::<Uri>() {
        Ok(uri) => *request.uri_mut() = uri,
        Err(_) => return page(StatusCode::BAD_REQUEST),
    }
    add_forwarded(request.headers_mut(), peer);
    remove_hop_by_hop(request.headers_mut());
    match tokio::time::timeout(IDLE, targets.client().request(request)).await {
        Err(_) => page(StatusCode::GATEWAY_TIMEOUT),
        Ok(Err(err)) => {
            tracing::warn!("the load balancer got no answer from {address}: {err}");
            page(StatusCode::BAD_GATEWAY)
        }
        Ok(Ok(response)) => {
            let (mut parts, body) = response.into_parts();
            remove_hop_by_hop(&mut parts.headers);
            // The request counts as in flight until its last byte was sent.
            let body = body.map_err(move |err| {
                let _ = &in_flight;
                err
            });
            Response::from_parts(parts, Body::new(body))
        }
    }
}

fn add_forwarded(headers: &mut HeaderMap, peer: SocketAddr) {
    let before = headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok());
    let chain = before.map_or_else(
        || peer.ip().to_string(),
        |before| format!("{before}, {}", peer.ip()),
    );
    let trace = format!(
        "Root=1-{:08x}-{}",
        time::OffsetDateTime::now_utc().unix_timestamp(),
        crate::aws::hex_id(24)
    );
    for (name, value) in [("x-forwarded-for", chain), ("x-amzn-trace-id", trace)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    headers.insert("x-forwarded-proto", HeaderValue::from_static("http"));
    headers.insert("x-forwarded-port", HeaderValue::from_static("80"));
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
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

/// The error page of an Application Load Balancer.
fn page(status: StatusCode) -> Response<Body> {
    let title = format!(
        "{} {}",
        status.as_u16(),
        status
            .canonical_reason()
            .expect("each status of this file has a reason phrase")
    );
    let html = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
        .headers_mut()
        .insert(header::SERVER, HeaderValue::from_static("awselb/2.0"));
    response
}
