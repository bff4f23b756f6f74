//! How the body of a call is written.

use std::io::Read as _;

use axum::body::Bytes;
use axum::http::header::CONTENT_ENCODING;
use axum::http::{HeaderMap, Uri};
use flate2::read::GzDecoder;

use super::LARGEST_REQUEST;

/// The format of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// The form of a Query protocol, which names its action itself.
    Form,
    Json,
    Cbor,
}

impl Encoding {
    /// The format, and the action that the header or the path names.
    pub(super) fn of(headers: &HeaderMap, uri: &Uri) -> (Self, Option<String>) {
        // https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
        if headers
            .get("smithy-protocol")
            .is_some_and(|name| name == "rpc-v2-cbor")
        {
            let action = uri.path().split_once("/operation/");
            return (Self::Cbor, action.map(|(_, action)| action.to_owned()));
        }
        let Some(target) = headers.get("x-amz-target") else {
            return (Self::Form, None);
        };
        let target = target.to_str().unwrap_or("");
        let action = target.rsplit('.').next().unwrap_or(target);
        (Self::Json, Some(action.to_owned()))
    }
}

/// The body as it was before its client compressed it. One that cannot be unpacked stays as it is: the
/// service then says that it cannot read it.
pub(super) fn unpacked(headers: &HeaderMap, body: &Bytes) -> Bytes {
    if headers
        .get(CONTENT_ENCODING)
        .is_none_or(|coding| coding != "gzip")
    {
        return body.clone();
    }
    let most = u64::try_from(LARGEST_REQUEST).unwrap_or(u64::MAX);
    let mut plain = Vec::new();
    match GzDecoder::new(&body[..]).take(most).read_to_end(&mut plain) {
        Ok(_) => plain.into(),
        Err(_) => body.clone(),
    }
}
