use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use axum::body::Body;

use http_body_util::BodyExt;

use super::Table;
use super::body::TakeBody;
use crate::aws::{Call, Failure};
use crate::key::Key;
use crate::parse::PageParser;
use crate::query::Filter;

/// The parameters of one Scan.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) table: &'a str,
    pub(super) start: Option<&'a Key>,
    pub(super) limit: Option<u16>,
    pub(super) filter: Option<&'a Filter>,
}

/// A response that breaks off this many times is given up.
pub(super) const ATTEMPTS: usize = 3;

/// A response whose list of items has begun.
pub(super) struct Scan {
    pub(super) body: Body,
    pub(super) parser: PageParser,
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
    /// Makes a call of Scan, and returns its response when its list of items has begun. A response that
    /// breaks off before is lost, and asked for again.
    pub(super) async fn scan(
        &self,
        request: &Request<'_>,
        attempts: usize,
        lost: &mut usize,
    ) -> Result<Scan, Failure> {
        let scan = self.gate.pass(async {
            let begun = self.begun(request, attempts, lost);
            let begun = tokio::time::timeout(self.call_time, begun).await;
            begun.unwrap_or_else(|_| Err(Failure::late(call(request.table))))
        });
        scan.await
    }

    async fn begun(
        &self,
        request: &Request<'_>,
        attempts: usize,
        lost: &mut usize,
    ) -> Result<Scan, Failure> {
        loop {
            let body = self.send(request).await?;
            let reason = match begin(body, request.table).await? {
                Ok(scan) => return Ok(scan),
                Err(reason) => reason,
            };
            *lost += 1;
            if *lost >= attempts {
                return Err(Failure::broken(request.table, &reason));
            }
            tracing::warn!(reason, "a page broke off and is read again");
        }
    }

    async fn send(&self, request: &Request<'_>) -> Result<Body, Failure> {
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

/// Reads a response up to its list of items. Returns the reason if it breaks off before.
async fn begin(mut body: Body, table: &str) -> Result<Result<Scan, String>, Failure> {
    let mut parser = PageParser::default();
    loop {
        let reason = match body.frame().await {
            Some(Ok(frame)) => {
                // A frame without data is one of trailers.
                parser.push(frame.data_ref().map_or(&[], |bytes| &bytes[..]));
                match parser.begin() {
                    Ok(true) => return Ok(Ok(Scan { body, parser })),
                    Ok(false) => continue,
                    Err(_) => return Err(Failure::unreadable(call(table))),
                }
            }
            Some(Err(err)) => err.to_string(),
            None => "it ended in the middle".to_owned(),
        };
        return Ok(Err(reason));
    }
}
