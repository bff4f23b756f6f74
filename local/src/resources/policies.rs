//! What rules ask of the policy of a resource.

use serde_json::Value;

use super::subject::{Subject, text};
use crate::aws::ACCOUNT;

/// The statements of a policy, which is a document or its text.
pub(crate) fn statements(document: &Value) -> Vec<Value> {
    let read = match document {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        other => other.clone(),
    };
    match read.get("Statement") {
        Some(Value::Array(all)) => all.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    }
}

/// The texts of a member that is a text or a list of them.
pub(crate) fn words<'a>(value: &'a Value, path: &str) -> Vec<&'a str> {
    let found = path
        .split('/')
        .try_fold(value, |value, name| value.get(name));
    match found {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    }
}

/// Whom a statement names by ARN or account, and `*` for everybody.
pub(crate) fn principals(statement: &Value) -> Vec<&str> {
    let all = words(statement, "Principal");
    all.into_iter()
        .chain(words(statement, "Principal/AWS"))
        .collect()
}

/// Whether a statement admits everybody without a condition.
pub(crate) fn is_open(statement: &Value) -> bool {
    text(statement, "Effect") == Some("Allow")
        && principals(statement).contains(&"*")
        && statement.get("Condition").is_none()
}

/// A principal that is a role of the account which does not exist.
pub(crate) fn missing_role<'a>(subject: &Subject<'_>, statements: &'a [Value]) -> Option<&'a str> {
    let own = format!(":iam::{ACCOUNT}:role/");
    let is_missing = |principal: &&str| {
        principal.split_once(&own).is_some_and(|(_, path)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            subject.find("AWS::IAM::Role", name).is_none()
        })
    };
    statements.iter().flat_map(principals).find(is_missing)
}
