use axum::http::{HeaderMap, HeaderName};
use uuid::{Builder, Uuid};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A longer id is replaced: it would only fill the log.
const MAX_LENGTH: usize = 128;

/// The id of a request, which is on the page of an error and in the log.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

impl RequestId {
    /// The id that the client gave, or a new one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok());
        let given = given.filter(|id| !id.is_empty() && id.len() <= MAX_LENGTH);
        Self(given.map_or_else(|| new_id().to_string(), str::to_owned))
    }
}

/// Not a secret, so a weak random number is fine.
fn new_id() -> Uuid {
    Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn id_for(given: &[u8]) -> String {
        let value = HeaderValue::from_bytes(given).unwrap();
        RequestId::of(&HeaderMap::from_iter([(REQUEST_ID, value)])).0
    }

    #[test]
    fn a_given_id_is_kept() {
        assert_eq!(id_for(b"abc-123"), "abc-123");
    }

    #[test]
    fn an_invalid_id_is_replaced() {
        for given in [&b""[..], b"\xff", &[b'x'; 129]] {
            id_for(given).parse::<Uuid>().unwrap();
        }
    }
}
