//! The one AWS endpoint: finds the service a request is signed for and lets it answer.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, header::AUTHORIZATION};
use axum::response::{IntoResponse, Response};
use deploy::render::Shown;
use serde_json::Value;

use crate::account::Account;
use crate::protocol::{Answer, AwsError, Protocol, read_query, respond};
use crate::{cloudformation, dynamodb, ecr, ecs, elb, logs, registry, ssm, sts};

/// The largest request in bytes: DynamoDB takes the most, 16 MB in a batch.
const LARGEST_REQUEST: usize = 17 * 1024 * 1024;

const CLOUDFORMATION: Protocol =
    Protocol::Query("http://cloudformation.amazonaws.com/doc/2010-05-15/");
const ELB: Protocol = Protocol::Query("http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/");
const STS: Protocol = Protocol::Query("https://sts.amazonaws.com/doc/2011-06-15/");

/// The endpoint as a router: every path and method.
pub(crate) fn router(account: Arc<Account>) -> Router {
    crate::page::router()
        .fallback(handle)
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .merge(registry::router())
        .with_state(account)
}

pub(crate) async fn handle(
    State(account): State<Arc<Account>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request_id = uuid::Uuid::new_v4().to_string();
    if method == Method::GET && !headers.contains_key(AUTHORIZATION) {
        return format!(
            "The local AWS endpoint for account {} in {}.\n",
            crate::account::ACCOUNT,
            account.region
        )
        .into_response();
    }
    if account.faults.delay().await {
        let is_json = headers.contains_key("x-amz-target");
        let (protocol, code) = if is_json {
            (Protocol::Json, "ThrottlingException")
        } else {
            (CLOUDFORMATION, "Throttling")
        };
        let error = AwsError::new(code, "Rate exceeded");
        return respond(protocol, "Error", &request_id, Err(error));
    }
    let service = match signed_for(&headers).and_then(|scope| in_region(scope, &account.region)) {
        Ok(service) => service,
        Err(error) => return respond(CLOUDFORMATION, "Error", &request_id, Err(error)),
    };
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let json_action = target.rsplit('.').next().unwrap_or_default().to_owned();
    match service.as_str() {
        "dynamodb" => dynamodb::handle(&account, &headers, body, &request_id).await,
        "ecr" => json("ecr", &json_action, &body, &request_id, |input| {
            ecr::handle(&account, &json_action, input)
        }),
        "ecs" => json("ecs", &json_action, &body, &request_id, |input| {
            ecs::handle(&account, &json_action, input)
        }),
        "logs" => json("logs", &json_action, &body, &request_id, |input| {
            logs::handle(&account, &json_action, input)
        }),
        "ssm" => json("ssm", &json_action, &body, &request_id, |input| {
            ssm::handle(&account, &json_action, input)
        }),
        "elasticloadbalancing" => query(ELB, "elb", &body, &request_id, |action, input| {
            elb::handle(&account, action, input)
        }),
        "cloudformation" => {
            let input = read_query(&body);
            let action = crate::json::member(&input, "Action").unwrap_or_default();
            let answer = cloudformation::handle(&account, action, &input).await;
            log("cloudformation", action, &answer);
            respond(CLOUDFORMATION, action, &request_id, answer)
        }
        "sts" => query(STS, "sts", &body, &request_id, |action, _| {
            sts::handle(action)
        }),
        other => {
            let error = AwsError::new(
                "UnrecognizedClientException",
                format!("The local AWS has no service {other}."),
            )
            .with_status(501);
            let protocol = if target.is_empty() {
                CLOUDFORMATION
            } else {
                Protocol::Json
            };
            respond(protocol, "Error", &request_id, Err(error))
        }
    }
}

fn json(
    service: &str,
    action: &str,
    body: &[u8],
    request_id: &str,
    answer: impl FnOnce(&Value) -> Answer,
) -> Response {
    let answer = read_json(body).and_then(|input| answer(&input));
    log(service, action, &answer);
    respond(Protocol::Json, action, request_id, answer)
}

fn query(
    protocol: Protocol,
    service: &str,
    body: &[u8],
    request_id: &str,
    answer: impl FnOnce(&str, &Value) -> Answer,
) -> Response {
    let input = read_query(body);
    let Some(action) = crate::json::member(&input, "Action") else {
        return (StatusCode::NOT_FOUND, "no Action\n").into_response();
    };
    let answer = answer(action, &input);
    log(service, action, &answer);
    respond(protocol, action, request_id, answer)
}

fn read_json(body: &[u8]) -> Result<Value, AwsError> {
    serde_json::from_slice(body).map_err(|error| {
        AwsError::new(
            "SerializationException",
            format!("the body is not JSON: {error}"),
        )
    })
}

fn log(service: &str, action: &str, answer: &Answer) {
    match answer {
        Ok(_) => tracing::debug!("{service} {action}"),
        Err(error) => {
            let message = Shown(&error.message);
            tracing::debug!("{service} {action}: {} {message}", error.code);
        }
    }
}

/// What a request is signed for: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
#[derive(Debug, PartialEq, Eq)]
struct Scope {
    region: String,
    service: String,
}

fn signed_for(headers: &HeaderMap) -> Result<Scope, AwsError> {
    let missing = || {
        AwsError::new(
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        )
        .with_status(403)
    };
    let header = headers.get(AUTHORIZATION).ok_or_else(missing)?;
    let incomplete = || {
        AwsError::new(
            "IncompleteSignature",
            "The Authorization header has no credential scope.",
        )
        .with_status(403)
    };
    let text = header.to_str().map_err(|_| incomplete())?;
    let (_, credential) = text.split_once("Credential=").ok_or_else(incomplete)?;
    let scope = credential.split([',', ' ']).next().unwrap_or_default();
    let mut parts = scope.split('/').skip(2).map(str::to_owned);
    let (region, service) = parts.next().zip(parts.next()).ok_or_else(incomplete)?;
    Ok(Scope { region, service })
}

/// The service, where the request is for this region. STS may be signed for its global endpoint.
fn in_region(scope: Scope, region: &str) -> Result<String, AwsError> {
    if scope.region == region || scope.service == "sts" {
        return Ok(scope.service);
    }
    let sentence = format!(
        "Credential should be scoped to a valid region: the local AWS stands in {region}, not in {}.",
        scope.region
    );
    Err(AwsError::new("SignatureDoesNotMatch", sentence).with_status(403))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credential_scope_names_the_service() {
        let service = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, text.parse().unwrap());
            signed_for(&headers)
                .and_then(|scope| in_region(scope, "eu-west-1"))
                .map_err(|error| error.code)
        };
        assert_eq!(service("AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ssm/aws4_request, SignedHeaders=host").unwrap(), "ssm");
        assert_eq!(
            service("Credential=k/20260101/us-east-1/ssm/aws4_request").unwrap_err(),
            "SignatureDoesNotMatch"
        );
        assert_eq!(service("Basic abc").unwrap_err(), "IncompleteSignature");
        assert_eq!(
            service("Credential=a/b").unwrap_err(),
            "IncompleteSignature"
        );
        assert_eq!(
            signed_for(&HeaderMap::new()).unwrap_err().code,
            "MissingAuthenticationToken"
        );
    }
}
