//! Checks an input against its shape: the types, then the limits.

use regex_lite::Regex;
use serde_json::{Number, Value};

use super::Model;
use super::shape::{Shape, Type};
use super::style::{Style, Violation};
use crate::aws::error::AwsError;

/// Checks the types of a JSON input.
///
/// # Errors
/// `SerializationException` in the words of AWS's JSON protocol for a value of the wrong type.
pub(super) fn types(model: &Model, shape: &Shape, value: &Value) -> Result<(), AwsError> {
    check_type(shape.r#type, value)?;
    match value {
        Value::Array(items) if shape.r#type == Type::List => items
            .iter()
            .try_for_each(|item| referred(model, &shape.of, item)),
        Value::Object(members) if shape.r#type == Type::Map => members
            .values()
            .try_for_each(|item| referred(model, &shape.values, item)),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            let reference = shape.members.get(name);
            reference.map_or(Ok(()), |reference| referred(model, reference, value))
        }),
        _ => Ok(()),
    }
}

fn referred(model: &Model, reference: &str, value: &Value) -> Result<(), AwsError> {
    match (model.shape(reference), Type::named(reference)) {
        (Some(shape), _) => types(model, shape, value),
        (None, Some(named)) => check_type(named, value),
        (None, None) => Ok(()),
    }
}

fn check_type(wanted: Type, value: &Value) -> Result<(), AwsError> {
    let refused = |message: String| Err(AwsError::new("SerializationException", message));
    let cannot = |found: &str| refused(format!("{found} can not be converted to {}", name(wanted)));
    match (wanted, value) {
        (Type::Integer, Value::Number(number)) if is_beyond_32_bits(number) => {
            cannot("NUMBER_VALUE")
        }
        (_, Value::Null)
        | (Type::Structure | Type::Map, Value::Object(_))
        | (Type::List, Value::Array(_))
        | (Type::String | Type::Blob | Type::Timestamp, Value::String(_))
        | (Type::Boolean, Value::Bool(_))
        | (
            Type::Integer | Type::Long | Type::Float | Type::Double | Type::Timestamp,
            Value::Number(_),
        ) => Ok(()),
        (_, Value::Object(_)) => {
            refused("Start of structure or map found where not expected.".to_owned())
        }
        (_, Value::Array(_)) => refused("Start of list found where not expected".to_owned()),
        (Type::Structure | Type::Map | Type::List, _) => {
            refused("Unexpected token received from parser".to_owned())
        }
        (_, Value::String(_)) => cannot("STRING_VALUE"),
        (_, Value::Number(_)) => cannot("NUMBER_VALUE"),
        (_, Value::Bool(true)) => cannot("TRUE_VALUE"),
        (_, Value::Bool(false)) => cannot("FALSE_VALUE"),
    }
}

/// Whether a number does not fit into AWS's integers.
fn is_beyond_32_bits(number: &Number) -> bool {
    let bounds = f64::from(i32::MIN)..=f64::from(i32::MAX);
    number
        .as_f64()
        .is_some_and(|number| !bounds.contains(&number))
}

fn name(wanted: Type) -> &'static str {
    match wanted {
        Type::Integer => "an Integer",
        Type::Long => "a Long",
        Type::Float => "a Float",
        Type::Double => "a Double",
        Type::Boolean => "a Boolean",
        Type::Timestamp => "milliseconds since epoch",
        Type::Blob => "a Blob",
        Type::String | Type::Structure | Type::List | Type::Map => "a String",
    }
}

/// Checks lengths, ranges, patterns, enums and required members.
///
/// # Errors
/// One error that lists all violations, as AWS does.
pub(super) fn limits(
    model: &Model,
    shape: &Shape,
    value: &Value,
    style: &Style,
) -> Result<(), AwsError> {
    let mut found = Vec::new();
    Check { model, style }.structure(shape, value, "", &mut found);
    if found.is_empty() {
        return Ok(());
    }
    Err(style.error(&found))
}

struct Check<'a> {
    model: &'a Model,
    style: &'a Style,
}

