//! Writes one batch, with as many calls as it takes.

use aws_sdk_dynamodb::Client;

use super::batch::{BadRecord, Batch, Write};
use super::request::{body, request_items};
use super::response::Response;
use crate::dynamodb::{Retry, batch_write};
use crate::item::Reason;

/// The result of a batch.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) items: u64,
    pub(crate) deleted: u64,
    /// The records whose items `DynamoDB` refused.
    pub(crate) bad: Vec<BadRecord>,
    /// The consumed write capacity units.
    pub(crate) capacity: f64,
    pub(crate) retries: u64,
}

/// Writes all items of a batch.
pub(crate) async fn write(
    client: &Client,
    table: &str,
    batch: &Batch,
) -> Result<Written, deploy::Error> {
    let mut written = Written::default();
    match write_some(client, table, &batch.writes, &mut written).await {
        // DynamoDB refuses the whole batch because of one item: written alone, each item shows
        // whether it is the one.
        Err(err) if refusal(&err).is_some() => {
            for one in &batch.writes {
                let alone = std::slice::from_ref(one);
                let result = write_some(client, table, alone, &mut written).await;
                match result.map_err(|err| (refusal(&err), err)) {
                    Ok(()) => {}
                    Err((Some(reason), _)) => written.bad.push(one.refused(reason)),
                    Err((None, err)) => return Err(err),
                }
            }
        }
        result => result?,
    }
    Ok(written)
}

async fn write_some(
    client: &Client,
    table: &str,
    writes: &[Write],
    written: &mut Written,
) -> Result<(), deploy::Error> {
    if writes.is_empty() {
        return Ok(());
    }
    let mut retry = Retry::default();
    let mut rest = request_items(table, writes);
    let mut left = writes.len();
    let result = loop {
        match batch_write(client, body(&rest)).await {
            Ok(text) => {
                let response = Response::read(&text).map_err(deploy::Error::NotAws)?;
                written.capacity += response.capacity;
                if response.unprocessed == 0 {
                    break Ok(());
                }
                if response.unprocessed < left {
                    retry.progressed();
                }
                left = response.unprocessed;
                rest = response.rest.into_bytes();
                // AWS advises to wait: unprocessed items exceeded the capacity.
                retry.wait(exceeded()).await?;
            }
            Err(err) => {
                if let Err(err) = retry.wait(err).await {
                    break Err(err);
                }
            }
        }
    };
    written.retries += retry.count;
    result?;
    let deleted = writes.iter().filter(|write| write.is_delete).count();
    written.items += (writes.len() - deleted) as u64;
    written.deleted += deleted as u64;
    Ok(())
}

/// The error if items stay unprocessed after all retries.
fn exceeded() -> deploy::Error {
    deploy::Error::Aws {
        code: "ProvisionedThroughputExceededException".to_owned(),
        message: "the table accepts no more items: raise its write capacity, or try again later"
            .to_owned(),
    }
}

/// Why `DynamoDB` refused the items, if the items are the cause.
fn refusal(err: &deploy::Error) -> Option<Reason> {
    match err {
        deploy::Error::Aws { code, message } if code == "ValidationException" => {
            Some(format!("DynamoDB refused it: {message}"))
        }
        _ => None,
    }
}
