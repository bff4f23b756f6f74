//! Replaces the request and response bodies of an SDK call.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;

/// Replaces the body of the request, and takes out the body of a successful response.
#[derive(Debug, Clone)]
pub(super) struct RawBodies {
    request: Arc<Mutex<Vec<u8>>>,
    response: Arc<Mutex<Option<UnsyncBoxBody<Bytes, BoxError>>>>,
}

impl RawBodies {
    pub(super) fn new(request: Vec<u8>) -> Self {
        Self {
            request: Arc::new(Mutex::new(request)),
            response: Arc::default(),
        }
    }

    /// The body of the response.
    pub(super) async fn response(&self) -> Result<String, deploy::Error> {
        let taken = self
            .response
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

impl Intercept for RawBodies {
    fn name(&self) -> &'static str {
        "RawBodies"
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
            *self.response.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(body.boxed_unsync());
        }
        Ok(())
    }
}
