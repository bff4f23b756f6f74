//! CloudFormation's request for a resource, and the resource that was created.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::account::Account;
use crate::aws::generated_name;
use crate::services::iam::Principal;

/// A request of CloudFormation for one resource.
pub(crate) struct Request {
    pub(crate) account: Arc<Account>,
    /// Who operates on the stack. CloudFormation has the permissions of this caller.
    pub(crate) caller: Principal,
    pub(crate) stack_name: String,
    pub(crate) logical_id: String,
    pub(crate) resource_type: String,
    /// Empty until the resource is created.
    pub(crate) physical_id: String,
    pub(crate) properties: Value,
}

impl Request {
    /// A call of the service's own action, without a stack. The endpoint has already checked what the
    /// caller may do.
    pub(crate) fn direct(
        account: &Arc<Account>,
        resource_type: &str,
        physical_id: String,
        properties: Value,
    ) -> Self {
        Self {
            account: Arc::clone(account),
            caller: Principal::default(),
            stack_name: String::new(),
            logical_id: String::new(),
            resource_type: resource_type.to_owned(),
            physical_id,
            properties,
        }
    }

    /// The name in the template, or a generated one: `STACK-LOGICALID-RANDOM`.
    pub(crate) fn name(&self, given: Option<&str>) -> String {
        given.map_or_else(
            || generated_name(&self.stack_name, &self.logical_id),
            str::to_owned,
        )
    }
}

/// A resource that a service has created.
pub(crate) struct Made {
    /// The value of `Ref`.
    pub(crate) physical_id: String,
    /// The values of `Fn::GetAtt`.
    pub(crate) attributes: Map<String, Value>,
}

impl Made {
    /// `attributes` must be a JSON object.
    pub(crate) fn new(physical_id: impl Into<String>, attributes: Value) -> Self {
        Self {
            physical_id: physical_id.into(),
            attributes: members(attributes),
        }
    }
}

/// The members of a JSON object.
pub(crate) fn members(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// A service's error in CloudFormation's format, for an error without a code of its own.
pub(crate) fn refusal(sentence: &str, service: &str, status: u16) -> String {
    wrapped(sentence, service, status, "InvalidRequest")
}

/// A service's error in CloudFormation's format; `code` is the service's error code.
pub(crate) fn refused_by(service: &str, code: &str, sentence: &str) -> String {
    wrapped(sentence, service, 400, handler_code(code))
}

/// The format that today's handlers have, as in
/// <https://github.com/aws/copilot-cli/issues/3833>; the count of attempts is that of the AWS SDK
/// for Java 2.30 and later.
fn wrapped(sentence: &str, service: &str, status: u16, handler_code: &str) -> String {
    let (request, token) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    format!(
        "Resource handler returned message: \"{sentence} (Service: {service}, Status Code: {status}, Request ID: {request}) (SDK Attempt Count: 1)\" (RequestToken: {token}, HandlerErrorCode: {handler_code})"
    )
}

/// The handler's code for a service's error code.
fn handler_code(code: &str) -> &'static str {
    let has = |parts: &[&str]| parts.iter().any(|part| code.contains(part));
    if has(&["NotFound", "NoSuchEntity"]) {
        "NotFound"
    } else if has(&["AlreadyExists", "Duplicate"]) {
        "AlreadyExists"
    } else if has(&["LimitExceeded", "TooMany"]) {
        "ServiceLimitExceeded"
    } else {
        "InvalidRequest"
    }
}
