//! The shapes of the arguments of single functions.

use serde_json::Value;

use crate::aws::json;
use crate::cloudformation::template::document::Template;
use crate::cloudformation::template::references::{calls, references};
use crate::cloudformation::template::syntax::{Piece, sub_pieces};
use crate::cloudformation::template::transform::LANGUAGE_EXTENSIONS;

/// A path such as `A.Arn`, or a list of a name and an attribute.
pub(super) fn attribute(argument: &Value) -> Result<(), String> {
    let is_given = |part: &Value| part.as_str().is_none_or(|text| !text.is_empty());
    let is_path = match argument {
        Value::String(path) => path
            .split_once('.')
            .is_some_and(|(name, attribute)| !name.is_empty() && !attribute.is_empty()),
        Value::Array(path) => match path.as_slice() {
            [Value::String(name), attribute] => !name.is_empty() && is_given(attribute),
            _ => false,
        },
        _ => false,
    };
    if is_path {
        return Ok(());
    }
    Err("every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute".into())
}

pub(super) fn selection(list: Option<&[Value]>) -> Result<(), String> {
    let Some([index, items]) = list else {
        return Err(
            "Fn::Select requires a list argument with two elements: an integer index and a list"
                .into(),
        );
    };
    if index.is_object() {
        return Ok(());
    }
    let number: usize = json::text(index).parse().map_err(|_| {
        "Fn::Select requires a list argument with a valid index value as its first element"
            .to_owned()
    })?;
    // The report of a list that is too short: https://github.com/aws-quickstart/quickstart-datastax/issues/14.
    let known = items.as_array().map(Vec::len);
    if known.is_some_and(|length| number >= length) {
        return Err(format!(
            "Fn::Select cannot select nonexistent value at index {number}"
        ));
    }
    Ok(())
}

pub(super) fn mapping(template: &Template, list: Option<&[Value]>) -> Result<(), String> {
    let extended = is_extended(template);
    let (map, top, second, has_default) = match list {
        Some([map, top, second]) => (map, top, second, false),
        Some([map, top, second, _]) if extended => (map, top, second, true),
        _ => return Err("every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value".into()),
    };
    let Some(map) = map.as_str() else {
        return Ok(());
    };
    // The sentence is in the documentation of https://github.com/zalando-stups/senza.
    let Some(found) = template.mappings.get(map) else {
        if has_default {
            return Ok(());
        }
        return Err(format!(
            "Mapping named '{map}' is not present in the 'Mappings' section of template."
        ));
    };
    let (Some(top), Some(second)) = (top.as_str(), second.as_str()) else {
        return Ok(());
    };
    let is_there = found.get(top).and_then(|keys| keys.get(second)).is_some();
    if is_there || has_default {
        return Ok(());
    }
    Err(format!("Unable to get mapping for {map}::{top}::{second}"))
}

pub(super) fn is_extended(template: &Template) -> bool {
    let transforms = &template.transforms;
    transforms.iter().any(|name| name == LANGUAGE_EXTENSIONS)
}

/// The sentence about the condition: <https://github.com/aws/aws-cdk/issues/26560>.
pub(super) fn choice(template: &Template, list: Option<&[Value]>) -> Result<(), String> {
    let Some([Value::String(condition), ..]) = list else {
        return Err(
            "Fn::If requires a list argument with the first element being a condition".into(),
        );
    };
    if list.is_none_or(|list| list.len() != 3) {
        return Err("Fn::If requires a list argument with three elements".into());
    }
    if template.conditions.contains_key(condition) {
        return Ok(());
    }
    Err(format!(
        "unresolved condition dependency {condition} in Fn::If"
    ))
}

pub(super) fn substitution(argument: &Value) -> Result<(), String> {
    let text = match argument {
        Value::String(text) => text,
        Value::Array(list) => match list.as_slice() {
            [Value::String(text), Value::Object(_)] => text,
            _ => return Err(wrong_substitution()),
        },
        _ => return Err(wrong_substitution()),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.:".contains(c);
    for piece in sub_pieces(text) {
        if let Piece::Variable(name) = piece
            && (name.is_empty() || !name.chars().all(is_name))
        {
            return Err("variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons".into());
        }
    }
    Ok(())
}

fn wrong_substitution() -> String {
    "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string".into()
}

pub(super) fn import(template: &Template, argument: &Value) -> Result<(), String> {
    if argument.is_array() {
        return Err(
            "the attribute in Fn::ImportValue must be a string or a function that returns a string"
                .into(),
        );
    }
    let names = references(argument);
    let of_resource = names
        .iter()
        .any(|reference| template.resources.contains_key(&reference.name));
    if of_resource || calls(argument, &["Fn::ImportValue", "Fn::GetAZs"]) {
        return Err("the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs".into());
    }
    Ok(())
}
