//! Answers and errors of S3.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::call::Caller;

use crate::aws::{AwsError, rest_xml};

/// The namespace of every output.
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// An error of S3. Codes and sentences are those of
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
pub(super) fn failed(code: &str, message: &str, status: u16) -> AwsError {
    AwsError::new(code, message).with_status(status)
}

pub(super) fn no_bucket() -> AwsError {
    failed("NoSuchBucket", "The specified bucket does not exist", 404)
}

pub(super) fn no_key() -> AwsError {
    failed("NoSuchKey", "The specified key does not exist.", 404)
}

pub(super) fn invalid(name: &str) -> AwsError {
    failed(
        "InvalidArgument",
        &format!("Provided {name} not an integer or within integer range"),
        400,
    )
}

/// The answer to a request that failed.
pub(super) fn error(err: &AwsError, caller: &Caller) -> Response {
    let members = json!({
        "Code": err.code,
        "Message": err.message,
        "Resource": caller.resource,
        "RequestId": caller.request_id,
    });
    let status = StatusCode::from_u16(err.status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = if caller.is_head {
        String::new()
    } else {
        rest_xml::write("Error", None, &members)
    };
    let kind = [(header::CONTENT_TYPE, "application/xml")];
    identified((status, kind, body).into_response(), &caller.request_id)
}

/// An output in XML.
pub(super) fn output(root: &str, members: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/xml")];
    (kind, rest_xml::write(root, Some(NAMESPACE), members)).into_response()
}

/// An answer without a body.
pub(super) fn empty(status: StatusCode) -> Response {
    (status, Body::empty()).into_response()
}

/// The response with its request id.
pub(super) fn identified(mut response: Response, request_id: &str) -> Response {
    set(&mut response, "x-amz-request-id", request_id);
    response
}

/// Sets a header, unless its value has characters that no header can have.
pub(super) fn set(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (
        HeaderName::from_bytes(name.as_bytes()),
        HeaderValue::from_str(value),
    ) {
        response.headers_mut().insert(name, value);
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
