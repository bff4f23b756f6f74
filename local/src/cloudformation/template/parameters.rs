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

/// The parameters of a deployment.
pub(crate) struct Resolved {
    pub(crate) parameters: BTreeMap<String, Parameter>,
    /// Why the deployment fails as soon as it has begun: a value names something that does not exist.
    pub(crate) missing: Option<String>,
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
) -> Result<Resolved, AwsError> {
    check_names(template, given)?;
    check_lengths(given)?;
    let values = values(template, given, previous)?;
    for (name, (declaration, value)) in &values {
        check_constraints(name, declaration, value)?;
    }
    check_ssm(&values, state)?;
    let mut missing = Vec::new();
    let mut parameters = BTreeMap::new();
    for (name, (declaration, value)) in values {
        let (parameter, unknown) = parameter(declaration, value, state);
        let unknown = unknown.into_iter();
        missing.extend(unknown.map(|value| {
            format!("parameter value {value} for parameter name {name} does not exist")
        }));
        parameters.insert(name.to_owned(), parameter);
    }
    let sentences = missing.join(", ");
    let missing =
        (!missing.is_empty()).then(|| format!("Parameter validation failed: {sentences}"));
    Ok(Resolved {
        parameters,
        missing,
    })
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

/// Checks the parameters of the Parameter Store from which values are read. Each message lists all
/// of them, as AWS does. The last two are those that were measured on an account, see
/// [`super::dynamic`].
fn check_ssm(values: &Values<'_>, state: &State) -> Result<(), AwsError> {
    let of_ssm = values.values().filter_map(|(declaration, value)| {
        let declared = ParameterType::of(declaration);
        declared.is_ssm.then_some((declared, value.as_str()))
    });
    let of_ssm: Vec<_> = of_ssm.collect();
    let refused = |wrong: &dyn Fn(ParameterType<'_>, Option<&str>) -> bool| {
        let kind = |value: &str| {
            let kind = state.parameters.kind(value);
            kind.filter(|_| has_no_label(value))
        };
        let wrong = of_ssm
            .iter()
            .filter(|(declared, value)| wrong(*declared, kind(value)));
        let names: Vec<&str> = wrong.map(|(_, value)| *value).collect();
        (!names.is_empty()).then(|| names.join(","))
    };
    let is_missing = |_: ParameterType<'_>, kind: Option<&str>| kind.is_none();
    let is_secret = |_: ParameterType<'_>, kind: Option<&str>| kind == Some("SecureString");
    let differs = |declared: ParameterType<'_>, kind: Option<&str>| {
        declared.is_list() != (kind == Some("StringList"))
    };
    let sentence = if let Some(names) = refused(&is_missing) {
        format!("Unable to fetch parameters [{names}] from parameter store for this account.")
    } else if let Some(names) = refused(&is_secret) {
        format!(
            "Parameters [{names}] referenced by template have types not supported by CloudFormation."
        )
    } else if let Some(names) = refused(&differs) {
        format!(
            "Types for SSM parameters [{names}] defined in CFN template and SSM are incompatible"
        )
    } else {
        return Ok(());
    };
    Err(AwsError::validation(sentence))
}

/// A name may have a version, but no label.
fn has_no_label(name: &str) -> bool {
    name.starts_with("arn:")
        || name
            .split_once(':')
            .is_none_or(|(_, version)| version.parse::<u64>().is_ok())
}

/// The parameter, and those of its values that name something that does not exist.
fn parameter(declaration: &Value, value: String, state: &State) -> (Parameter, Vec<String>) {
    let declared = ParameterType::of(declaration);
    let read = declared
        .is_ssm
        .then(|| state.parameters.value(&value))
        .flatten();
    let meaning = read.as_ref().unwrap_or(&value);
    let items: Vec<&str> = if declared.is_list() {
        meaning.split(',').map(str::trim).collect()
    } else {
        vec![meaning.as_str()]
    };
    let is_unknown = |item: &&&str| declared.must_exist() && !exists(declared, item, state);
    let unknown = items.iter().filter(is_unknown);
    let unknown = unknown.map(|item| (*item).to_owned()).collect();
    let resolved = read.is_some().then(|| items.join(","));
    let reference = if declared.is_list() {
        items.into()
    } else {
        meaning.as_str().into()
    };
    let parameter = Parameter {
        reference,
        value,
        resolved,
        no_echo: json::flag(declaration, "NoEcho"),
    };
    (parameter, unknown)
}

/// Whether the account has what `value` names. It has no instances, images, key pairs and volumes.
fn exists(declared: ParameterType<'_>, value: &str, state: &State) -> bool {
    let inventory = &state.inventory;
    match declared.item() {
        "AWS::EC2::AvailabilityZone::Name" => {
            let region = state.region.as_deref().unwrap_or("");
            zones(region).iter().any(|zone| zone == value)
        }
        "AWS::SSM::Parameter::Name" => state.parameters.value(value).is_some(),
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
    #[expect(clippy::too_many_lines, reason = "a table")]
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
                "Parameter 'Many' must be a number not greater than 4",
            ),
            (
                vec![("Must", "x"), ("Many", "five"), ("Net", "/here")],
                "must be a number",
            ),
            (
                vec![("Must", "x"), ("Short", "abcd"), ("Net", "/here")],
                "Parameter 'Short' must contain at most 3 characters",
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
                vec![("Must", "x"), ("Net", "/here:prod")],
                "Unable to fetch parameters [/here:prod]",
            ),
            (
                vec![("Must", "x"), ("Net", "/secret")],
                "Parameters [/secret] referenced by template have types not supported by CloudFormation.",
            ),
            (
                vec![("Must", "x"), ("Net", "/list")],
                "Types for SSM parameters [/list] defined in CFN template and SSM are incompatible",
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
        state.parameters.put("/secret", "vpc-2", "SecureString");
        state.parameters.put("/list", "vpc-2", "StringList");
        let resolve = |given: &[(&str, &str)]| {
            let given = given
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Given::Value((*value).to_owned())))
                .collect();
            parameters(&template, &given, &BTreeMap::new(), &state)
        };
        for (given, expected) in cases {
            let Err(refused) = resolve(&given) else {
                panic!("{expected}");
            };
            assert!(refused.message.contains(expected), "{}", refused.message);
        }
        let missing = [
            ("Must", "x"),
            ("Key", "/nowhere"),
            ("Zones", "eu-west-1z,eu-west-1a"),
            ("Net", "/here"),
        ];
        let resolved = resolve(&missing).unwrap();
        assert_eq!(
            resolved.missing.as_deref(),
            Some(
                "Parameter validation failed: parameter value /nowhere for parameter name Key does not exist, parameter value vpc-1 for parameter name Net does not exist, parameter value eu-west-1z for parameter name Zones does not exist"
            )
        );
        let resolved = resolve(&[("Must", "x"), ("Net", "/vpc:1")]).unwrap();
        assert_eq!(resolved.missing, None);
    }
}
