//! The single AWS endpoint: it finds the service that a request is signed for and passes the
//! request on.

mod absent;
mod authenticate;
mod body;
mod family;
mod guard;
mod monitoring;
mod network;
mod permissions;
mod places;
mod refusal;
mod scope;
mod signature;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use deploy::render::Shown;
use serde_json::Value;

use self::authenticate::authenticate;
use self::body::{Encoding, unpacked};
use self::refusal::refuse;
use self::signature::Covered;
use crate::account::{Account, TaskOrigin};
use crate::aws::{
    ACCOUNT, Answer, AwsError, Protocol, admit, json, protocol_of, read_cbor, read_query, respond,
};
use crate::services::iam::{self, Principal};
use crate::services::{
    acm, autoscaling, budgets, dynamodb, ec2, ecr, ecs, elb, kms, logs, route53, s3,
    secretsmanager, sns, ssm, sts, wafv2,
};
use crate::{cloudformation, page};

/// The protocol of a service whose clients speak JSON or Query as well.
const SMITHY: &str = "smithy-rpc-v2-cbor";

/// The largest request in bytes: DynamoDB takes the most, 16 MB in a batch.
const LARGEST_REQUEST: usize = 17 * 1024 * 1024;

const CLOUDFORMATION: Protocol =
    Protocol::Query("http://cloudformation.amazonaws.com/doc/2010-05-15/");
const EC2: Protocol = Protocol::Ec2("http://ec2.amazonaws.com/doc/2016-11-15/");
const ELB: Protocol = Protocol::Query("http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/");
const SNS: Protocol = Protocol::Query("http://sns.amazonaws.com/doc/2010-03-31/");
const IAM: Protocol = Protocol::Query("https://iam.amazonaws.com/doc/2010-05-08/");
const STS: Protocol = Protocol::Query("https://sts.amazonaws.com/doc/2011-06-15/");

/// The endpoint as a router: every path and method.
pub(crate) fn router(account: Arc<Account>) -> Router {
    page::router(handle)
        .fallback(handle)
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .layer(from_fn(places::wait_for_place))
        .merge(ecr::router())
        .merge(elb::public_keys())
        .merge(cloudformation::router())
        .nest(ecs::AGENT_AT_ENDPOINT, ecs::agent())
        .layer(from_fn_with_state(Arc::clone(&account), guard::guard))
        .with_state(account)
}

/// Answers an AWS call, or a plain GET with a greeting.
async fn handle(
    State(account): State<Arc<Account>>,
    origin: Option<Extension<TaskOrigin>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if method == Method::GET && !scope::is_signed(&headers, &uri) {
        let region = &account.region;
        return format!("The local AWS endpoint for account {ACCOUNT} in {region}.\n")
            .into_response();
    }
    let call = Call::of(&headers, &uri, &body);
    let signed = match scope::read(&headers, &uri) {
        Ok(signed) => signed,
        Err(err) => return call.refuse("", &err),
    };
    let service = signed.service.as_str();
    if account.faults.delay().await {
        return call.throttled(service);
    }
    let request = Covered {
        method: &method,
        uri: &uri,
        headers: &headers,
        body: &body,
    };
    let principal = scope::in_region(&signed, &account.region)
        .and_then(|()| authenticate(&account, &signed, &request, origin.is_some()));
    let caller = match principal {
        Ok(caller) => caller,
        Err(refused) => return call.refuse(service, &refused),
    };
    let origin = origin.as_ref().map(|Extension(origin)| origin);
    let passage = match network::pass(&account, origin, &caller, service).await {
        Ok(passage) => passage,
        Err(timed_out) => return timed_out,
    };
    let parts = Parts {
        method,
        uri,
        headers,
        body,
    };
    let answer = call.permitted(&account, service, caller, parts);
    iam::through(passage, answer).await
}

