use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_send_buffer_size};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;
use tracing::error;

use super::body::Watched;
use super::connection::Connection;
use super::limits::Limits;
use super::registry::{Connections, Registered};
use super::stream::Stream;
use crate::memory_use::MemoryUse;

/// The longest header of a request, and how much of an answer waits on a connection. The load balancer allows a
/// header of 64 KB too.
const CONNECTION_BUFFER: usize = 64 * 1024;
/// How much the kernel keeps for a connection, in each direction. It would keep megabytes for a slow reader.
const KERNEL_BUFFER: usize = 64 * 1024;
/// How long to wait if no connection can be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const TOO_MANY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\
    content-length: 0\r\n\r\n";

/// The address of the other end of a connection, in the extensions of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Answers on `listener` until `shutdown` is ready, then finishes the open requests.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    memory_use: Arc<MemoryUse>,
    shutdown: impl Future<Output = ()>,
) {
    let connections = Arc::new(Connections::new(limits, memory_use));
    let (end, ending) = watch::channel(());
    let accept = accept_all(&listener, &connections, &router, &ending);
    let mut watched = pin!(connections.watch());
    tokio::select! {
        never = accept => match never {},
        () = &mut watched => {}
        () = shutdown => {}
    }
    drop(listener);
    drop(ending);
    end.send_replace(());
    tokio::select! {
        () = end.closed() => {}
        () = watched => {}
    }
}

async fn accept_all(
    listener: &TcpListener,
    connections: &Arc<Connections>,
    router: &Router,
    ending: &watch::Receiver<()>,
) -> Infallible {
    loop {
        let (tcp, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(err) => {
                cannot_accept(&err, connections).await;
                continue;
            }
        };
        prepare(&tcp);
        let Some(registered) = connections.add() else {
            // A client that cannot take this is not worth waiting for.
            let _ = tcp.try_write(TOO_MANY);
            continue;
        };
        let answer = answer(
            tcp,
            Peer(peer.ip()),
            router.clone(),
            registered,
            ending.clone(),
        );
        tokio::spawn(answer);
    }
}

/// If an option cannot be set, the client has gone.
fn prepare(tcp: &TcpStream) {
    // Without this the end of a page may wait until the client acknowledges what came before.
    let _ = tcp.set_nodelay(true);
    let _ = set_socket_send_buffer_size(tcp, KERNEL_BUFFER);
    let _ = set_socket_recv_buffer_size(tcp, KERNEL_BUFFER);
}

async fn cannot_accept(err: &io::Error, connections: &Connections) {
    let is_of_client = matches!(
        err.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    );
    if !is_of_client {
        error!("no connection can be accepted: {err}");
        connections.make_room();
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}

/// Answers the requests of a connection.
async fn answer(
    tcp: TcpStream,
    peer: Peer,
    router: Router,
    registered: Registered,
    mut ending: watch::Receiver<()>,
) {
    // HTTP takes 10 KB of memory: not for a client that sends nothing.
    tokio::select! {
        _ = tcp.readable() => {}
        () = registered.connection.closed() => return,
        _ = ending.changed() => return,
    }
    let http = Box::pin(http(tcp, peer, router, registered, ending));
    http.await;
}

async fn http(
    tcp: TcpStream,
    peer: Peer,
    router: Router,
    registered: Registered,
    mut ending: watch::Receiver<()>,
) {
    let connection = &registered.connection;
    let stream = TokioIo::new(Stream {
        tcp,
        connection: Arc::clone(connection),
    });
    let service = service_fn(|request| ask(request, peer, router.clone(), Arc::clone(connection)));
    let mut http = pin!(
        http1::Builder::new()
            .max_buf_size(CONNECTION_BUFFER)
            .serve_connection(stream, service)
    );
    let mut is_ending = false;
    loop {
        tokio::select! {
            // An error is one of the client, or of the network to it.
            _ = http.as_mut() => return,
            () = connection.closed() => return,
            _ = ending.changed(), if !is_ending => {
                is_ending = true;
                http.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn ask(
    request: Request<Incoming>,
    peer: Peer,
    router: Router,
    connection: Arc<Connection>,
) -> Result<Response<Watched>, Infallible> {
    connection.asked();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(peer);
    let (parts, body) = router.oneshot(request).await?.into_parts();
    let body = Watched::new(body, &parts.headers, connection);
    Ok(Response::from_parts(parts, body))
}
