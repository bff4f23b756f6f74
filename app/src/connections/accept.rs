use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustix::net::sockopt::{
    set_socket_recv_buffer_size, set_socket_send_buffer_size, set_tcp_nodelay,
};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::error;

use super::http::answer;
use super::limits::Limits;
use super::registry::Connections;
use super::stream::Stream;
use crate::memory_use::MemoryUse;

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
    prepare(&listener);
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
        let Some(registered) = connections.add() else {
            // A client that cannot take this is not worth waiting for.
            let _ = tcp.try_write(TOO_MANY);
            continue;
        };
        let stream = Stream::new(tcp, Arc::clone(&registered.connection));
        let (peer, ending) = (Peer(peer.ip()), ending.clone());
        tokio::spawn(answer(stream, peer, router.clone(), registered, ending));
    }
}

/// Sets the options of all connections that are accepted later: a call for each of them would cost more.
fn prepare(listener: &TcpListener) {
    // Without this the end of a page may wait until the client acknowledges what came before.
    let options = [
        set_tcp_nodelay(listener, true),
        set_socket_send_buffer_size(listener, KERNEL_BUFFER),
        set_socket_recv_buffer_size(listener, KERNEL_BUFFER),
    ];
    for err in options.into_iter().filter_map(Result::err) {
        error!("an option of the connections cannot be set: {err}");
    }
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
