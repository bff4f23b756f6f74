//! Calls whose JSON is written and read in this crate.
//!
//! The SDK would build a map of maps of every item, which costs most of the time and the memory. It
//! keeps the credentials, the signature, the endpoint and the connection.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use deploy::Clients;

use super::raw_body::RawBodies;

/// `DynamoDB` answers within seconds or not at all.
const OPERATION_TIMEOUT: Duration = Duration::from_mins(1);
/// Shorter than the timeout of the operation, so that a silent proxy can be told from a slow answer.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client without retries: the caller retries, since it knows what has been written.
pub(crate) fn client(clients: &Clients) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let config = Builder::from(clients.config())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts);
    Client::from_conf(config.build())
}

/// Calls `BatchWriteItem` with this body and returns the body of the response.
pub(crate) async fn batch_write(client: &Client, body: Vec<u8>) -> Result<String, deploy::Error> {
    let raw = RawBodies::new(body);
    // The SDK requires these parameters; they are replaced before the request is signed.
    let call = client
        .batch_write_item()
        .request_items("swapped", Vec::new());
    call.customize().interceptor(raw.clone()).send().await?;
    raw.response().await
}

/// Calls `Scan` with this body and returns the body of the response.
pub(crate) async fn scan(client: &Client, body: Vec<u8>) -> Result<String, deploy::Error> {
    let raw = RawBodies::new(body);
    let call = client.scan().table_name("swapped");
    call.customize().interceptor(raw.clone()).send().await?;
    raw.response().await
}
