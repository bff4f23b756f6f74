//! The text of a template as a JSON value: YAML or JSON, with short and long function names.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, Tag, YamlData};
use serde_json::{Map, Number, Value, json};

use super::error::format_error;
use crate::aws::{AwsError, json};

/// More than any real template needs, and small enough for the stack of a thread.
const DEEPEST: usize = 64;

/// Parses a template. Intrinsic functions are converted to their long form (`{"Fn::Sub": …}`).
///
/// # Errors
/// `ValidationError` with the line if the text is not YAML or JSON.
pub(super) fn read(body: &str) -> Result<Value, AwsError> {
    if nesting(body) > DEEPEST {
        return Err(format_error(&format!(
            "the template is nested more than {DEEPEST} deep."
        )));
    }
    let documents = MarkedYaml::load_from_str(body).map_err(|err| {
        let marker = err.marker();
        format_error(&format!(
            "YAML not well-formed. (line {}, column {}): {}",
            marker.line(),
            marker.col() + 1,
            err.info()
        ))
    })?;
    let document = documents
        .into_iter()
        .next()
        .ok_or_else(|| format_error("the template is empty."))?;
    convert(document)
}

/// An upper bound for the nesting of `text`: it counts brackets in the flow style, and indentation
/// and dashes in the block style. This keeps the recursive parser from overflowing the stack.
fn nesting(text: &str) -> usize {
    let mut deepest_flow = 0_usize;
    let mut flow = 0_usize;
    for character in text.chars() {
        match character {
            '[' | '{' => flow += 1,
            ']' | '}' => flow = flow.saturating_sub(1),
            _ => {}
        }
        deepest_flow = deepest_flow.max(flow);
    }
    let block = text
        .lines()
        .map(|line| {
            let indent = line.len() - line.trim_start_matches([' ', '-', '?']).len();
            indent / 2 + 1
        })
        .max()
        .unwrap_or(0);
    deepest_flow.max(block)
}

fn convert(node: MarkedYaml<'_>) -> Result<Value, AwsError> {
    let line = node.span.start.line();
    match node.data {
        YamlData::Value(scalar) => Ok(convert_scalar(scalar)),
        YamlData::Sequence(items) => items.into_iter().map(convert).collect(),
        YamlData::Mapping(members) => members
            .into_iter()
            .map(|(key, value)| {
                let key = convert(key)?;
                if key.is_object() || key.is_array() {
                    return Err(format_error(&format!(
                        "YAML not well-formed. (line {line}): a key must be a string"
                    )));
                }
                Ok((json::text(&key), convert(value)?))
            })
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        YamlData::Tagged(tag, value) => function(&tag, convert(*value)?, line),
        YamlData::Representation(text, _, tag) => match tag {
            Some(tag) => function(&tag, Value::String(text.into_owned()), line),
            None => Ok(Value::String(text.into_owned())),
        },
        YamlData::Alias(_) | YamlData::BadValue => Err(format_error(&format!(
            "YAML not well-formed. (line {line}): a value that cannot be read"
        ))),
    }
}

fn convert_scalar(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(flag) => flag.into(),
        Scalar::Integer(number) => number.into(),
        Scalar::FloatingPoint(number) => Number::from_f64(number.into_inner())
            .map_or_else(|| number.to_string().into(), Value::Number),
        Scalar::String(text) => text.into_owned().into(),
    }
}

/// The long form of a short tag: `!GetAtt A.B` becomes `{"Fn::GetAtt": ["A", "B"]}`.
fn function(tag: &Tag, argument: Value, line: usize) -> Result<Value, AwsError> {
    let name = tag.suffix.as_str();
    if tag.handle != "!" {
        return Ok(argument);
    }
    match name {
        "Ref" | "Condition" => Ok(json!({ name: argument })),
        "GetAtt" => Ok(json!({"Fn::GetAtt": attribute_path(argument)})),
        "Base64" | "Cidr" | "And" | "Equals" | "If" | "Not" | "Or" | "FindInMap" | "GetAZs"
        | "GetStackOutput" | "ImportValue" | "Join" | "Length" | "Select" | "Split" | "Sub"
        | "ToJsonString" | "Contains" | "EachMemberEquals" | "EachMemberIn" | "RefAll"
        | "ValueOf" | "ValueOfAll" => Ok(json!({ format!("Fn::{name}"): argument })),
        _ => Err(format_error(&format!(
            "unsupported tag !{name} (line {line})."
        ))),
    }
}

/// `"A.B.C"` as `["A", "B.C"]`; a list stays a list.
fn attribute_path(argument: Value) -> Value {
    match argument {
        Value::String(path) => match path.split_once('.') {
            Some((resource, attribute)) => json!([resource, attribute]),
            None => json!([path]),
        },
        list => list,
    }
}
