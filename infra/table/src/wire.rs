//! Calls of `DynamoDB` whose JSON is written and read here: a map of maps of every item would cost
//! most of the time and of the memory. The SDK keeps credentials, signing, endpoint and connection.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use bytes::Bytes;
use deploy::Clients;
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;

/// DynamoDB answers within seconds or not at all.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
/// Sooner than that, so that a silent proxy is known as one.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client that calls once: what fails is tried again by the one who knows what has been done.
pub(crate) fn client(clients: &Clients) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(SILENCE_TIMEOUT)
        .operation_timeout(ANSWER_TIMEOUT)
        .build();
    let config = Builder::from(clients.config())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts);
    Client::from_conf(config.build())
}

/// Calls `BatchWriteItem` with this body; gives that of the answer.
pub(crate) async fn batch_write(client: &Client, body: Vec<u8>) -> Result<String, deploy::Error> {
    let swap = SwapBodies::new(body);
    // What the SDK itself wants to see is replaced before it is signed.
    let call = client
        .batch_write_item()
        .request_items("swapped", Vec::new());
    call.customize().interceptor(swap.clone()).send().await?;
    swap.answer().await
}

/// Calls `Scan` with this body; gives that of the answer.
pub(crate) async fn scan(client: &Client, body: Vec<u8>) -> Result<String, deploy::Error> {
    let swap = SwapBodies::new(body);
    let call = client.scan().table_name("swapped");
    call.customize().interceptor(swap.clone()).send().await?;
    swap.answer().await
}

/// Puts a body into the request, and takes that of a good answer out.
#[derive(Debug, Clone)]
struct SwapBodies {
    request: Arc<Mutex<Vec<u8>>>,
    answer: Arc<Mutex<Option<UnsyncBoxBody<Bytes, BoxError>>>>,
}

impl SwapBodies {
    fn new(body: Vec<u8>) -> Self {
        Self {
            request: Arc::new(Mutex::new(body)),
            answer: Arc::default(),
        }
    }

    async fn answer(&self) -> Result<String, deploy::Error> {
        let taken = self
            .answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(body) = taken else {
            return Err(deploy::Error::NotAws("it has no body".to_owned()));
        };
        let body = body.collect().await;
        let body = body.map_err(|err| deploy::Error::Unreachable(err.to_string()))?;
        let text = String::from_utf8(Vec::from(body.to_bytes()));
        text.map_err(|err| deploy::Error::NotAws(err.to_string()))
    }
}

impl Intercept for SwapBodies {
    fn name(&self) -> &'static str {
        "SwapBodies"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body =
            std::mem::take(&mut *self.request.lock().unwrap_or_else(PoisonError::into_inner));
        let request = context.request_mut();
        request
            .headers_mut()
            .insert("content-length", body.len().to_string());
        *request.body_mut() = body.into();
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        if response.status().is_success() {
            let body = std::mem::replace(response.body_mut(), "{}".into());
            *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(body.boxed_unsync());
        }
        Ok(())
    }
}
