//! `Ref` and `Fn::GetAtt`.

use serde_json::{Value, json};

use super::scope::{Resolved, Scope};
use crate::aws::{ACCOUNT, PARTITION};

pub(super) fn reference(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let name = argument
        .as_str()
        .ok_or("Template error: every Ref object must have a single String value.")?;
    if name == "AWS::NoValue" {
        return Ok(None);
    }
    let known =
        pseudo_parameter(scope, name).or_else(|| scope.inputs.parameters.get(name).cloned());
    match known {
        Some(value) => Ok(Some(value)),
        None => (scope.inputs.resource)(name, None).map(Some),
    }
}

fn pseudo_parameter(scope: &Scope<'_>, name: &str) -> Option<Value> {
    let value = match name {
        "AWS::AccountId" => ACCOUNT,
        "AWS::Partition" => PARTITION,
        "AWS::Region" => scope.inputs.region,
        "AWS::StackId" => scope.inputs.stack_id,
        "AWS::StackName" => scope.inputs.stack_name,
        "AWS::URLSuffix" => "amazonaws.com",
        "AWS::NotificationARNs" => return Some(json!(scope.inputs.topics)),
        _ => return None,
    };
    Some(value.into())
}

pub(super) fn attribute(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let wrong = || {
        "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute".to_owned()
    };
    let (resource, attribute) = match argument {
        Value::String(path) => {
            let (resource, attribute) = path.split_once('.').ok_or_else(wrong)?;
            (resource, attribute.to_owned())
        }
        Value::Array(path) => match path.as_slice() {
            [Value::String(resource), attribute] => (resource.as_str(), scope.text(attribute)?),
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    (scope.inputs.resource)(resource, Some(&attribute)).map(Some)
}
