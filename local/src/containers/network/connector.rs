//! How an HTTP client connects to tasks.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::Service;

use super::Networks;

/// Connects to `http://PRIVATE_ADDRESS:PORT` in a VPC. It replaces the connector of a hyper client.
#[derive(Clone)]
pub(crate) struct TaskConnector {
    networks: Arc<Networks>,
    vpc: Arc<str>,
}

impl TaskConnector {
    pub(crate) fn new(networks: &Arc<Networks>, vpc: &str) -> Self {
        Self {
            networks: Arc::clone(networks),
            vpc: vpc.into(),
        }
    }
}

impl Service<Uri> for TaskConnector {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { networks, vpc } = self.clone();
        Box::pin(async move {
            let address = uri
                .authority()
                .and_then(|authority| authority.as_str().parse().ok());
            let address: SocketAddr = address.ok_or(io::ErrorKind::InvalidInput)?;
            let stream = networks.connect(&vpc, address).await?;
            stream.set_nodelay(true)?;
            Ok(TokioIo::new(stream))
        })
    }
}
