//! CBOR, as the protocol Smithy RPC v2 has it: read into and written from JSON.
//!
//! Source: <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ciborium::Value as Cbor;
use serde_json::{Map, Number, Value};

use crate::aws::error::AwsError;

/// The tag of a time in seconds since 1970.
const TIME: u64 = 1;

/// No input of AWS is nested this deep.
const DEEPEST: usize = 64;

/// Reads an input. A time becomes a number.
///
/// # Errors
/// The body is not CBOR.
pub(crate) fn read_cbor(body: &[u8]) -> Result<Value, AwsError> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let read = ciborium::de::from_reader_with_recursion_limit(body, DEEPEST);
    let value = read.map_err(|err: ciborium::de::Error<std::io::Error>| {
        let sentence = format!("the body is not CBOR: {err}");
        AwsError::new("SerializationException", sentence)
    })?;
    Ok(from_cbor(value))
}

fn from_cbor(value: Cbor) -> Value {
    match value {
        Cbor::Bool(flag) => flag.into(),
        Cbor::Integer(number) => {
            let number = i128::from(number);
            let signed = i64::try_from(number).map(Value::from);
            signed
                .or_else(|_| u64::try_from(number).map(Value::from))
                .unwrap_or(Value::Null)
        }
        // JSON has no such number. The type of the member then does not fit, as it should.
        Cbor::Float(number) => {
            Number::from_f64(number).map_or_else(|| number.to_string().into(), Value::Number)
        }
        Cbor::Text(text) => text.into(),
        Cbor::Bytes(bytes) => STANDARD.encode(bytes).into(),
        Cbor::Array(items) => items.into_iter().map(from_cbor).collect(),
        Cbor::Map(members) => members
            .into_iter()
            .filter_map(|(name, value)| Some((name.into_text().ok()?, from_cbor(value))))
            .collect(),
        Cbor::Tag(_, inner) => from_cbor(*inner),
        _ => Value::Null,
    }
}

/// Writes an output. A number whose name says that it is a time becomes one.
pub(super) fn write(output: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = ciborium::into_writer(&to_cbor("", output), &mut bytes);
    written.expect("writing to memory cannot fail");
    bytes
}

fn to_cbor(name: &str, value: &Value) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(flag) => Cbor::Bool(*flag),
        Value::Number(number) if is_time(name) => {
            let seconds = Cbor::Float(number.as_f64().unwrap_or_default());
            Cbor::Tag(TIME, Box::new(seconds))
        }
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Cbor::Integer(number.into()),
            (None, Some(number)) => Cbor::Integer(number.into()),
            (None, None) => Cbor::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Cbor::Text(text.clone()),
        Value::Array(items) => Cbor::Array(items.iter().map(|item| to_cbor(name, item)).collect()),
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            let members =
                members.map(|(name, value)| (Cbor::Text(name.clone()), to_cbor(name, value)));
            Cbor::Map(members.collect())
        }
    }
}

/// Whether a member of this name, or each item of it, is a time.
pub(super) fn is_time(name: &str) -> bool {
    ["Timestamp", "Timestamps", "LastModified"]
        .iter()
        .any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let value = json!({
            "Name": "é", "Count": -3, "Value": 1.0, "On": true, "Large": u64::MAX,
            "Timestamp": 1.5, "Items": [{"A": []}], "Nothing": null,
        });
        let bytes = write(&value);
        let mut expected = value;
        expected.as_object_mut().unwrap().remove("Nothing");
        assert_eq!(read_cbor(&bytes).unwrap(), expected);
        assert_eq!(write(&json!({"Timestamps": [2.0]}))[12..14], [0x81, 0xc1]);
        assert_eq!(write(&json!(1.0)), [0xf9, 0x3c, 0x00]);
    }

    #[test]
    fn other_writers_are_understood() {
        // A map and a list without a length, a text in parts, a time as a whole number.
        let bytes = [
            0xbf, 0x61, b'a', 0x9f, 0x01, 0xff, 0x61, b'b', 0x7f, 0x61, b'x', 0x61, b'y', 0xff,
            0x61, b'c', 0xc1, 0x05, 0xff,
        ];
        let read = read_cbor(&bytes).unwrap();
        assert_eq!(read, json!({"a": [1], "b": "xy", "c": 5}));
        assert_eq!(read_cbor(b"").unwrap(), json!({}));
    }

    #[test]
    fn bad_input_is_refused() {
        let deep = vec![0x81; 100_000];
        for bytes in [
            &deep[..],
            &[0xff],
            &[0x61],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(read_cbor(bytes).unwrap_err().code, "SerializationException");
        }
        assert_eq!(read_cbor(&[0xf9, 0x7e, 0x00]).unwrap(), json!("NaN"));
    }
}
