//! The wire protocols of AWS, read into and written from JSON.
//!
//! Query (CloudFormation, STS, ELB) takes a form and answers in XML. JSON (ECR, ECS, Logs, SSM) takes
//! and answers in JSON. EC2 has a Query protocol of its own. A service sees a [`serde_json::Value`] in both cases and answers with one.

mod cbor;
mod query;
pub(crate) mod rest_xml;
mod xml;

use axum::http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub(crate) use self::cbor::read_cbor;
pub(crate) use self::query::read_query;
use super::clock::timestamp;
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
    /// Smithy RPC v2, with CBOR both ways.
    Cbor,
}

impl Protocol {
    /// Whether its inputs have numbers and switches, and not only text.
    pub(crate) fn is_typed(self) -> bool {
        matches!(self, Self::Json | Self::Cbor)
    }
}

/// Writes the answer to `action` in the format of the protocol.
pub(crate) fn respond(
    protocol: Protocol,
    action: &str,
    request_id: &str,
    answer: Answer,
) -> Response {
    let (status, body) = match (protocol, answer) {
        (Protocol::Cbor, Ok(output)) => return of_cbor(200, &output, request_id),
        (Protocol::Cbor, Err(err)) => {
            let output = json!({"__type": err.code, "message": err.message});
            return of_cbor(err.status, &output, request_id);
        }
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
        Protocol::Json | Protocol::Cbor => "application/x-amz-json-1.1",
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

fn of_cbor(status: u16, output: &Value, request_id: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, cbor::write(output)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
    headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", value);
    }
    response
}

/// An output with its times as text, for XML. A number whose name says that it is a time becomes one.
pub(crate) fn with_times(output: Value) -> Value {
    fn named(name: &str, value: Value) -> Value {
        match value {
            Value::Number(number) if cbor::is_time(name) => {
                timestamp(number.as_f64().unwrap_or_default()).into()
            }
            Value::Array(items) => items.into_iter().map(|item| named(name, item)).collect(),
            // The only map that CloudWatch answers with.
            Value::Object(members) if name == "ExtendedStatistics" => {
                let entries = members.into_iter();
                let entries = entries.map(|(key, value)| json!({"key": key, "value": value}));
                json!({"entry": entries.collect::<Vec<_>>()})
            }
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| {
                    let value = named(&name, value);
                    (name, value)
                })
                .collect(),
            other => other,
        }
    }
    named("", output)
}