/// The parts of a request.
struct Parts {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

/// A call of an action.
struct Call {
    request_id: String,
    encoding: Encoding,
    /// The action, unless a form names it.
    target: Option<String>,
    body: Bytes,
}

impl Call {
    fn of(headers: &HeaderMap, uri: &Uri, body: &Bytes) -> Self {
        let (encoding, target) = Encoding::of(headers, uri);
        Self {
            request_id: uuid::Uuid::new_v4().to_string(),
            encoding,
            target,
            body: unpacked(headers, body),
        }
    }

    /// The input as JSON.
    fn input(&self) -> Result<Value, AwsError> {
        match self.encoding {
            Encoding::Form => Ok(read_query(&self.body)),
            Encoding::Json => read_json(&self.body),
            Encoding::Cbor => read_cbor(&self.body),
        }
    }

    /// Checks that the caller may do this, and returns it. An input that cannot be read is left to the
    /// service, which then says so.
    fn authorize(
        &self,
        account: &Account,
        service: &str,
        caller: Principal,
    ) -> Result<Principal, AwsError> {
        // S3 and Route 53 have no member that names the action: they authorise their actions themselves.
        if ["route53", "s3"].contains(&service) || !iam::is_restricted(account, &caller) {
            return Ok(caller);
        }
        let input = self.input().unwrap_or(Value::Null);
        let action = self.target.as_deref();
        let action = action.or_else(|| json::member(&input, "Action"));
        let action = action.unwrap_or("");
        permissions::check(account, &caller, service, action, &input)
            .inspect_err(|denied| log(service, action, &Err(denied.clone())))?;
        Ok(caller)
    }

    /// Answers the call if the caller may do this.
    async fn permitted(
        self,
        account: &Arc<Account>,
        service: &str,
        caller: Principal,
        parts: Parts,
    ) -> Response {
        let caller = match self.authorize(account, service, caller) {
            Ok(caller) => caller,
            Err(refused) => return self.refuse(service, &refused),
        };
        match service {
            "s3" => {
                let request = s3::Call {
                    method: parts.method,
                    uri: parts.uri,
                    headers: parts.headers,
                    body: parts.body,
                    request_id: self.request_id,
                };
                iam::on_behalf_of(caller, s3::handle(account, request)).await
            }
            "route53" => {
                let request = route53::Call {
                    method: parts.method,
                    uri: parts.uri,
                    body: parts.body,
                    request_id: self.request_id,
                };
                let answer = async { route53::handle(account, &request) };
                iam::on_behalf_of(caller, answer).await
            }
            _ => iam::on_behalf_of(caller, self.answer(account, service, &parts.headers)).await,
        }
    }

    async fn answer(self, account: &Arc<Account>, service: &str, headers: &HeaderMap) -> Response {
        if let Some(nothing) = self.nothing(service) {
            return nothing;
        }
        match service {
            "application-autoscaling" => self.autoscaling(account).await,
            "budgets" => self.json(account, service, budgets::handle),
            "acm" => self.acm(account).await,
            "cloudformation" => self.cloudformation(account).await,
            "dynamodb" => dynamodb::handle(account, headers, self.body, &self.request_id).await,
            "ec2" => self.query(account, EC2, service, ec2::handle),
            "ecr" => self.json(account, service, ecr::handle),
            "ecs" => self.ecs(account).await,
            "elasticloadbalancing" => self.elb(account).await,
            "iam" => self.query(account, IAM, service, iam::handle),
            "kms" => self.json(account, service, kms::handle),
            "logs" if self.target.as_deref() == Some("StartLiveTail") => self.live_tail(account),
            "logs" => self.json(account, service, logs::handle),
            "monitoring" => self.monitoring(account),
            "secretsmanager" => self.json(account, service, secretsmanager::handle),
            "sns" => self.query(account, SNS, service, sns::handle),
            "ssm" => self.json(account, service, ssm::handle),
            "sts" => self.query(account, STS, service, sts::handle),
            "wafv2" => self.wafv2(account).await,
            other => self.unknown(other),
        }
    }

