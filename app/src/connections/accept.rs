use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_send_buffer_size};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tracing::error;

use super::http::answer;
use super::limits::Limits;
use super::peer::Peer;
use super::registry::Connections;
use super::stream::Stream;
use crate::memory_use::MemoryUse;

/// How much the kernel keeps for a connection, in each direction. It would keep megabytes for a slow reader.
const KERNEL_BUFFER: usize = 64 * 1024;
/// How many connections may wait to be accepted. A client that finds no place tries again only after a second.
const BACKLOG: u32 = 4096;
/// How long to wait if no connection can be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const TOO_MANY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\
    content-length: 0\r\n\r\n";

/// Listens on the address.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // As `TcpListener::bind`: a program that was just ended does not block the port.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

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
        let stream = Stream::new(tcp, Arc::clone(&registered.connection));
        let (peer, ending) = (Peer(peer.ip()), ending.clone());
        tokio::spawn(answer(stream, peer, router.clone(), registered, ending));
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
