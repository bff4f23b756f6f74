//! What the actions of Parameter Store are authorised for.

use serde_json::Value;

use crate::account::Account;
use crate::services::iam::{Access, reference};

/// What an action needs; nothing for an action that IAM does not know.
pub(crate) fn needed(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    let named = |kind: &str| {
        if kind != "parameter" {
            return Vec::new();
        }
        let members = ["Name", "Names", "Path", "ResourceId"];
        let parameters = reference::named(account, "ssm", kind, input, &members);
        // The slash with which a name begins is not repeated.
        let parameters = parameters
            .into_iter()
            .map(|arn| arn.replace("parameter//", "parameter/"));
        parameters.map(without_version).collect()
    };
    let mut needed = reference::needed(account, "ssm", action, named)?;
    if action == "GetParametersByPath" {
        let recursive = input.get("Recursive").and_then(Value::as_bool);
        let recursive = recursive.unwrap_or(false).to_string();
        for access in &mut needed {
            access.set("ssm:Recursive", recursive.as_str());
        }
    }
    Some(needed)
}

/// A name may end with `:VERSION` or `:LABEL`, which is no part of the ARN.
fn without_version(arn: String) -> String {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or("");
    match resource.split_once(':') {
        Some((_, version)) => arn[..arn.len() - version.len() - 1].to_owned(),
        None => arn,
    }
}
