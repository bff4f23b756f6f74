//! A connection to a server that breaks after a number of bytes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A forwarder that runs until it is dropped.
pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Line {
    /// The first `broken` connections end after `bytes`; later ones work.
    pub(crate) async fn to(server: SocketAddr, broken: usize, bytes: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = seen.fetch_add(1, Ordering::Relaxed);
                let limit = if number < broken { bytes } else { u64::MAX };
                tokio::spawn(carry(client, server, limit));
            }
        });
        Self { address, task }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Forwards requests up to the limit, and all responses until then.
async fn carry(client: TcpStream, server: SocketAddr, limit: u64) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut from_client = from_client.take(limit);
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
        _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
    }
}
