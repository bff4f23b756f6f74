//! One batch on its way into the table.

use aws_sdk_dynamodb::Client;

use super::batches::{BadRecord, Batch, Write};
use crate::item::{Json, Reason};
use crate::retry::Retry;
use crate::wire;

/// What has become of a batch.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) items: u64,
    pub(super) deleted: u64,
    /// What DynamoDB has refused for what it is.
    pub(super) bad: Vec<BadRecord>,
    /// Write capacity units.
    pub(super) capacity: f64,
    pub(super) retries: u64,
}

/// Writes all items of a batch, however often it takes.
pub(super) async fn write(
    client: &Client,
    table: &str,
    batch: &Batch,
) -> Result<Written, deploy::Error> {
    let mut written = Written::default();
    match write_some(client, table, &batch.writes, &mut written).await {
        // One item is refused, and with it the batch: which one shows by itself.
        Err(err) if is_invalid(&err).is_some() => {
            for one in &batch.writes {
                let alone = std::slice::from_ref(one);
                let result = write_some(client, table, alone, &mut written).await;
                match result.map_err(|err| (is_invalid(&err), err)) {
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
    let mut rest = requests(table, writes);
    let mut left = writes.len();
    let result = loop {
        match wire::batch_write(client, body(&rest)).await {
            Ok(answer) => {
                let answer = Answer::read(&answer).map_err(deploy::Error::NotAws)?;
                written.capacity += answer.capacity;
                if answer.unprocessed == 0 {
                    break Ok(());
                }
                if answer.unprocessed < left {
                    retry.progressed();
                }
                left = answer.unprocessed;
                rest = answer.rest.into_bytes();
                // As AWS advises: what is not processed was too much at a time.
                retry.wait(too_much()).await?;
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

/// What a batch is that stays unprocessed for good.
fn too_much() -> deploy::Error {
    deploy::Error::Aws {
        code: "ProvisionedThroughputExceededException".to_owned(),
        message: "the table takes no more items: raise its write capacity, or try again later"
            .to_owned(),
    }
}

/// The reason, where it lies in the items.
fn is_invalid(err: &deploy::Error) -> Option<Reason> {
    match err {
        deploy::Error::Aws { code, message } if code == "ValidationException" => {
            Some(format!("DynamoDB refuses it: {message}"))
        }
        _ => None,
    }
}

fn requests(table: &str, writes: &[Write]) -> Vec<u8> {
    let mut out = b"{".to_vec();
    // Writing to a vector cannot fail.
    let _ = serde_json::to_writer(&mut out, table);
    out.extend_from_slice(b":[");
    for (index, write) in writes.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let request: &[u8] = if write.is_delete {
            b"{\"DeleteRequest\":{\"Key\":"
        } else {
            b"{\"PutRequest\":{\"Item\":"
        };
        out.extend_from_slice(request);
        out.extend_from_slice(&write.json);
        out.extend_from_slice(b"}}");
    }
    out.extend_from_slice(b"]}");
    out
}

fn body(requests: &[u8]) -> Vec<u8> {
    let end = b",\"ReturnConsumedCapacity\":\"TOTAL\"}";
    [b"{\"RequestItems\":", requests, end].concat()
}

/// What `BatchWriteItem` says.
#[derive(Debug, Default, PartialEq)]
struct Answer {
    capacity: f64,
    /// How many items are not written yet, and the requests that write them.
    unprocessed: usize,
    rest: String,
}

impl Answer {
    fn read(text: &str) -> Result<Self, Reason> {
        let mut answer = Self::default();
        Json::new(text).members(|json, name| {
            match &*name {
                "UnprocessedItems" => {
                    json.skip()?.clone_into(&mut answer.rest);
                    answer.unprocessed = count(&answer.rest)?;
                }
                "ConsumedCapacity" => json.elements(|json| {
                    answer.capacity += crate::capacity::read(json)?;
                    Ok(())
                })?,
                _ => drop(json.skip()?),
            }
            Ok(())
        })?;
        Ok(answer)
    }
}

fn count(requests: &str) -> Result<usize, Reason> {
    let mut count = 0;
    Json::new(requests).members(|json, _| {
        json.elements(|json| {
            count += 1;
            json.skip().map(drop)
        })
    })?;
    Ok(count)
}

impl Write {
    fn refused(&self, reason: Reason) -> BadRecord {
        BadRecord {
            place: self.place,
            reason,
            raw: self.raw.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_written_is_sent_again_as_it_came_back() {
        let rest = r#"{"t":[{"PutRequest":{"Item":{"a":{"S":"]}"}}}},{"PutRequest":{"Item":{}}}]}"#;
        let answer = Answer::read(&format!(
            r#"{{"UnprocessedItems":{rest},"ConsumedCapacity":[{{"TableName":"t","CapacityUnits":2.5}}],"New":[1]}}"#
        ));
        let expected = Answer {
            capacity: 2.5,
            unprocessed: 2,
            rest: rest.to_owned(),
        };
        assert_eq!(answer, Ok(expected));
        assert_eq!(
            String::from_utf8(body(rest.as_bytes())).unwrap(),
            format!(r#"{{"RequestItems":{rest},"ReturnConsumedCapacity":"TOTAL"}}"#)
        );
        assert_eq!(
            Answer::read(r#"{"UnprocessedItems":{}}"#)
                .unwrap()
                .unprocessed,
            0
        );
        assert!(Answer::read("<html>").is_err());
    }
}
