//! An app in front of a stub, and its clients.

mod client;
mod stub;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use clap::Parser;
use showtable::{App, Config};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) use self::client::{Answer, Client};
pub(crate) use self::stub::{Fault, Stub};

pub(crate) const TABLE: &str = "/go-on-aws/table";
pub(crate) const CREDENTIALS: &str = "/go-on-aws/credentials";

/// Much longer than a stub on the same machine takes, and much shorter than a test may take.
const AWS_TIMEOUT: Duration = Duration::from_secs(2);

/// An app that listens, and the stub that it asks.
pub(crate) struct TestApp {
    pub(crate) stub: Stub,
    pub(crate) address: SocketAddr,
    server: JoinHandle<std::io::Result<()>>,
}

impl TestApp {
    /// With the account `anna:secret` and an empty table `books`, both from parameters.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(crate) async fn start_with(arguments: &[&str]) -> Self {
        let stub = Stub::start().await;
        stub.set_parameter(CREDENTIALS, "anna:secret");
        stub.set_parameter(TABLE, "books");
        stub.set_table("books", []);
        let app = load(&stub.endpoint(), arguments).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = showtable::serve(listener, Arc::new(app), std::future::pending());
        Self {
            stub,
            address,
            server: tokio::spawn(serving),
        }
    }

    pub(crate) fn anna(&self) -> Client {
        Client::new(self.address).login("anna", "secret")
    }

    pub(crate) fn nobody(&self) -> Client {
        Client::new(self.address)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(crate) async fn load(endpoint: &str, arguments: &[&str]) -> anyhow::Result<App> {
    let static_dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../static");
    let fixed = ["showtable", "--static-dir", static_dir];
    let config = Config::try_parse_from(fixed.iter().chain(arguments)).unwrap();
    App::load(&config, &aws_settings(endpoint).await).await
}

async fn aws_settings(endpoint: &str) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(connect::http_client())
        .region(Region::new("eu-central-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .timeout_config(
            TimeoutConfig::builder()
                .operation_timeout(AWS_TIMEOUT)
                .build(),
        )
        .retry_config(RetryConfig::disabled())
        .load()
        .await
}
