//! The words of AWS's validator, which is <https://github.com/everit-org/json-schema>. CloudFormation
//! leaves out what could tell a value: <https://github.com/aws-cloudformation/cloudformation-resource-schema/pull/40>.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use super::finding::{Finding, Problem};
use super::keywords::MISSING;

/// The first of the two lines about a value that is not one of those listed.
pub(super) const ONE_OF_TWO: &str = "#: only 1 subschema matches out of 2";

/// What `error` says, as AWS says it. An error that is not `known` to be one says nothing.
pub(super) fn findings(
    error: &ValidationError<'_>,
    known: &dyn Fn(&ValidationError<'_>) -> bool,
) -> Vec<Finding> {
    let pointer = error.instance_path().as_str();
    let one = |problem| vec![Finding::new(pointer, problem)];
    match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context }
            if let Some(errors) = meant(context, pointer) =>
        {
            errors
                .iter()
                .flat_map(|error| findings(error, known))
                .collect()
        }
        _ if !known(error) => Vec::new(),
        Kind::AdditionalProperties { unexpected } => {
            let problems = unexpected.iter().cloned().map(Problem::Unsupported);
            problems
                .map(|problem| Finding::new(pointer, problem))
                .collect()
        }
        Kind::Required { property }
            if error.schema_path().as_str().contains("/dependentRequired") =>
        {
            one(schema(format!("property [{}] is required", text(property))))
        }
        Kind::Required { property } => one(Problem::Required(text(property))),
        Kind::Custom { message, .. } => {
            let code = if message.starts_with(MISSING) {
                "MissingParameter"
            } else {
                "InvalidParameterCombination"
            };
            one(Problem::Service(code, message.clone()))
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            one(alternatives(error, context))
        }
        kind => one(Problem::Schema(texts(kind, error.instance()))),
    }
}

fn schema(text: String) -> Problem {
    Problem::Schema(vec![text])
}

/// The errors of the only alternative that has the type of the value, if it is the only one.
fn meant<'a>(
    context: &'a [Vec<ValidationError<'static>>],
    pointer: &str,
) -> Option<&'a [ValidationError<'static>]> {
    let of_type = |errors: &&Vec<ValidationError<'static>>| {
        !errors.iter().any(|error| {
            matches!(error.kind(), Kind::Type { .. }) && error.instance_path().as_str() == pointer
        })
    };
    let mut fitting = context.iter().filter(of_type);
    let only = fitting.next()?;
    (fitting.next().is_none() && context.len() > 1).then_some(only.as_slice())
}

fn alternatives(error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>]) -> Problem {
    let first = match error.kind() {
        Kind::OneOfNotValid { .. } => "#: 0 subschemas matched instead of one".to_owned(),
        _ => no_alternative(context.len()),
    };
    let of_branches = context
        .iter()
        .flatten()
        .flat_map(|error| findings(error, &|_| true));
    let lines = of_branches.flat_map(|finding| finding.lines());
    let lines = lines.map(|line| line.strip_prefix("#: ").map_or(line.clone(), str::to_owned));
    Problem::Schema(std::iter::once(first).chain(lines).collect())
}

fn no_alternative(count: usize) -> String {
    format!("#: no subschema matched out of the total {count} subschemas")
}

fn texts(kind: &Kind, value: &Value) -> Vec<String> {
    let text = match kind {
        Kind::Type { kind } => return types(kind, value),
        // A type and an enumeration are two schemas to AWS's validator.
        Kind::Enum { .. } => {
            return vec![
                ONE_OF_TWO.to_owned(),
                "failed validation constraint for keyword [enum]".to_owned(),
            ];
        }
        Kind::MinLength { limit } => {
            format!("expected minLength: {limit}, actual: {}", size(value))
        }
        Kind::MaxLength { limit } => {
            format!("expected maxLength: {limit}, actual: {}", size(value))
        }
        Kind::MinItems { limit } => {
            format!(
                "expected minimum item count: {limit}, found: {}",
                size(value)
            )
        }
        Kind::MaxItems { limit } => {
            format!(
                "expected maximum item count: {limit}, found: {}",
                size(value)
            )
        }
        Kind::MinProperties { limit } => {
            format!("minimum size: [{limit}], found: [{}]", size(value))
        }
        Kind::MaxProperties { limit } => {
            format!("maximum size: [{limit}], found: [{}]", size(value))
        }
        Kind::UniqueItems => "array items are not unique".to_owned(),
        Kind::OneOfMultipleValid { context } => {
            let matching = context.iter().filter(|errors| errors.is_empty()).count();
            format!("#: {matching} subschemas matched instead of one")
        }
        kind => format!(
            "failed validation constraint for keyword [{}]",
            kind.keyword()
        ),
    };
    vec![text]
}

fn types(kind: &TypeKind, value: &Value) -> Vec<String> {
    let expected =
        |name: &str| format!("expected type: {}, found: {}", shown(name), name_of(value));
    match kind {
        TypeKind::Single(name) => vec![expected(&name.to_string())],
        TypeKind::Multiple(names) => {
            let each: Vec<_> = names
                .iter()
                .map(|name| expected(&name.to_string()))
                .collect();
            std::iter::once(no_alternative(each.len()))
                .chain(each)
                .collect()
        }
    }
}

fn shown(json_type: &str) -> &str {
    match json_type {
        "string" => "String",
        "integer" => "Integer",
        "number" => "Number",
        "boolean" => "Boolean",
        "array" => "JSONArray",
        "object" => "JSONObject",
        other => other,
    }
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "Null",
        Value::Bool(_) => "Boolean",
        Value::Number(number) if number.is_f64() => "Double",
        Value::Number(_) => "Integer",
        Value::String(_) => "String",
        Value::Array(_) => "JSONArray",
        Value::Object(_) => "JSONObject",
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
