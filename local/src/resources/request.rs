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

/// A service's error in CloudFormation's format: the sentence with the name of the service and the
/// status.
pub(crate) fn refusal(sentence: &str, service: &str, status: u16) -> String {
    format!(
        "Resource handler returned message: \"{sentence} (Service: {service}, Status Code: {status}, Request ID: {})\"",
        uuid::Uuid::new_v4()
    )
}
