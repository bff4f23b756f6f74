//! The single AWS endpoint: it finds the service that a request is signed for and passes the
//! request on.

mod refusal;
mod scope;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, header::AUTHORIZATION};
use axum::response::{IntoResponse, Response};
use deploy::render::Shown;
use serde_json::Value;

use self::refusal::refuse;
use self::scope::{in_region, signed_for};
use crate::account::Account;
use crate::aws::{
    ACCOUNT, Answer, AwsError, Protocol, admit, json, protocol_of, read_query, respond,
};
use crate::services::{dynamodb, ecr, ecs, elb, logs, ssm, sts};
use crate::{cloudformation, page};

/// The largest request in bytes: DynamoDB takes the most, 16 MB in a batch.
const LARGEST_REQUEST: usize = 17 * 1024 * 1024;

const CLOUDFORMATION: Protocol =
    Protocol::Query("http://cloudformation.amazonaws.com/doc/2010-05-15/");
const ELB: Protocol = Protocol::Query("http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/");
const STS: Protocol = Protocol::Query("https://sts.amazonaws.com/doc/2011-06-15/");

/// The endpoint as a router: every path and method.
pub(crate) fn router(account: Arc<Account>) -> Router {
    page::router(handle)
        .fallback(handle)
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .merge(ecr::router())
        .nest(ecs::AGENT_AT_ENDPOINT, ecs::agent())
        .with_state(account)
}

/// Answers an AWS call, or a plain GET with a greeting.
async fn handle(
    State(account): State<Arc<Account>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if method == Method::GET && !headers.contains_key(AUTHORIZATION) {
        let region = &account.region;
        return format!("The local AWS endpoint for account {ACCOUNT} in {region}.\n")
            .into_response();
    }
    let call = Call::of(&headers, body);
    let scope = match signed_for(&headers) {
        Ok(scope) => scope,
        Err(err) => return call.refuse("", &err),
    };
    if account.faults.delay().await {
        return call.throttled(&scope.service);
    }
    match in_region(&scope, &account.region) {
        Ok(()) => call.answer(&account, &scope.service, &headers).await,
        Err(refused) => call.refuse(&scope.service, &refused),
    }
}

/// A call of an action.
struct Call {
    request_id: String,
    /// The action, if the protocol is JSON.
    target: Option<String>,
    body: Bytes,
}

impl Call {
    fn of(headers: &HeaderMap, body: Bytes) -> Self {
        let target = headers.get("x-amz-target");
        let target = target.map(|target| {
            let target = target.to_str().unwrap_or("");
            let action = target.rsplit('.').next().unwrap_or(target);
            action.to_owned()
        });
        Self {
            request_id: uuid::Uuid::new_v4().to_string(),
            target,
            body,
        }
    }

    async fn answer(self, account: &Arc<Account>, service: &str, headers: &HeaderMap) -> Response {
        match service {
            "cloudformation" => self.cloudformation(account).await,
            "dynamodb" => dynamodb::handle(account, headers, self.body, &self.request_id).await,
            "ecr" => self.json(account, service, ecr::handle),
            "ecs" => self.json(account, service, ecs::handle),
            "elasticloadbalancing" => self.query(account, ELB, service, elb::handle),
            "logs" => self.json(account, service, logs::handle),
            "ssm" => self.json(account, service, ssm::handle),
            "sts" => self.query(account, STS, service, sts::handle),
            other => self.unknown(other),
        }
    }

    async fn cloudformation(&self, account: &Arc<Account>) -> Response {
        let input = read_query(&self.body);
        let action = json::member(&input, "Action").unwrap_or("");
        let admitted = admit("cloudformation", CLOUDFORMATION, action, input.clone());
        let answer = match admitted {
            Ok(input) => cloudformation::handle(account, action, &input).await,
            Err(err) => Err(err),
        };
        log("cloudformation", action, &answer);
        respond(CLOUDFORMATION, action, &self.request_id, answer)
    }

    fn json(&self, account: &Account, service: &str, handle: Handle) -> Response {
        let action = self.target.as_deref().unwrap_or("");
        let input = read_json(&self.body);
        let admitted = input.and_then(|input| admit(service, Protocol::Json, action, input));
        let answer = admitted.and_then(|input| handle(account, action, &input));
        log(service, action, &answer);
        respond(Protocol::Json, action, &self.request_id, answer)
    }

    fn query(
        &self,
        account: &Account,
        protocol: Protocol,
        service: &str,
        handle: Handle,
    ) -> Response {
        let input = read_query(&self.body);
        let Some(action) = json::member(&input, "Action") else {
            return (StatusCode::NOT_FOUND, "no Action\n").into_response();
        };
        let admitted = admit(service, protocol, action, input.clone());
        let answer = admitted.and_then(|input| handle(account, action, &input));
        log(service, action, &answer);
        respond(protocol, action, &self.request_id, answer)
    }

    fn throttled(&self, service: &str) -> Response {
        let code = match self.target {
            Some(_) => "ThrottlingException",
            None => "Throttling",
        };
        self.refuse(service, &AwsError::new(code, "Rate exceeded"))
    }

    fn unknown(&self, service: &str) -> Response {
        let err = match protocol_of(service) {
            Some(_) => AwsError::unsupported(&format!("the service {service}")),
            None => AwsError::new(
                "UnrecognizedClientException",
                format!("AWS has no service {service}."),
            ),
        };
        self.refuse(service, &err)
    }

    /// Answers with an error in the protocol of the service, before the service sees the call.
    fn refuse(&self, service: &str, err: &AwsError) -> Response {
        let protocol = protocol_of(service).unwrap_or(match self.target {
            Some(_) => "json",
            None => "query",
        });
        refuse(service, protocol, &self.request_id, err)
    }
}

/// How a service answers an action.
type Handle = fn(&Account, &str, &Value) -> Answer;

fn read_json(body: &[u8]) -> Result<Value, AwsError> {
    serde_json::from_slice(body).map_err(|err| {
        AwsError::new(
            "SerializationException",
            format!("the body is not JSON: {err}"),
        )
    })
}

fn log(service: &str, action: &str, answer: &Answer) {
    match answer {
        Ok(_) => tracing::debug!("{service} {action}"),
        Err(err) => {
            let message = Shown(&err.message);
            tracing::debug!("{service} {action}: {} {message}", err.code);
        }
    }
}
