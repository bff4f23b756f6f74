//! `Fn::Join`, `Fn::Split`, `Fn::Select` and `Fn::Base64`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::scope::{Resolved, Scope, limit};
use crate::aws::{KNOWN_AFTER_APPLY, json};
use crate::cloudformation::template::calls;

const JOIN: &str = "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.";

pub(super) fn join(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let Some([delimiter, list]) = argument.as_array().map(Vec::as_slice) else {
        return Err(JOIN.into());
    };
    let delimiter = scope.text(delimiter)?;
    let list = scope.list(list)?;
    if list.iter().any(|part| part.is_array() || part.is_object()) {
        return Err(JOIN.into());
    }
    let parts: Vec<String> = list.iter().map(json::text).collect();
    let joined = parts.join(&delimiter);
    limit(&joined)?;
    Ok(Some(joined.into()))
}

pub(super) fn split(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let Some([delimiter, text]) = argument.as_array().map(Vec::as_slice) else {
        return Err("Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split".into());
    };
    let delimiter = scope.text(delimiter)?;
    if delimiter.is_empty() {
        return Err("Template error: Fn::Split needs a delimiter that is not empty".into());
    }
    let text = scope.text(text)?;
    Ok(Some(text.split(&delimiter).map(Value::from).collect()))
}

pub(super) fn select(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let wrong = || {
        "Template error: every Fn::Select object requires two parameters, the index and the list"
            .to_owned()
    };
    let Some([index, list]) = argument.as_array().map(Vec::as_slice) else {
        return Err(wrong());
    };
    let index: usize = scope.text(index)?.parse().map_err(|_| wrong())?;
    // The zones are those of the account at the time:
    // https://github.com/aws-samples/1click-hpc/issues/1 fails at its resource.
    let is_late = scope.inputs.planning && calls(list, &["Fn::GetAZs"]);
    let list = scope.list(list)?;
    if let [Value::String(only)] = list.as_slice()
        && only.contains(KNOWN_AFTER_APPLY)
    {
        return Ok(Some(KNOWN_AFTER_APPLY.into()));
    }
    if is_late && index >= list.len() {
        return Ok(Some(KNOWN_AFTER_APPLY.into()));
    }
    list.get(index).cloned().map(Some).ok_or_else(|| {
        format!("Template error: Fn::Select cannot select nonexistent value at index {index}")
    })
}

pub(super) fn base64(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let text = scope.text(argument)?;
    Ok(Some(STANDARD.encode(text).into()))
}
