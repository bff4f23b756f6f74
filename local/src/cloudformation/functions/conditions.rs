//! `Fn::If`, and the functions that are allowed only in conditions.

use serde_json::Value;

use super::scope::{Resolved, Scope};
use crate::cloudformation::template::single;

/// Whether the condition `name` of the template is true.
///
/// # Errors
/// One sentence if it does not exist or is not a condition.
pub(crate) fn condition(scope: &Scope<'_>, name: &str) -> Result<bool, String> {
    condition_at(scope, name, 0)
}

pub(super) fn choose(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let Some([Value::String(name), then, otherwise]) = argument.as_array().map(Vec::as_slice)
    else {
        return Err("Template error: Fn::If requires a list argument with the first element being a condition".into());
    };
    scope.resolve(if condition(scope, name)? {
        then
    } else {
        otherwise
    })
}

/// The error for a function that is allowed only in conditions.
pub(super) fn misplaced(name: &str) -> Resolved {
    Err(format!(
        "Template error: {name} can only be used in Conditions and Fn::If"
    ))
}

fn condition_at(scope: &Scope<'_>, name: &str, depth: usize) -> Result<bool, String> {
    let conditions = &scope.template.conditions;
    if depth > conditions.len() {
        return Err(format!(
            "Template error: the condition {name} refers to itself"
        ));
    }
    if let Some(known) = scope.decided.borrow().get(name) {
        return Ok(*known);
    }
    let body = conditions
        .get(name)
        .ok_or_else(|| format!("Template format error: Unresolved condition dependency {name}"))?;
    let holds = holds(scope, body, depth + 1)?;
    scope.decided.borrow_mut().insert(name.to_owned(), holds);
    Ok(holds)
}

fn holds(scope: &Scope<'_>, body: &Value, depth: usize) -> Result<bool, String> {
    let wrong = || format!("Template error: {body} is not a condition");
    let (name, argument) = body.as_object().and_then(single).ok_or_else(wrong)?;
    let list = || argument.as_array().map(Vec::as_slice).ok_or_else(wrong);
    match name {
        "Condition" => condition_at(scope, argument.as_str().ok_or_else(wrong)?, depth),
        "Fn::Equals" => match list()? {
            [left, right] => Ok(scope.text(left)? == scope.text(right)?),
            _ => Err(
                "Template error: every Fn::Equals object requires a list of 2 string parameters."
                    .into(),
            ),
        },
        "Fn::Not" => match list()? {
            [inner] => Ok(!holds(scope, inner, depth)?),
            _ => Err("Template error: every Fn::Not object requires a list of 1 condition.".into()),
        },
        "Fn::And" => list()?
            .iter()
            .try_fold(true, |all, inner| Ok(holds(scope, inner, depth)? && all)),
        "Fn::Or" => list()?
            .iter()
            .try_fold(false, |any, inner| Ok(holds(scope, inner, depth)? || any)),
        _ => Err(wrong()),
    }
}
