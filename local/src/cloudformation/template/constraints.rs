//! The constraints that a parameter declares for its value.

use serde_json::Value;

use super::parameter_type::ParameterType;
use crate::aws::{AwsError, json, matches_whole};

/// Checks the value of the parameter `name` against its declaration.
///
/// # Errors
/// `ValidationError` with AWS's message or the template's own (`ConstraintDescription`).
pub(super) fn check_constraints(
    name: &str,
    declaration: &Value,
    value: &str,
) -> Result<(), AwsError> {
    let declared = ParameterType::of(declaration);
    let items: Vec<&str> = if declared.is_list() && !declared.is_ssm {
        value.split(',').map(str::trim).collect()
    } else {
        vec![value]
    };
    for item in items {
        check_item(name, declaration, declared, item)?;
    }
    Ok(())
}

/// Checks a value, or each value of a list.
fn check_item(
    name: &str,
    declaration: &Value,
    declared: ParameterType<'_>,
    value: &str,
) -> Result<(), AwsError> {
    let failed = |constraint: String| {
        let described = json::member(declaration, "ConstraintDescription");
        let why = described.map_or(constraint, |text| {
            format!("failed to satisfy constraint: {text}")
        });
        Err(AwsError::validation(format!("Parameter '{name}' {why}")))
    };
    if let Some(Value::Array(allowed)) = declaration.get("AllowedValues")
        && !allowed.iter().any(|one| json::text(one) == value)
    {
        return failed("must be one of AllowedValues".into());
    }
    if let Some(pattern) = json::member(declaration, "AllowedPattern") {
        let matches = matches_whole(pattern, value).map_err(|err| {
            AwsError::validation(format!("Template format error: Parameter {name} AllowedPattern is not a valid regular expression: {err}"))
        })?;
        if !matches {
            return failed(format!("must match pattern {pattern}"));
        }
    }
    let length = value.chars().count() as u64;
    if json::number(declaration, "MinLength").is_some_and(|least| length < least) {
        let least = json::text(&declaration["MinLength"]);
        return failed(format!("must contain at least {least} characters"));
    }
    if json::number(declaration, "MaxLength").is_some_and(|most| length > most) {
        let most = json::text(&declaration["MaxLength"]);
        return failed(format!("must contain at most {most} characters"));
    }
    if declared.item() == "Number" && !declared.is_ssm {
        return number_problem(declaration, value).map_or(Ok(()), failed);
    }
    Ok(())
}

/// The constraint of a number that `value` violates, if there is one.
fn number_problem(declaration: &Value, value: &str) -> Option<String> {
    let Ok(number) = value.parse::<f64>() else {
        return Some("must be a number".into());
    };
    let bound = |name: &str| {
        let text = json::text(declaration.get(name)?);
        Some((text.parse::<f64>().ok()?, text))
    };
    if let Some((_, text)) = bound("MinValue").filter(|(least, _)| number < *least) {
        return Some(format!("must be a number not less than {text}"));
    }
    if let Some((_, text)) = bound("MaxValue").filter(|(most, _)| number > *most) {
        return Some(format!("must be a number not greater than {text}"));
    }
    None
}
