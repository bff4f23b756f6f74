//! CloudWatch, whose clients speak one of three protocols: the newer ones Smithy RPC v2 with CBOR,
//! others JSON or Query.

use std::sync::Arc;

use axum::http::HeaderValue;
use axum::response::Response;

use super::body::Encoding;
use super::{Call, log};
use crate::account::Account;
use crate::aws::{Answer, AwsError, Protocol, admit, json, respond, typed, with_times};
use crate::services::cloudwatch;

const QUERY: Protocol = Protocol::Query("http://monitoring.amazonaws.com/doc/2010-08-01/");

impl Call {
    pub(super) fn monitoring(&self, account: &Arc<Account>) -> Response {
        let protocol = match self.encoding {
            Encoding::Form => QUERY,
            Encoding::Json => Protocol::Json,
            Encoding::Cbor => Protocol::Cbor,
        };
        let input = self.input();
        let action = input
            .as_ref()
            .ok()
            .and_then(|input| json::member(input, "Action"));
        let action = self.target.as_deref().or(action).unwrap_or("").to_owned();
        let answer = input.and_then(|input| {
            let input = match self.encoding {
                Encoding::Form => typed("monitoring", &action, input),
                _ => input,
            };
            let input = admit("monitoring", protocol, &action, input)?;
            cloudwatch::handle(account, &action, &input)
        });
        log("cloudwatch", &action, &answer);
        self.wrap(protocol, &action, answer)
    }

    fn wrap(&self, protocol: Protocol, action: &str, answer: Answer) -> Response {
        if protocol == QUERY {
            return respond(protocol, action, &self.request_id, answer.map(with_times));
        }
        let Err(err) = answer else {
            return respond(protocol, action, &self.request_id, answer);
        };
        // The code of the Query protocol is in a header: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
        let side = if err.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        let code = HeaderValue::from_str(&format!("{};{side}", err.code));
        let err = AwsError {
            code: shape(&err.code).to_owned(),
            ..err
        };
        let mut response = respond(protocol, action, &self.request_id, Err(err));
        if let Ok(code) = code {
            response.headers_mut().insert("x-amzn-query-error", code);
        }
        response
    }
}

/// The name of an error in the newer protocols, by its code in the Query protocol.
fn shape(code: &str) -> &str {
    match code {
        "InvalidFormat" => "InvalidFormatFault",
        "InvalidParameterCombination" => "InvalidParameterCombinationException",
        "InvalidParameterInput" => "DashboardInvalidInputError",
        "InvalidParameterValue" => "InvalidParameterValueException",
        "LimitExceeded" => "LimitExceededFault",
        "MissingParameter" => "MissingRequiredParameterException",
        "ValidationError" => "ValidationException",
        other => other,
    }
}