    /// The answer to an action that lists what the local AWS never has.
    fn nothing(&self, service: &str) -> Option<Response> {
        let protocol = match service {
            "cloudformation" => CLOUDFORMATION,
            "ec2" => EC2,
            "elasticloadbalancing" => ELB,
            "iam" => IAM,
            "ecr" | "logs" | "ssm" => Protocol::Json,
            _ => return None,
        };
        let input = self.input().ok()?;
        let action = self.target.as_deref();
        let action = action.or_else(|| json::member(&input, "Action"))?;
        let list = absent::list(service, action, &input)?;
        let answer = admit(service, protocol, action, input.clone()).map(|_| list);
        log(service, action, &answer);
        Some(respond(protocol, action, &self.request_id, answer))
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

    async fn acm(&self, account: &Arc<Account>) -> Response {
        let action = self.target.as_deref().unwrap_or("");
        let input = read_json(&self.body);
        let input = input.and_then(|input| admit("acm", Protocol::Json, action, input));
        let answer = match input {
            Ok(input) => acm::handle(account, action, &input).await,
            Err(err) => Err(err),
        };
        log("acm", action, &answer);
        respond(Protocol::Json, action, &self.request_id, answer)
    }

    async fn autoscaling(&self, account: &Arc<Account>) -> Response {
        let service = "application-autoscaling";
        let action = self.target.as_deref().unwrap_or("");
        let input = read_json(&self.body);
        let input = input.and_then(|input| admit(service, Protocol::Json, action, input));
        let answer = match input {
            Ok(input) => autoscaling::handle(account, action, &input).await,
            Err(err) => Err(err),
        };
        log(service, action, &answer);
        respond(Protocol::Json, action, &self.request_id, answer)
    }

    async fn ecs(&self, account: &Arc<Account>) -> Response {
        let action = self.target.as_deref().unwrap_or("");
        let input = read_json(&self.body);
        let input = input.and_then(|input| admit("ecs", Protocol::Json, action, input));
        let answer = match input {
            Ok(input) => ecs::handle(account, action, &input).await,
            Err(err) => Err(err),
        };
        log("ecs", action, &answer);
        respond(Protocol::Json, action, &self.request_id, answer)
    }

    async fn wafv2(&self, account: &Arc<Account>) -> Response {
        let action = self.target.as_deref().unwrap_or("");
        let input = read_json(&self.body);
        let input = input.and_then(|input| admit("wafv2", Protocol::Json, action, input));
        let answer = match input {
            Ok(input) => wafv2::handle(account, action, &input).await,
            Err(err) => Err(err),
        };
        log("wafv2", action, &answer);
        respond(Protocol::Json, action, &self.request_id, answer)
    }

    async fn elb(&self, account: &Arc<Account>) -> Response {
        let input = read_query(&self.body);
        let Some(action) = json::member(&input, "Action") else {
            return (StatusCode::NOT_FOUND, "no Action\n").into_response();
        };
        let answer = match admit("elasticloadbalancing", ELB, action, input.clone()) {
            Ok(input) => elb::handle(account, action, &input).await,
            Err(err) => Err(err),
        };
        log("elb", action, &answer);
        respond(ELB, action, &self.request_id, answer)
    }

    fn live_tail(&self, account: &Arc<Account>) -> Response {
        let action = "StartLiveTail";
        let input = read_json(&self.body);
        let input = input.and_then(|input| admit("logs", Protocol::Json, action, input));
        let begun = input.and_then(|input| logs::live_tail(account, &input, &self.request_id));
        log(
            "logs",
            action,
            &begun.as_ref().map(|_| Value::Null).map_err(Clone::clone),
        );
        begun.unwrap_or_else(|err| respond(Protocol::Json, action, &self.request_id, Err(err)))
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
        let spoken = match self.encoding {
            Encoding::Cbor => {
                return respond(Protocol::Cbor, "", &self.request_id, Err(err.clone()));
            }
            Encoding::Json => "json",
            Encoding::Form => "query",
        };
        let protocol = protocol_of(service).filter(|protocol| *protocol != SMITHY);
        refuse(service, protocol.unwrap_or(spoken), &self.request_id, err)
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
