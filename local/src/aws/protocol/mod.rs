//! The wire protocols of AWS, read into and written from JSON.
//!
//! Query (CloudFormation, STS, ELB) takes a form and answers in XML. JSON (ECR, ECS, Logs, SSM) takes
//! and answers in JSON. EC2 has a Query protocol of its own. A service sees a [`serde_json::Value`] in both cases and answers with one.

mod query;
pub(crate) mod rest_xml;
mod xml;

use axum::http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

pub(crate) use self::query::read_query;
use super::error::Answer;

/// The protocol that a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// A form in, XML out, in the XML namespace of the service.
    Query(&'static str),
    /// EC2's own kind of Query: lists are numbered without `member`, and XML has no element around the
    /// result.
    Ec2(&'static str),
    /// `application/x-amz-json-1.1` both ways.
    Json,
}

/// Writes the answer to `action` in the format of the protocol.
pub(crate) fn respond(
    protocol: Protocol,
    action: &str,
    request_id: &str,
    answer: Answer,
) -> Response {
    let (status, body) = match (protocol, answer) {
        (Protocol::Query(namespace), Ok(output)) => {
            (200, xml::output(namespace, action, request_id, &output))
        }
        (Protocol::Query(namespace), Err(err)) => {
            (err.status, xml::error(namespace, request_id, &err))
        }
        (Protocol::Ec2(namespace), Ok(output)) => {
            let xml = xml::ec2_output(namespace, action, request_id, &output);
            (200, xml)
        }
        (Protocol::Ec2(_), Err(err)) => (err.status, xml::ec2_error(request_id, &err)),
        (Protocol::Json, Ok(output)) => (200, output.to_string()),
        (Protocol::Json, Err(err)) => (
            err.status,
            json!({"__type": err.code, "message": err.message}).to_string(),
        ),
    };
    let content_type = match protocol {
        Protocol::Query(_) | Protocol::Ec2(_) => "text/xml",
        Protocol::Json => "application/x-amz-json-1.1",
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", value);
    }
    response
}
