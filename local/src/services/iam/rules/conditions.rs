//! The conditions of a statement.

use serde_json::Value;

/// The operators, without `…IfExists` and `ForAllValues:`.
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

/// Checks the element `Condition`.
///
/// # Errors
/// IAM's sentence.
pub(super) fn check(conditions: &Value) -> Result<(), String> {
    let Value::Object(conditions) = conditions else {
        return Err("Syntax errors in policy.".into());
    };
    for (operator, keys) in conditions {
        let plain = ["ForAllValues:", "ForAnyValue:"]
            .into_iter()
            .find_map(|prefix| operator.strip_prefix(prefix));
        let plain = plain.unwrap_or(operator);
        let plain = plain.strip_suffix("IfExists").unwrap_or(plain);
        if !OPERATORS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(plain))
        {
            return Err(format!("Invalid Condition type : {operator}."));
        }
        let Value::Object(keys) = keys else {
            return Err("Syntax errors in policy.".into());
        };
        for (key, value) in keys {
            check_key(key, value)?;
        }
    }
    Ok(())
}

fn check_key(key: &str, value: &Value) -> Result<(), String> {
    if !key.contains(':') {
        return Err(
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".into(),
        );
    }
    let is_scalar = |value: &Value| value.is_string() || value.is_boolean() || value.is_number();
    let fits = match value {
        Value::Array(values) => !values.is_empty() && values.iter().all(is_scalar),
        other => is_scalar(other),
    };
    if fits {
        Ok(())
    } else {
        Err("Syntax errors in policy.".into())
    }
}
