//! `Fn::Length` and `Fn::ToJsonString`, which need the transform `AWS::LanguageExtensions`.

use serde_json::Value;

use super::scope::{Resolved, Scope, limit};
use crate::cloudformation::template::LANGUAGE_EXTENSIONS;

pub(super) fn length(scope: &Scope<'_>, argument: &Value) -> Resolved {
    declared(scope, "Fn::Length")?;
    Ok(Some(scope.list(argument)?.len().into()))
}

pub(super) fn to_json_string(scope: &Scope<'_>, argument: &Value) -> Resolved {
    declared(scope, "Fn::ToJsonString")?;
    match scope.resolve(argument)? {
        Some(value @ (Value::Object(_) | Value::Array(_))) => {
            let text = value.to_string();
            limit(&text)?;
            Ok(Some(text.into()))
        }
        _ => Err(
            "Template error: every Fn::ToJsonString object requires an object or an array".into(),
        ),
    }
}

fn declared(scope: &Scope<'_>, name: &str) -> Result<(), String> {
    let transforms = &scope.template.transforms;
    if transforms.iter().any(|known| known == LANGUAGE_EXTENSIONS) {
        return Ok(());
    }
    Err(format!(
        "Template error: {name} needs the transform {LANGUAGE_EXTENSIONS}, which the template does not declare"
    ))
}