impl Check<'_> {
    fn structure(&self, shape: &Shape, value: &Value, path: &str, found: &mut Vec<Violation>) {
        let below = |name: &str| match path {
            "" => lower(name),
            _ => format!("{path}.{}", lower(name)),
        };
        for name in &shape.required {
            if value.get(name).is_none_or(Value::is_null) {
                found.push(Violation {
                    path: below(name),
                    value: Value::Null,
                    constraint: "Member must not be null".to_owned(),
                });
            }
        }
        for (name, value) in value.as_object().into_iter().flatten() {
            let reference = shape.members.get(name);
            if let Some(shape) = reference.and_then(|reference| self.model.shape(reference)) {
                self.value(shape, value, &below(name), found);
            }
        }
    }

    fn value(&self, shape: &Shape, value: &Value, path: &str, found: &mut Vec<Violation>) {
        match (shape.r#type, value) {
            (Type::Structure, Value::Object(_)) => self.structure(shape, value, path, found),
            (Type::List, Value::Array(items)) => self.list(shape, value, items, path, found),
            (_, Value::Null) | (Type::List | Type::Structure, _) => {}
            _ => found.extend(
                self.broken(shape, value)
                    .into_iter()
                    .next()
                    .map(|constraint| Violation {
                        path: path.to_owned(),
                        value: value.clone(),
                        constraint,
                    }),
            ),
        }
    }

    fn list(
        &self,
        shape: &Shape,
        value: &Value,
        items: &[Value],
        path: &str,
        found: &mut Vec<Violation>,
    ) {
        let mut broken = self.broken(shape, value);
        let Some(of) = self.model.shape(&shape.of) else {
            return found.extend(violation(path, value, broken.pop()));
        };
        if of.r#type == Type::Structure || of.r#type == Type::List {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}.{}.member", index + 1);
                self.value(of, item, &path, found);
            }
        } else if items.iter().any(|item| !self.broken(of, item).is_empty()) {
            let all = self.all(of).join(", ");
            broken.push(format!("Member must satisfy constraint: [{all}]"));
        }
        found.extend(violation(path, value, broken.into_iter().next()));
    }

    /// The constraints of a shape that a value breaks.
    fn broken(&self, shape: &Shape, value: &Value) -> Vec<String> {
        let size = size(shape.r#type, value);
        let mut broken = Vec::new();
        if shape.min.zip(size).is_some_and(|(min, size)| size < min) {
            broken.extend(least(shape));
        }
        if shape.max.zip(size).is_some_and(|(max, size)| size > max) {
            broken.extend(most(shape));
        }
        let Some(text) = value.as_str() else {
            return broken;
        };
        if let Some(allowed) = &shape.r#enum
            && !allowed.iter().any(|one| one == text)
        {
            broken.push(enumeration(allowed));
        }
        if let Some(pattern) = &shape.pattern
            && !matches(pattern, text)
        {
            broken.push(self.style.pattern(pattern));
        }
        broken
    }

    /// All constraints of a shape.
    fn all(&self, shape: &Shape) -> Vec<String> {
        let pattern = shape.pattern.as_ref();
        let parts = [
            most(shape),
            least(shape),
            pattern.map(|pattern| self.style.pattern(pattern)),
            shape.r#enum.as_ref().map(|allowed| enumeration(allowed)),
        ];
        parts.into_iter().flatten().collect()
    }
}

fn least(shape: &Shape) -> Option<String> {
    let of = measure(shape.r#type);
    let min = shape.min?;
    Some(format!(
        "Member must have {of} greater than or equal to {min}"
    ))
}

fn most(shape: &Shape) -> Option<String> {
    let of = measure(shape.r#type);
    let max = shape.max?;
    Some(format!("Member must have {of} less than or equal to {max}"))
}

fn violation(path: &str, value: &Value, constraint: Option<String>) -> Option<Violation> {
    constraint.map(|constraint| Violation {
        path: path.to_owned(),
        value: value.clone(),
        constraint,
    })
}

fn enumeration(allowed: &[String]) -> String {
    let allowed = allowed.join(", ");
    format!("Member must satisfy enum value set: [{allowed}]")
}

/// What the limits of a type are about.
fn measure(of: Type) -> &'static str {
    match of {
        Type::String | Type::List | Type::Map | Type::Blob => "length",
        _ => "value",
    }
}

/// The length or the number that limits apply to. In the Query protocol a number is a text.
fn size(of: Type, value: &Value) -> Option<f64> {
    let count = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    match (of, value) {
        (Type::String, Value::String(text)) => Some(count(text.chars().count())),
        (Type::List, Value::Array(items)) => Some(count(items.len())),
        (Type::Map, Value::Object(members)) => Some(count(members.len())),
        (Type::Integer | Type::Long | Type::Float | Type::Double, Value::Number(number)) => {
            number.as_f64()
        }
        (Type::Integer | Type::Long | Type::Float | Type::Double, Value::String(text)) => {
            text.parse().ok()
        }
        _ => None,
    }
}

/// Whether the whole text matches. A pattern with signs that this machine's expressions do not have
/// is not checked.
fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).map_or(true, |regex| regex.is_match(text))
}

