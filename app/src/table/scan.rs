use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use axum::body::Body;

use super::Table;
use super::body::TakeBody;
use crate::aws::{Call, Failure};
use crate::key::Key;
use crate::query::Filter;

/// The parameters of one Scan.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) table: &'a str,
    pub(super) start: Option<&'a Key>,
    pub(super) limit: Option<u16>,
    pub(super) filter: Option<&'a Filter>,
}

/// The call, for the sentences about its failures.
pub(super) fn call(table: &str) -> Call<'_> {
    Call {
        action: "dynamodb:Scan",
        noun: "table",
        name: table,
    }
}

impl Table {
    /// Makes one call of Scan, and returns the body of the response while it arrives.
    pub(super) async fn scan(&self, request: &Request<'_>) -> Result<Body, Failure> {
        let call = call(request.table);
        let mut scan = self
            .client
            .scan()
            .table_name(request.table)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
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
        sent.map_err(|err| Failure::of(call, &err))?;
        body.taken().ok_or_else(|| Failure::unreadable(call))
    }
}
