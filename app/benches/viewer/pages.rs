//! The tables of the bench: items of about 200 bytes, of which 5000 make a page of about 1 MB. There
//! `DynamoDB` ends a page.

use std::fmt::Write;
use std::iter::StepBy;
use std::ops::Range;

use axum::body::Bytes;
use serde_json::json;

const ITEMS_PER_PAGE: u32 = 5000;

/// A text that is once in every item.
pub(crate) const MARK: &str = "serial/";

/// The index of the first item of each page.
pub(crate) fn starts(items: u32) -> StepBy<Range<u32>> {
    (0..items).step_by(ITEMS_PER_PAGE as usize)
}

/// The key of an item.
pub(crate) fn id(index: u32) -> String {
    format!("item-{index:06}")
}

/// The response to Scan for the page that begins with the item `start`.
pub(crate) fn page(start: u32, items: u32) -> Bytes {
    let end = items.min(start + ITEMS_PER_PAGE);
    let mut text = String::from(r#"{"ConsumedCapacity":{"CapacityUnits":128.0},"#);
    let count = end - start;
    // Writing to a String cannot fail.
    let _ = write!(text, r#""Count":{count},"Items":["#);
    for index in start..end {
        let separator = if index > start { "," } else { "" };
        let _ = write!(text, "{separator}{}", item(index));
    }
    text.push(']');
    if end < items {
        let key = json!({ "id": { "S": id(end - 1) } });
        let _ = write!(text, r#","LastEvaluatedKey":{key}"#);
    }
    let _ = write!(text, r#","ScannedCount":{count}}}"#);
    text.into()
}

fn item(index: u32) -> serde_json::Value {
    json!({
        "id": { "S": id(index) },
        "mark": { "S": format!("{MARK}{index:08}") },
        "title": { "S": format!("A \"quoted\" title & more, number {index}") },
        "price": { "N": format!("{}.{:02}", index % 90, index % 100) },
        "stock": { "BOOL": index.is_multiple_of(3) },
        "tags": { "SS": ["small", "blue"] },
    })
}

/// The response to `DescribeTable`.
pub(crate) fn description(name: &str, items: u32) -> Bytes {
    json!({ "Table": {
        "TableName": name,
        "TableArn": format!("arn:aws:dynamodb:eu-central-1:123456789012:table/{name}"),
        "TableStatus": "ACTIVE",
        "CreationDateTime": 1_700_000_000,
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "BillingModeSummary": { "BillingMode": "PAY_PER_REQUEST" },
        "ProvisionedThroughput": { "ReadCapacityUnits": 0, "WriteCapacityUnits": 0 },
        "ItemCount": items,
        "TableSizeBytes": u64::from(items) * 200,
    } })
    .to_string()
    .into()
}
