use std::fmt::{self, Display, Formatter};

use super::cursor::{decode, encode};
use super::json::Key;

/// Where a page starts: after the item with this key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Start {
    pub(crate) key: Key,
    /// How many items were read before it; 0 where a page does not say that.
    pub(crate) read: u64,
}

impl Start {
    /// Reads what [`Display`] has written.
    pub(crate) fn decode(cursor: &str) -> Option<Self> {
        let (key, read) = match cursor.split_once('.') {
            Some((key, read)) => (key, read.parse().ok()?),
            None => (cursor, 0),
        };
        Some(Self {
            key: decode(key)?,
            read,
        })
    }
}

/// As one word of an address.
impl Display for Start {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(&self.key))?;
        match self.read {
            0 => Ok(()),
            read => write!(f, ".{read}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;
    use aws_sdk_dynamodb::types::AttributeValue;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn every_key_type_survives() {
        let values = [
            AttributeValue::S("\u{e4} /?&=+\n\"".to_owned()),
            AttributeValue::N("-1.2345678901234567890123456789012345678E+125".to_owned()),
            AttributeValue::B(Blob::new((0..=255).collect::<Vec<u8>>())),
        ];
        for value in values {
            let key = Key::from([
                ("partition".to_owned(), value),
                (
                    "sort \u{1f600}".to_owned(),
                    AttributeValue::N("0".to_owned()),
                ),
            ]);
            let cursor = encode(&key);
            assert!(
                cursor
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            );
            assert_eq!(decode(&cursor), Some(key.clone()));
            for read in [0, 1, u64::MAX] {
                let start = Start {
                    key: key.clone(),
                    read,
                };
                assert_eq!(Start::decode(&start.to_string()), Some(start));
            }
        }
    }

    #[test]
    fn a_forged_cursor_is_none() {
        for json in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"a":"b"}"#,
            r#"{"a":{}}"#,
            r#"{"a":{"S":1}}"#,
            r#"{"a":{"S":"x","N":"1"}}"#,
            r#"{"a":{"BOOL":true}}"#,
            r#"{"a":{"B":"not base64!"}}"#,
            r#"{"a":{"S":"1"},"b":{"S":"2"},"c":{"S":"3"}}"#,
        ] {
            assert_eq!(decode(&BASE64_URL_SAFE_NO_PAD.encode(json)), None, "{json}");
        }
        for cursor in ["", "%", "a", "\u{e4}", "e30="] {
            assert_eq!(decode(cursor), None, "{cursor}");
        }
        let key = BASE64_URL_SAFE_NO_PAD.encode(r#"{"a":{"S":"1"}}"#);
        for read in ["", "-1", "x", "1.2", "18446744073709551616"] {
            assert_eq!(Start::decode(&format!("{key}.{read}")), None, "{read}");
        }
    }
}