/// The name of a member as AWS's sentences spell it: `stackName`.
fn lower(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::admit;
    use super::*;
    use crate::aws::Protocol;

    const QUERY: Protocol = Protocol::Query("");

    fn refused(service: &str, protocol: Protocol, action: &str, input: Value) -> AwsError {
        admit(service, protocol, action, input).unwrap_err()
    }

    #[test]
    fn a_value_outside_its_limits_is_refused_in_the_words_of_its_service() {
        let cases = [
            (
                "cloudformation",
                QUERY,
                "DeleteStack",
                json!({}),
                "ValidationError",
                "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null",
            ),
            (
                "ssm",
                Protocol::Json,
                "DescribeParameters",
                json!({"MaxResults": 0}),
                "ValidationException",
                "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
            ),
            (
                "ssm",
                Protocol::Json,
                "GetParameters",
                json!({"Names": []}),
                "ValidationException",
                "1 validation error detected: Value '[]' at 'names' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ),
            (
                "ssm",
                Protocol::Json,
                "PutParameter",
                json!({"Name": "/a", "Value": "x", "Type": "Number"}),
                "ValidationException",
                "1 validation error detected: Value 'Number' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [String, StringList, SecureString]",
            ),
            (
                "logs",
                Protocol::Json,
                "GetLogEvents",
                json!({"logStreamName": "a:b", "logGroupName": ""}),
                "InvalidParameterException",
                "2 validation errors detected: Value '' at 'logGroupName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value 'a:b' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*",
            ),
            (
                "ecr",
                Protocol::Json,
                "DescribeImages",
                json!({"repositoryName": "Abc"}),
                "InvalidParameterException",
                "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*''",
            ),
        ];
        for (service, protocol, action, input, code, message) in cases {
            let err = refused(service, protocol, action, input);
            assert_eq!((err.code.as_str(), err.message.as_str()), (code, message));
        }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_an_error_of_serialization() {
        for (input, message) in [
            (
                json!({"Name": 1}),
                "NUMBER_VALUE can not be converted to a String",
            ),
            (
                json!({"Name": ["a"]}),
                "Start of list found where not expected",
            ),
            (
                json!({"Name": "a", "WithDecryption": "true"}),
                "STRING_VALUE can not be converted to a Boolean",
            ),
            (json!("text"), "Unexpected token received from parser"),
        ] {
            let err = refused("ssm", Protocol::Json, "GetParameter", input);
            assert_eq!(err, AwsError::new("SerializationException", message));
        }
    }

    #[test]
    fn an_integer_has_32_bits() {
        for number in [i64::from(i32::MAX) + 1, i64::MIN] {
            let input = json!({"MaxResults": number});
            let err = refused("ssm", Protocol::Json, "DescribeParameters", input);
            let message = "NUMBER_VALUE can not be converted to an Integer";
            assert_eq!(err, AwsError::new("SerializationException", message));
        }
    }

    #[test]
    fn an_action_that_aws_does_not_have_is_unknown() {
        let err = refused("ssm", Protocol::Json, "GetParametre", json!({}));
        assert_eq!(err.code, "UnknownOperationException");
        let err = refused("sts", QUERY, "GetCaller", json!({}));
        assert_eq!(
            err.message,
            "Could not find operation GetCaller for version 2011-06-15"
        );
        let err = refused("ec2", QUERY, "DescribeVpc", json!({}));
        assert_eq!(
            err.message,
            "The action DescribeVpc is not valid for this web service."
        );
    }
}
