//! The embedded database and its own listener.

use std::net::SocketAddr;

use axum::body::Bytes;
use dynoxide::Database;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

/// The connection to the embedded database's own listener.
pub(crate) struct Backend {
    database: Database,
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Backend {
    /// Serves `database` on a loopback port that only the local AWS knows.
    ///
    /// # Errors
    /// No loopback port is free.
    pub(crate) async fn start(database: Database) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(dynoxide::server::serve_on(listener, database.clone()));
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Ok(Self {
            database,
            address,
            client: Client::builder(TokioExecutor::new()).build(connector),
        })
    }

    /// The names of the tables and the number of their items.
    pub(crate) fn tables(&self) -> Vec<(String, i64)> {
        let tables = self.database.table_stats().unwrap_or_else(|err| {
            tracing::warn!("the tables cannot be counted: {err}");
            Vec::new()
        });
        tables
            .into_iter()
            .map(|table| (table.table_name, table.item_count))
            .collect()
    }

    /// The URL that requests are sent to.
    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Sends a request.
    ///
    /// # Errors
    /// The database does not respond.
    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> anyhow::Result<hyper::Response<Incoming>> {
        Ok(self.client.request(request).await?)
    }
}
