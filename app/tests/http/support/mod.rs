//! An app in front of a stub, and its clients.

mod client;
mod door;
mod stub;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region};
use aws_sdk_dynamodb::config::{Credentials, SharedHttpClient};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use clap::Parser;
use showtable::{App, Config};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) use self::client::{Answer, Client};
pub(crate) use self::door::{Behind, Door, Trouble};
pub(crate) use self::stub::{Fault, Stub};

pub(crate) const TABLE: &str = "/go-on-aws/table";
pub(crate) const CREDENTIALS: &str = "/go-on-aws/credentials";

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
        Self::serve(stub, app).await
    }

    /// With an endpoint for SSM and one for `DynamoDB`, with the retries of the program, and with
    /// parameters that are always old. Nothing is asked before the first request.
    pub(crate) async fn start_behind(
        stub: Stub,
        endpoints: [String; 2],
        page_time: Duration,
        client: SharedHttpClient,
    ) -> Self {
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(200));
        let settings = settings(client).retry_config(retries);
        let settings = settings.load().await.to_builder();
        let settings = settings.service_config(Endpoints(endpoints)).build();
        let seconds = page_time.as_secs().to_string();
        let arguments = ["--parameter-age", "0", "--page-time", &seconds];
        let app = App::new(&config(&arguments), &settings).unwrap();
        Self::serve(stub, app).await
    }

    async fn serve(stub: Stub, app: App) -> Self {
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

/// The endpoints of SSM and `DynamoDB`.
#[derive(Debug)]
struct Endpoints([String; 2]);

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let [ssm, dynamodb] = &self.0;
        let endpoint = if key.service_id() == "SSM" {
            ssm
        } else {
            dynamodb
        };
        (key.env() == "AWS_ENDPOINT_URL").then(|| endpoint.clone())
    }
}

pub(crate) async fn load(endpoint: &str, arguments: &[&str]) -> anyhow::Result<App> {
    let settings = settings(connect::http_client())
        .endpoint_url(endpoint)
        .retry_config(RetryConfig::disabled());
    App::load(&config(arguments), &settings.load().await).await
}

fn config(arguments: &[&str]) -> Config {
    let static_dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../static");
    let fixed = ["showtable", "--static-dir", static_dir];
    Config::try_parse_from(fixed.iter().chain(arguments)).unwrap()
}

fn settings(client: SharedHttpClient) -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
}
