//! The response of `BatchWriteItem`.

use crate::dynamodb::read_capacity;
use crate::item::{Json, Reason};

/// What is needed of the response.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Response {
    pub(super) capacity: f64,
    /// The number of items that were not written.
    pub(super) unprocessed: usize,
    /// The `RequestItems` that write them.
    pub(super) rest: String,
}

impl Response {
    pub(super) fn read(text: &str) -> Result<Self, Reason> {
        let mut response = Self::default();
        Json::new(text).members(|json, name| {
            match &*name {
                "UnprocessedItems" => {
                    json.skip()?.clone_into(&mut response.rest);
                    response.unprocessed = count(&response.rest)?;
                }
                "ConsumedCapacity" => json.elements(|json| {
                    response.capacity += read_capacity(json)?;
                    Ok(())
                })?,
                _ => drop(json.skip()?),
            }
            Ok(())
        })?;
        Ok(response)
    }
}

/// The number of items in all tables.
fn count(request_items: &str) -> Result<usize, Reason> {
    let mut count = 0;
    Json::new(request_items).members(|json, _| {
        json.elements(|json| {
            count += 1;
            json.skip().map(drop)
        })
    })?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unprocessed_items_are_counted_and_kept_unchanged() {
        let rest = r#"{"t":[{"PutRequest":{"Item":{"a":{"S":"]}"}}}},{"PutRequest":{"Item":{}}}]}"#;
        let response = Response::read(&format!(
            r#"{{"UnprocessedItems":{rest},"ConsumedCapacity":[{{"TableName":"t","CapacityUnits":2.5}}],"New":[1]}}"#
        ));
        let expected = Response {
            capacity: 2.5,
            unprocessed: 2,
            rest: rest.to_owned(),
        };
        assert_eq!(response, Ok(expected));
        assert_eq!(
            Response::read(r#"{"UnprocessedItems":{}}"#)
                .unwrap()
                .unprocessed,
            0
        );
        assert!(Response::read("<html>").is_err());
    }
}
