//! The arguments of functions, as far as they can be judged without values.
//!
//! The sentences are those of AWS: <https://github.com/eucalyptus/eucalyptus> repeats them
//! (`FunctionEvaluation.java`), unless a comment names another report.

mod shapes;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::shapes::{attribute, choice, import, is_extended, mapping, selection, substitution};
use super::document::Template;
use super::syntax::single;
use crate::aws::AwsError;

/// Checks the functions in the resources and outputs.
///
/// # Errors
/// `ValidationError` for the first function whose argument has the wrong shape, or that does not exist.
pub(super) fn check_arguments(template: &Template) -> Result<(), AwsError> {
    let definitions = template.resources.values();
    let properties = definitions.map(|definition| &definition.properties);
    for value in properties.chain(template.outputs.values()) {
        check(template, value).map_err(|sentence| error(&sentence))?;
    }
    Ok(())
}

pub(super) fn error(sentence: &str) -> AwsError {
    AwsError::validation(format!("Template error: {sentence}"))
}

/// Checks every function in `value`.
pub(super) fn check(template: &Template, value: &Value) -> Result<(), String> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| check(template, item)),
        Value::Object(members) => {
            if let Some((name, argument)) = single(members) {
                check_one(template, name, argument)?;
            }
            let mut members = members.values();
            members.try_for_each(|member| check(template, member))
        }
        _ => Ok(()),
    }
}

fn check_one(template: &Template, name: &str, argument: &Value) -> Result<(), String> {
    let list = argument.as_array().map(Vec::as_slice);
    match name {
        "Ref" if !argument.is_string() => {
            Err("every Ref object must have a single String value.".into())
        }
        "Fn::GetAtt" => attribute(argument),
        "Fn::Base64" | "Fn::GetAZs" if argument.is_array() => {
            Err(format!("every {name} object must have a String-typed value."))
        }
        "Fn::Join" => match list {
            Some([delimiter, items]) if is_scalar(delimiter) && !is_scalar(items) => Ok(()),
            _ => Err("every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.".into()),
        },
        "Fn::Split" => match list {
            Some([delimiter, text]) if is_scalar(delimiter) && !text.is_array() => Ok(()),
            _ => Err("every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.".into()),
        },
        "Fn::Select" => selection(list),
        "Fn::FindInMap" => mapping(template, list),
        "Fn::If" => choice(template, list),
        "Fn::Sub" => substitution(argument),
        "Fn::ImportValue" => import(template, argument),
        "Fn::Cidr" if !matches!(list, Some([_, _] | [_, _, _])) => {
            Err("every Fn::Cidr object requires two parameters, (1) ipBlock and (2) count, with an optional (3) cidrBits".into())
        }
        _ => existing(template, name),
    }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// The list in AWS's sentence, as deployers have printed it.
const SUPPORTED: &str = "Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr";

fn existing(template: &Template, name: &str) -> Result<(), String> {
    let is_call = name
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("fn::"));
    if !is_call || SUPPORTED.split(", ").any(|known| known == name) {
        return Ok(());
    }
    match name {
        "Fn::GetStackOutput" => Ok(()),
        "Fn::Length" | "Fn::ToJsonString" if is_extended(template) => Ok(()),
        "Fn::Transform" => Err("the local AWS does not do Fn::Transform yet".into()),
        _ => Err(format!(
            "Encountered unsupported function: {name} Supported functions are: [{SUPPORTED}]"
        )),
    }
}
