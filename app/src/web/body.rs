use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;

use crate::error::WebError;

/// A longer body is refused. The fields of a form are shorter.
const MAX_LENGTH: usize = 64 * 1024;

/// How much of a body is read before it is refused. A client that is still sending would see a broken
/// connection in place of status 413.
const MAX_DISCARDED: usize = 32 * 1024 * 1024;

/// Reads and discards the body of a request, then passes the request on: no page needs a body.
/// A body that takes longer than `within` is refused.
pub(super) async fn discard(request: Request, within: Duration, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(within, length(body)).await {
        Ok(Some(length)) if length <= MAX_LENGTH => {
            next.run(Request::from_parts(parts, Body::empty())).await
        }
        Ok(None) => WebError::bad_request("The request broke off: send it again.").into_response(),
        Ok(Some(_)) => WebError::TooLarge.into_response(),
        Err(_) => WebError::TooSlow.into_response(),
    }
}

/// The length of the body, counted up to [`MAX_DISCARDED`]; `None` if the body breaks off.
async fn length(mut body: Body) -> Option<usize> {
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame.ok()?.data_ref().map_or(0, Bytes::len);
        if length > MAX_DISCARDED {
            break;
        }
    }
    Some(length)
}
