//! The request of `BatchWriteItem`.

use super::batch::Write;

/// The value of `RequestItems`: the writes of one table.
pub(super) fn request_items(table: &str, writes: &[Write]) -> Vec<u8> {
    let mut out = b"{".to_vec();
    serde_json::to_writer(&mut out, table).expect("writing a string to a vector cannot fail");
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

/// The body of a call with these `RequestItems`.
pub(super) fn body(request_items: &[u8]) -> Vec<u8> {
    let end = b",\"ReturnConsumedCapacity\":\"TOTAL\"}";
    [b"{\"RequestItems\":", request_items, end].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_has_the_items_unchanged() {
        let items = r#"{"t":[{"PutRequest":{"Item":{"a":{"S":"]}"}}}}]}"#;
        assert_eq!(
            String::from_utf8(body(items.as_bytes())).unwrap(),
            format!(r#"{{"RequestItems":{items},"ReturnConsumedCapacity":"TOTAL"}}"#)
        );
    }
}
