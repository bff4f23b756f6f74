//! `Condition`.
//!
//! Source of the operators:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

use serde_json::Value;

use super::parse::SYNTAX;
use super::value;

/// One key of a condition, with the values that are compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) comparison: Comparison,
    /// `Not…`: the condition holds if no value fits.
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

/// How a key with several values is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    ForAllValues,
    ForAnyValue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    StringEquals,
    StringEqualsIgnoreCase,
    StringLike,
    NumericEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    Arn,
    Null,
}

/// The operators of the language: the comparison, and whether it is negated.
fn operator(name: &str) -> Option<(Comparison, bool)> {
    use Comparison as C;
    Some(match name {
        "StringEquals" => (C::StringEquals, false),
        "StringNotEquals" => (C::StringEquals, true),
        "StringEqualsIgnoreCase" => (C::StringEqualsIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (C::StringEqualsIgnoreCase, true),
        "StringLike" => (C::StringLike, false),
        "StringNotLike" => (C::StringLike, true),
        "NumericEquals" => (C::NumericEquals, false),
        "NumericNotEquals" => (C::NumericEquals, true),
        "NumericLessThan" => (C::NumericLessThan, false),
        "NumericLessThanEquals" => (C::NumericLessThanEquals, false),
        "NumericGreaterThan" => (C::NumericGreaterThan, false),
        "NumericGreaterThanEquals" => (C::NumericGreaterThanEquals, false),
        "DateEquals" => (C::DateEquals, false),
        "DateNotEquals" => (C::DateEquals, true),
        "DateLessThan" => (C::DateLessThan, false),
        "DateLessThanEquals" => (C::DateLessThanEquals, false),
        "DateGreaterThan" => (C::DateGreaterThan, false),
        "DateGreaterThanEquals" => (C::DateGreaterThanEquals, false),
        "Bool" => (C::Bool, false),
        "BinaryEquals" => (C::BinaryEquals, false),
        "IpAddress" => (C::IpAddress, false),
        "NotIpAddress" => (C::IpAddress, true),
        "ArnEquals" | "ArnLike" => (C::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (C::Arn, true),
        "Null" => (C::Null, false),
        _ => return None,
    })
}

pub(super) fn read(block: Option<&Value>) -> Result<Vec<Condition>, String> {
    let Some(block) = block else {
        return Ok(Vec::new());
    };
    let mut conditions = Vec::new();
    for (name, keys) in block.as_object().ok_or(SYNTAX)? {
        let (quantifier, rest) = quantifier(name);
        let (rest, if_exists) = match rest.strip_suffix("IfExists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (comparison, negated) = operator(rest).ok_or(SYNTAX)?;
        if comparison == Comparison::Null && if_exists {
            return Err(SYNTAX.into());
        }
        for (key, values) in keys.as_object().ok_or(SYNTAX)? {
            let values = self::values(values)?;
            values
                .iter()
                .try_for_each(|value| value::check(comparison, value))?;
            conditions.push(Condition {
                quantifier,
                comparison,
                negated,
                if_exists,
                key: key.clone(),
                values,
            });
        }
    }
    Ok(conditions)
}

fn quantifier(name: &str) -> (Option<Quantifier>, &str) {
    if let Some(rest) = name.strip_prefix("ForAllValues:") {
        (Some(Quantifier::ForAllValues), rest)
    } else if let Some(rest) = name.strip_prefix("ForAnyValue:") {
        (Some(Quantifier::ForAnyValue), rest)
    } else {
        (None, name)
    }
}

/// One scalar or a list of scalars. IAM takes numbers and booleans as text.
fn values(values: &Value) -> Result<Vec<String>, String> {
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(SYNTAX.to_owned()),
    };
    match values {
        Value::Array(values) => values.iter().map(text).collect(),
        one => Ok(vec![text(one)?]),
    }
}
