//! The values of a template's parameters.

use std::collections::BTreeMap;

use serde_json::Value;

use super::constraints::check_constraints;
use super::document::Template;
use super::parameter_type::ParameterType;
use crate::account::State;
use crate::aws::{AwsError, json};
use crate::cloudformation::model::Parameter;
use crate::services::ec2::zones;

/// The value that the caller passes for one parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Given {
    Value(String),
    /// The current value in the stack.
    Previous,
}

/// Returns the value of every parameter of the template. SSM parameters are read now.
///
/// # Errors
/// `ValidationError` in AWS's words: a value is missing, violates its constraints, or belongs to a
/// name that the template does not have; or an SSM parameter does not exist.
pub(crate) fn parameters(
    template: &Template,
    given: &BTreeMap<String, Given>,
    previous: &BTreeMap<String, Parameter>,
    state: &State,
) -> Result<BTreeMap<String, Parameter>, AwsError> {
    check_names(template, given)?;
    check_lengths(given)?;
    let values = values(template, given, previous)?;
    check_ssm(&values, state)?;
    for (name, (declaration, value)) in &values {
        check_constraints(name, declaration, value)?;
    }
    values
        .into_iter()
        .map(|(name, (declaration, value))| {
            let parameter = parameter(name, declaration, value, state)?;
            Ok((name.to_owned(), parameter))
        })
        .collect()
}

fn check_names(template: &Template, given: &BTreeMap<String, Given>) -> Result<(), AwsError> {
    let unknown: Vec<_> = given
        .keys()
        .filter(|name| !template.parameters.contains_key(*name))
        .map(String::as_str)
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "Parameters: [{}] do not exist in the template",
        unknown.join(", ")
    )))
}

/// The longest value of a parameter, in bytes (quota "Parameter value size").
const LONGEST_VALUE: usize = 4096;

fn check_lengths(given: &BTreeMap<String, Given>) -> Result<(), AwsError> {
    let is_long = |value: &Given| matches!(value, Given::Value(text) if text.len() > LONGEST_VALUE);
    match given.iter().find(|(_, value)| is_long(value)) {
        Some((name, _)) => Err(AwsError::validation(format!(
            "Parameter '{name}' value length is greater than {LONGEST_VALUE}"
        ))),
        None => Ok(()),
    }
}

/// The declarations and values of the parameters, by name.
type Values<'a> = BTreeMap<&'a str, (&'a Value, String)>;

fn values<'a>(
    template: &'a Template,
    given: &BTreeMap<String, Given>,
    previous: &BTreeMap<String, Parameter>,
) -> Result<Values<'a>, AwsError> {
    let mut missing = Vec::new();
    let mut values = Values::new();
    for (name, declaration) in &template.parameters {
        let value = match given.get(name) {
            Some(Given::Value(value)) => Some(value.clone()),
            Some(Given::Previous) => previous.get(name).map(|parameter| parameter.value.clone()),
            None => declaration.get("Default").map(json::text),
        };
        match value {
            Some(value) => {
                values.insert(name, (declaration, value));
            }
            None => missing.push(name.as_str()),
        }
    }
    if missing.is_empty() {
        return Ok(values);
    }
    Err(AwsError::validation(format!(
        "Parameters: [{}] must have values",
        missing.join(", ")
    )))
}

/// Lists all missing SSM parameters in one message, as AWS does.
fn check_ssm(values: &Values<'_>, state: &State) -> Result<(), AwsError> {
    let missing: Vec<_> = values
        .values()
        .filter(|(declaration, value)| {
            ParameterType::of(declaration).names_ssm_parameter()
                && state.parameters.value(value).is_none()
        })
        .map(|(_, value)| value.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "Unable to fetch parameters [{}] from parameter store for this account.",
        missing.join(",")
    )))
}

fn parameter(
    name: &str,
    declaration: &Value,
    value: String,
    state: &State,
) -> Result<Parameter, AwsError> {
    let declared = ParameterType::of(declaration);
    let resolved = declared
        .is_ssm
        .then(|| state.parameters.value(&value))
        .flatten();
    let meaning = resolved.as_ref().unwrap_or(&value);
    let items: Vec<&str> = meaning.split(',').map(str::trim).collect();
    let checked = if declared.is_list() {
        items.as_slice()
    } else {
        &items[..1]
    };
    check_existence(name, declared, checked, state)?;
    let reference = if declared.is_list() {
        items.into()
    } else {
        meaning.as_str().into()
    };
    Ok(Parameter {
        reference,
        value,
        resolved,
        no_echo: json::flag(declaration, "NoEcho"),
    })
}

