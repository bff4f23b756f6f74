//! The least that a server can do: pass the page of the backend on without reading it.

use std::convert::Infallible;

use anyhow::Context;
use http_body_util::{BodyExt, Either, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

use crate::servers::Settings;

type Backend = Client<HttpConnector, Full<Bytes>>;
type Body = Either<Incoming, Empty<Bytes>>;

/// Serves until it is killed.
pub(crate) async fn serve(settings: Settings) -> anyhow::Result<()> {
    let listener = TcpListener::bind(settings.listen_addr).await?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let backend: Backend = Client::builder(TokioExecutor::new()).build(connector);
    let scan = scan(&settings)?;
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        let (backend, scan) = (backend.clone(), scan.clone());
        let service = service_fn(move |request| proxy(request, backend.clone(), scan.clone()));
        // The load sees it when a connection breaks.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
    }
}

fn scan(settings: &Settings) -> anyhow::Result<Request<Full<Bytes>>> {
    let body = serde_json::json!({ "TableName": settings.table() }).to_string();
    Request::post(&settings.endpoint)
        .header("x-amz-target", "DynamoDB_20120810.Scan")
        .header("content-type", "application/x-amz-json-1.0")
        .body(Full::from(body))
        .context("the endpoint is not an address")
}

async fn proxy(
    request: Request<Incoming>,
    backend: Backend,
    scan: Request<Full<Bytes>>,
) -> Result<Response<Body>, Infallible> {
    if request.uri().path() == "/ping" {
        return Ok(Response::new(Either::Right(Empty::new())));
    }
    // The connection can only be used again after the body of the request is read.
    let _ = request.into_body().collect().await;
    let mut answer = match backend.request(scan).await {
        Ok(page) => page.map(Either::Left),
        Err(_) => Response::new(Either::Right(Empty::new())),
    };
    if matches!(answer.body(), Either::Right(_)) {
        *answer.status_mut() = StatusCode::BAD_GATEWAY;
    }
    Ok(answer)
}
