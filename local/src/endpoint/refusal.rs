//! A refusal of a call that no service has seen, in the protocol of the service that it is for.

use axum::http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use quick_xml::escape::escape;
use serde_json::json;

use crate::aws::AwsError;

/// Writes an error in the format of a protocol, by its name in AWS's models.
pub(super) fn refuse(service: &str, protocol: &str, request_id: &str, err: &AwsError) -> Response {
    let (content_type, body) = match protocol {
        "query" | "ec2" | "rest-xml" => ("text/xml", xml(service, protocol, request_id, err)),
        "rest-json" => (
            "application/json",
            json!({"message": err.message}).to_string(),
        ),
        _ => (
            "application/x-amz-json-1.1",
            json!({"__type": err.code, "message": err.message}).to_string(),
        ),
    };
    let status = StatusCode::from_u16(err.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in [
        ("x-amzn-requestid", request_id),
        ("x-amzn-errortype", err.code.as_str()),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}

/// EC2 and S3 have elements of their own around an error.
fn xml(service: &str, protocol: &str, request_id: &str, err: &AwsError) -> String {
    let (code, message) = (escape(err.code.as_str()), escape(err.message.as_str()));
    let error = format!("<Code>{code}</Code><Message>{message}</Message>");
    match (service, protocol) {
        (_, "ec2") => format!(
            "<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
        ),
        ("s3", _) => format!("<Error>{error}<RequestId>{request_id}</RequestId></Error>"),
        _ => format!(
            "<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        ),
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn an_error_has_the_format_of_the_protocol() {
        let cases = [
            ("ssm", "json", r#"{"__type":"C","message":"m"}"#),
            ("lambda", "rest-json", r#"{"message":"m"}"#),
            (
                "sqs",
                "query",
                "<ErrorResponse><Error><Type>Sender</Type><Code>C</Code><Message>m</Message></Error><RequestId>id</RequestId></ErrorResponse>",
            ),
            (
                "ec2",
                "ec2",
                "<Response><Errors><Error><Code>C</Code><Message>m</Message></Error></Errors><RequestID>id</RequestID></Response>",
            ),
            (
                "s3",
                "rest-xml",
                "<Error><Code>C</Code><Message>m</Message><RequestId>id</RequestId></Error>",
            ),
        ];
        for (service, protocol, expected) in cases {
            let response = refuse(service, protocol, "id", &AwsError::new("C", "m"));
            assert_eq!(response.headers()["x-amzn-errortype"], "C");
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body, expected, "{service}");
        }
    }
}
