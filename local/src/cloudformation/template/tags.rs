//! The tags of YAML: short names of functions, and types.

use serde_json::{Value, json};

use super::error::format_error;
use crate::aws::AwsError;

/// The functions that have a short name.
const FUNCTIONS: [&str; 24] = [
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
    "ValueOf",
    "ValueOfAll",
];

/// The types of YAML that CloudFormation does not support:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>.
const UNSUPPORTED: [&str; 5] = ["binary", "omap", "pairs", "set", "timestamp"];

/// The long form of a value with a tag: `!GetAtt A.B` becomes `{"Fn::GetAtt": ["A", "B"]}`.
pub(super) fn tagged(
    handle: &str,
    name: &str,
    argument: Value,
    line: usize,
) -> Result<Value, AwsError> {
    if handle != "!" {
        return match UNSUPPORTED.contains(&name) {
            true => Err(unsupported("!!", name, line)),
            false => Ok(argument),
        };
    }
    match name {
        "Ref" | "Condition" => Ok(json!({ name: argument })),
        "GetAtt" => Ok(json!({"Fn::GetAtt": attribute_path(argument)})),
        _ if FUNCTIONS.contains(&name) => Ok(json!({ format!("Fn::{name}"): argument })),
        _ => Err(unsupported("!", name, line)),
    }
}

fn unsupported(handle: &str, name: &str, line: usize) -> AwsError {
    format_error(&format!("unsupported tag {handle}{name} (line {line})."))
}

/// `"A.B.C"` as `["A", "B.C"]`; a list stays a list.
fn attribute_path(argument: Value) -> Value {
    match argument {
        Value::String(path) => match path.split_once('.') {
            Some((resource, attribute)) => json!([resource, attribute]),
            None => json!([path]),
        },
        list => list,
    }
}
