use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::watch;
use tower::ServiceExt;

use super::body::{Asked, Watched};
use super::connection::Connection;
use super::peer::Peer;
use super::registry::Registered;
use super::stream::Stream;

/// The longest header of a request, and how much of an answer waits on a connection. The load balancer allows a
/// header of 64 KB too.
const CONNECTION_BUFFER: usize = 64 * 1024;

/// Answers the requests of a connection, until it ends.
pub(super) async fn answer(
    mut stream: Stream,
    peer: Peer,
    router: Router,
    registered: Registered,
    mut ending: watch::Receiver<()>,
) {
    let connection = &registered.connection;
    loop {
        tokio::select! {
            biased;
            is_there = stream.header() => if !is_there {
                return;
            },
            () = connection.closed() => return,
            _ = ending.changed() => return,
        }
        let http = http(stream, peer, router.clone(), connection, &mut ending);
        // Boxed, so that an idle connection does not take memory for it.
        match Box::pin(http).await {
            Some(at_rest) => stream = at_rest,
            None => return,
        }
    }
}

/// Speaks HTTP until all requests are answered. Returns the stream if more of them may come.
async fn http(
    stream: Stream,
    peer: Peer,
    router: Router,
    connection: &Arc<Connection>,
    ending: &mut watch::Receiver<()>,
) -> Option<Stream> {
    let service = service_fn(|request| ask(request, peer, router.clone(), Arc::clone(connection)));
    let mut http = http1::Builder::new()
        .max_buf_size(CONNECTION_BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut is_ending = false;
    loop {
        let is_at_rest = poll_fn(|cx| match Pin::new(&mut http).poll(cx) {
            // An error is one of the client, or of the network to it.
            Poll::Ready(_) => Poll::Ready(false),
            Poll::Pending if connection.is_at_rest() => Poll::Ready(true),
            Poll::Pending => Poll::Pending,
        });
        tokio::select! {
            biased;
            is_at_rest = is_at_rest => if is_at_rest {
                break;
            } else {
                return None;
            },
            () = connection.closed() => return None,
            _ = ending.changed(), if !is_ending => {
                is_ending = true;
                Pin::new(&mut http).graceful_shutdown();
            }
        }
    }
    let parts = http.into_parts();
    let mut stream = parts.io.into_inner();
    stream.put_back(&parts.read_buf);
    (!is_ending).then_some(stream)
}

async fn ask(
    request: Request<Incoming>,
    peer: Peer,
    router: Router,
    connection: Arc<Connection>,
) -> Result<Response<Watched>, Infallible> {
    connection.asked();
    let body = |body| Body::new(Asked::new(body, Arc::clone(&connection)));
    let mut request = request.map(body);
    request.extensions_mut().insert(peer);
    let (parts, body) = router.oneshot(request).await?.into_parts();
    let body = Watched::new(body, &parts.headers, connection);
    Ok(Response::from_parts(parts, body))
}
