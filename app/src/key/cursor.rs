use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::json::{Key, from_json, to_json};

/// The key as URL-safe base64 of its DynamoDB JSON.
pub(crate) fn encode(key: &Key) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(to_json(key))
}

/// The key that [`encode`] was given; `None` for a text that it cannot have made.
pub(crate) fn decode(cursor: &str) -> Option<Key> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    from_json(&bytes)
}
