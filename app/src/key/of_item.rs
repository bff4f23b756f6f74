use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::cursor::decode;
use super::json::{Key, KeyNames};
use crate::parse::{Attribute, Item};

/// Writes the key of an item as a cursor; `false` if the item does not have all of these names.
pub(crate) fn write_cursor_of(item: &Item<'_>, names: &KeyNames, out: &mut Vec<u8>) -> bool {
    let mut json: Vec<u8> = Vec::with_capacity(128);
    for name in names {
        let found = item.find(name).filter(|found| found.is_text());
        let Some(Attribute {
            name,
            kind: Some(kind),
            value,
        }) = found
        else {
            return false;
        };
        json.push(if json.is_empty() { b'{' } else { b',' });
        let parts = [
            "\"",
            name.of(item.text),
            "\":{\"",
            kind.tag(),
            "\":\"",
            value.of(item.text),
            "\"}",
        ];
        for part in parts {
            json.extend_from_slice(part.as_bytes());
        }
    }
    json.push(b'}');
    let start = out.len();
    out.resize(start + json.len() * 4 / 3 + 4, 0);
    let length = BASE64_URL_SAFE_NO_PAD
        .encode_slice(&json, &mut out[start..])
        .expect("base64 has four characters for three bytes");
    out.truncate(start + length);
    !names.is_empty()
}

/// The key of an item; `None` if the item does not have all of these names.
pub(crate) fn key_of(item: &Item<'_>, names: &KeyNames) -> Option<Key> {
    let mut cursor = Vec::new();
    let has_key = write_cursor_of(item, names, &mut cursor);
    let cursor = str::from_utf8(&cursor).expect("base64 is text");
    has_key.then(|| decode(cursor)).flatten()
}