/// The AWS-specific types whose values must be ids of existing resources of the account.
fn check_existence(
    name: &str,
    declared: ParameterType<'_>,
    values: &[&str],
    state: &State,
) -> Result<(), AwsError> {
    if !declared.is_aws() {
        return Ok(());
    }
    for value in values {
        if !exists(declared, value, state) {
            return Err(AwsError::validation(format!(
                "Parameter validation failed: parameter value {value} for parameter name {name} does not exist"
            )));
        }
    }
    Ok(())
}

/// Whether the account has what `value` names. It has no instances, images, key pairs and volumes.
fn exists(declared: ParameterType<'_>, value: &str, state: &State) -> bool {
    let inventory = &state.inventory;
    match declared.item() {
        "AWS::EC2::AvailabilityZone::Name" => {
            let region = state.region.as_deref().unwrap_or("");
            zones(region).iter().any(|zone| zone == value)
        }
        "AWS::EC2::SecurityGroup::GroupName" => inventory
            .of_type("AWS::EC2::SecurityGroup")
            .any(|(_, group)| json::member(&group.properties, "GroupName") == Some(value)),
        _ => declared
            .resource_type()
            .is_some_and(|resource_type| inventory.has(resource_type, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Item;

    #[test]
    fn a_wrong_parameter_is_refused_in_the_words_of_aws() {
        let template = Template::parse(
            "Parameters:\n  \
               Must: {Type: String, AllowedPattern: '[a-z]+'}\n  \
               One: {Type: String, AllowedValues: [a, b], Default: a}\n  \
               Many: {Type: Number, MinValue: 1, MaxValue: 4, Default: 2}\n  \
               Short: {Type: String, MaxLength: 3, Default: abc}\n  \
               Net: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>', Default: /net}\n  \
               List: {Type: CommaDelimitedList, AllowedValues: [a, b], Default: 'a, b'}\n  \
               Zones: {Type: 'List<AWS::EC2::AvailabilityZone::Name>', Default: 'eu-west-1a,eu-west-1b'}\n  \
               Key: {Type: 'AWS::SSM::Parameter::Name', Default: /here}\n  \
               Ports: {Type: 'List<Number>', Default: '80,443'}\n\
             Resources: {A: {Type: AWS::EC2::EIP}}",
        )
        .unwrap();
        let cases = [
            (vec![], "Parameters: [Must] must have values"),
            (
                vec![("Must", "x"), ("Other", "y")],
                "Parameters: [Other] do not exist in the template",
            ),
            (
                vec![("Must", "x")],
                "Unable to fetch parameters [/net] from parameter store for this account.",
            ),
            (
                vec![("Must", "X9"), ("Net", "/here")],
                "Parameter 'Must' must match pattern [a-z]+",
            ),
            (
                vec![("Must", "x"), ("One", "c"), ("Net", "/here")],
                "Parameter 'One' must be one of AllowedValues",
            ),
            (
                vec![("Must", "x"), ("Many", "5"), ("Net", "/here")],
                "not greater than MaxValue",
            ),
            (
                vec![("Must", "x"), ("Many", "five"), ("Net", "/here")],
                "must be a number",
            ),
            (
                vec![("Must", "x"), ("Short", "abcd"), ("Net", "/here")],
                "at most MaxLength",
            ),
            (
                vec![("Must", "x"), ("List", "a,c"), ("Net", "/here")],
                "Parameter 'List' must be one of AllowedValues",
            ),
            (
                vec![("Must", "x"), ("Ports", "80,http"), ("Net", "/here")],
                "Parameter 'Ports' must be a number",
            ),
            (
                vec![("Must", "x"), ("Key", "/nowhere"), ("Net", "/here")],
                "Unable to fetch parameters [/nowhere]",
            ),
            (
                vec![("Must", "x"), ("Zones", "eu-west-1z"), ("Net", "/vpc")],
                "parameter value eu-west-1z for parameter name Zones does not exist",
            ),
            (
                vec![("Must", "x"), ("Net", "/here")],
                "parameter value vpc-1 for parameter name Net does not exist",
            ),
        ];
        let mut state = State {
            region: Some("eu-west-1".to_owned()),
            ..State::default()
        };
        let vpc = Item {
            resource_type: "AWS::EC2::VPC".to_owned(),
            properties: Value::Null,
            attributes: serde_json::Map::new(),
        };
        state.inventory.put("vpc-2", vpc).unwrap();
        state.parameters.put("/vpc", "vpc-2", "String");
        state.parameters.put("/here", "vpc-1", "String");
        for (given, expected) in cases {
            let given = given
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Given::Value((*value).to_owned())))
                .collect();
            let refused =
                parameters(&template, &given, &BTreeMap::new(), &state).expect_err(expected);
            assert!(refused.message.contains(expected), "{}", refused.message);
        }
    }
}
