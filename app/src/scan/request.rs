//! One call of Scan. The SDK signs, sends and repeats it; the body is read here.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use aws_sdk_dynamodb::config::{
    ConfigBag, Intercept, RuntimeComponents,
    interceptors::BeforeDeserializationInterceptorContextMut,
};
use axum::body::Body;

use crate::{
    App,
    cursor::Key,
    failure::{Call, Failure, Kind},
    filter::Filter,
};

/// Takes the body out of a good answer, before the SDK makes a map of maps of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct TakeBody(Arc<Mutex<Option<Body>>>);

impl TakeBody {
    pub(crate) fn taken(&self) -> Option<Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Intercept for TakeBody {
    fn name(&self) -> &'static str {
        "TakeBody"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), aws_sdk_dynamodb::error::BoxError> {
        let response = context.response_mut();
        if response.status().is_success() {
            let body = Body::new(std::mem::replace(response.body_mut(), "{}".into()));
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
        Ok(())
    }
}

/// What one Scan is asked for.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) table: &'a str,
    pub(crate) start: Option<&'a Key>,
    pub(crate) limit: Option<u16>,
    pub(crate) filter: Option<&'a Filter>,
}

/// The body of the answer, as it comes.
pub(crate) async fn scan(app: &App, request: &Request<'_>) -> Result<Body, Failure> {
    let call = call(request.table);
    let mut scan = app
        .dynamodb
        .scan()
        .table_name(request.table)
        .return_consumed_capacity(aws_sdk_dynamodb::types::ReturnConsumedCapacity::Total)
        .set_limit(request.limit.map(i32::from))
        .set_exclusive_start_key(request.start.cloned());
    if let Some(filter) = request.filter {
        let values = Some(filter.values.clone()).filter(|values| !values.is_empty());
        scan = scan
            .filter_expression(&filter.expression)
            .set_expression_attribute_names(Some(filter.names.clone()))
            .set_expression_attribute_values(values);
    }
    let body = TakeBody::default();
    let sent = scan.customize().interceptor(body.clone()).send().await;
    sent.map_err(|error| Failure::of(call, &error))?;
    body.taken().ok_or_else(|| Failure::unreadable(call))
}

/// The call, in the words of its failures.
pub(crate) fn call(table: &str) -> Call<'_> {
    Call {
        action: "dynamodb:Scan",
        noun: "table",
        name: table,
    }
}

/// The table by its new name, if it was replaced since: a table that is missing may have been
/// replaced under another name. Then its parameter is read again, once.
pub(crate) async fn replaced(
    app: &App,
    table: &Arc<String>,
    asked: Instant,
    failure: Failure,
) -> Result<Arc<String>, Failure> {
    if failure.kind() != Kind::Missing {
        return Err(failure);
    }
    let renewed = app.table.since(asked).await?;
    if renewed == *table {
        return Err(failure);
    }
    tracing::info!(old = %table, new = %renewed, "the table was replaced");
    Ok(renewed)
}
