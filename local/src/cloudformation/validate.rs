//! What AWS refuses before anything is made: in the template, and in the parameters.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::functions::references;
use super::order::in_order;
use super::stack::Parameter;
use super::template::{Definition, Template};
use crate::account::State;
use crate::json;
use crate::protocol::AwsError;
use crate::resource_types::resource_type;

/// Checks the template by itself.
///
/// # Errors
/// `ValidationError` in AWS's words, naming what is wrong.
pub(super) fn template(template: &Template) -> Result<(), AwsError> {
    resource_types(template)?;
    resource_references(template)?;
    condition_references(template)?;
    functions_in_conditions(template)?;
    output_references(template)?;
    parameter_types(template)?;
    cycle(template)
}

fn resource_types(template: &Template) -> Result<(), AwsError> {
    let unknown: Vec<_> = template
        .resources
        .values()
        .map(|definition| definition.resource_type.as_str())
        .filter(|name| resource_type(name).is_none())
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "Template format error: Unrecognized resource types: [{}] (the local AWS knows {})",
        unknown.join(", "),
        crate::resource_types::names().join(", ")
    )))
}

fn resource_references(template: &Template) -> Result<(), AwsError> {
    let mut unresolved = BTreeSet::new();
    for definition in template.resources.values() {
        unresolved.extend(dangling(template, &definition.properties)?);
        unresolved.extend(
            definition
                .depends_on
                .iter()
                .filter(|name| !template.resources.contains_key(*name))
                .cloned(),
        );
    }
    unresolved_in(unresolved, "Unresolved resource dependencies", "Resources")
}

fn output_references(template: &Template) -> Result<(), AwsError> {
    let mut unresolved = BTreeSet::new();
    for (name, output) in &template.outputs {
        if output.get("Value").is_none() {
            return Err(AwsError::validation(format!(
                "Template format error: Every Outputs member must contain a Value object ({name})."
            )));
        }
        unresolved.extend(dangling(template, output)?);
    }
    unresolved_in(unresolved, "Unresolved resource dependencies", "Outputs")
}

fn condition_references(template: &Template) -> Result<(), AwsError> {
    let used = template
        .resources
        .values()
        .filter_map(|definition| definition.condition.as_ref());
    let in_outputs = template
        .outputs
        .values()
        .filter_map(|output| json::member(output, "Condition"));
    let mut in_functions = Vec::new();
    let values = template
        .resources
        .values()
        .map(|definition| &definition.properties);
    for value in values.chain(template.outputs.values()) {
        conditions_of_if(value, &mut in_functions);
    }
    let unresolved: BTreeSet<String> = used
        .map(String::as_str)
        .chain(in_outputs)
        .chain(in_functions)
        .filter(|name| !template.conditions.contains_key(*name))
        .map(str::to_owned)
        .collect();
    unresolved_in(unresolved, "Unresolved condition dependencies", "Resources")
}

/// The names of the conditions in every `Fn::If` of `value`.
fn conditions_of_if<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| conditions_of_if(item, names)),
        Value::Object(members) => {
            let condition = members
                .get("Fn::If")
                .and_then(|arguments| arguments.get(0)?.as_str());
            names.extend(condition);
            members
                .values()
                .for_each(|member| conditions_of_if(member, names));
        }
        _ => {}
    }
}

/// Conditions are decided before there are resources: they see parameters and each other only.
fn functions_in_conditions(template: &Template) -> Result<(), AwsError> {
    let conditions = Value::Object(template.conditions.clone());
    let known = |name: &str| name.starts_with("AWS::") || template.parameters.contains_key(name);
    let unresolved: BTreeSet<String> = references(&conditions)
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !known(name))
        .collect();
    if unresolved.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = unresolved.into_iter().collect();
    Err(AwsError::validation(format!(
        "Template format error: Unresolved dependencies [{}]. Cannot reference resources in the Conditions block of the template",
        names.join(", ")
    )))
}

fn unresolved_in(names: BTreeSet<String>, what: &str, section: &str) -> Result<(), AwsError> {
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = names.into_iter().collect();
    Err(AwsError::validation(format!(
        "Template format error: {what} [{}] in the {section} block of the template",
        names.join(", ")
    )))
}

/// The names in `value` that are neither parameters nor resources; an attribute that the resource
/// type does not have is an error at once.
fn dangling(template: &Template, value: &Value) -> Result<Vec<String>, AwsError> {
    let mut unresolved = Vec::new();
    for (name, attribute) in references(value) {
        match (template.resources.get(&name), attribute) {
            (Some(definition), Some(attribute)) => check_attribute(&name, definition, &attribute)?,
            (Some(_), None) => {}
            (None, None)
                if name.starts_with("AWS::") || template.parameters.contains_key(&name) => {}
            (None, _) => unresolved.push(name),
        }
    }
    Ok(unresolved)
}

fn check_attribute(name: &str, definition: &Definition, attribute: &str) -> Result<(), AwsError> {
    let known =
        resource_type(&definition.resource_type).is_none_or(|known| known.has_attribute(attribute));
    if known {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt"
    )))
}

/// The logical ids that each resource is made after.
pub(super) fn dependencies(template: &Template) -> BTreeMap<String, BTreeSet<String>> {
    template
        .resources
        .iter()
        .map(|(logical_id, definition)| {
            let named = references(&definition.properties)
                .into_iter()
                .map(|(name, _)| name);
            let after = named
                .chain(definition.depends_on.iter().cloned())
                .filter(|name| template.resources.contains_key(name))
                .collect();
            (logical_id.clone(), after)
        })
        .collect()
}

fn cycle(template: &Template) -> Result<(), AwsError> {
    let (_, circle) = in_order(&dependencies(template));
    if circle.is_empty() {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "Circular dependency between resources: [{}]",
        circle.join(", ")
    )))
}

const PLAIN_TYPES: [&str; 4] = ["String", "Number", "CommaDelimitedList", "List<Number>"];
const SSM_VALUE: &str = "AWS::SSM::Parameter::Value<";

fn parameter_types(template: &Template) -> Result<(), AwsError> {
    for (name, declaration) in &template.parameters {
        let declared = json::member(declaration, "Type").ok_or_else(|| {
            AwsError::validation(format!(
                "Template format error: Every Parameters object must contain a Type member. ({name})"
            ))
        })?;
        let inner = declared
            .strip_prefix(SSM_VALUE)
            .and_then(|inner| inner.strip_suffix('>'))
            .unwrap_or(declared);
        if declaration
            .get("Default")
            .is_some_and(|default| default.is_array() || default.is_object())
        {
            return Err(AwsError::validation(format!(
                "Template format error: Every Default member must be a string. ({name})"
            )));
        }
        let aws_specific = inner.trim_start_matches("List<").starts_with("AWS::");
        if !aws_specific && !PLAIN_TYPES.contains(&inner) && inner != "List<String>" {
            return Err(AwsError::validation(format!(
                "Template format error: Unrecognized parameter type: {declared}"
            )));
        }
    }
    Ok(())
}

/// What the caller says of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    Value(String),
    Previous,
}

/// Gives every parameter of the template its value, reading SSM parameters now.
///
/// # Errors
/// `ValidationError` in AWS's words: a value missing, against its constraints, or for a name that
/// the template does not have; an SSM parameter that does not exist.
pub(super) fn parameters(
    template: &Template,
    given: &BTreeMap<String, Given>,
    previous: &BTreeMap<String, Parameter>,
    state: &State,
) -> Result<BTreeMap<String, Parameter>, AwsError> {
    let strange: Vec<_> = given
        .keys()
        .filter(|name| !template.parameters.contains_key(*name))
        .map(String::as_str)
        .collect();
    if !strange.is_empty() {
        return Err(AwsError::validation(format!(
            "Parameters: [{}] do not exist in the template",
            strange.join(", ")
        )));
    }
    let mut missing = Vec::new();
    let mut values = BTreeMap::new();
    for (name, declaration) in &template.parameters {
        let value = match given.get(name) {
            Some(Given::Value(value)) => Some(value.clone()),
            Some(Given::Previous) => previous.get(name).map(|parameter| parameter.value.clone()),
            None => declaration.get("Default").map(json::text),
        };
        match value {
            Some(value) => {
                values.insert(name.clone(), (declaration, value));
            }
            None => missing.push(name.as_str()),
        }
    }
    if !missing.is_empty() {
        return Err(AwsError::validation(format!(
            "Parameters: [{}] must have values",
            missing.join(", ")
        )));
    }
    check_ssm(&values, state)?;
    for (name, (declaration, value)) in &values {
        check_constraints(name, declaration, value)?;
    }
    values
        .into_iter()
        .map(|(name, (declaration, value))| {
            let parameter = parameter(&name, declaration, value, state)?;
            Ok((name, parameter))
        })
        .collect()
}

fn is_ssm(declaration: &Value) -> bool {
    json::member(declaration, "Type").is_some_and(|declared| declared.starts_with(SSM_VALUE))
}

/// All missing SSM parameters in one message, as AWS says it.
fn check_ssm(values: &BTreeMap<String, (&Value, String)>, state: &State) -> Result<(), AwsError> {
    let missing: Vec<_> = values
        .values()
        .filter(|(declaration, value)| {
            is_ssm(declaration) && state.parameters.value(value).is_none()
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
    let declared = json::member(declaration, "Type").unwrap_or_default();
    let resolved = is_ssm(declaration)
        .then(|| state.parameters.value(&value))
        .flatten();
    let inner = declared
        .strip_prefix(SSM_VALUE)
        .and_then(|inner| inner.strip_suffix('>'))
        .unwrap_or(declared);
    let meaning = resolved.clone().unwrap_or_else(|| value.clone());
    let is_list = inner == "CommaDelimitedList" || inner.starts_with("List<");
    let items: Vec<&str> = meaning.split(',').map(str::trim).collect();
    check_existence(
        name,
        inner,
        if is_list {
            &items
        } else {
            std::slice::from_ref(&items[0])
        },
        state,
    )?;
    let reference = if is_list {
        items.into()
    } else {
        Value::String(meaning)
    };
    Ok(Parameter {
        value,
        resolved,
        no_echo: json::flag(declaration, "NoEcho"),
        reference,
    })
}

fn check_constraints(name: &str, declaration: &Value, value: &str) -> Result<(), AwsError> {
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
        let matcher = regex_lite::Regex::new(&format!("^(?:{pattern})$")).map_err(|error| {
            AwsError::validation(format!("Template format error: Parameter {name} AllowedPattern is not a valid regular expression: {error}"))
        })?;
        if !matcher.is_match(value) {
            return failed(format!("must match pattern {pattern}"));
        }
    }
    let length = value.chars().count() as u64;
    if json::number(declaration, "MinLength").is_some_and(|least| length < least) {
        return failed("must contain at least MinLength characters".into());
    }
    if json::number(declaration, "MaxLength").is_some_and(|most| length > most) {
        return failed("must contain at most MaxLength characters".into());
    }
    if json::member(declaration, "Type") == Some("Number") {
        let Ok(number) = value.parse::<f64>() else {
            return failed("must be a number".into());
        };
        let bound = |bound: &str| {
            declaration
                .get(bound)
                .and_then(|bound| json::text(bound).parse::<f64>().ok())
        };
        if bound("MinValue").is_some_and(|least| number < least) {
            return failed("must be a number not less than MinValue".into());
        }
        if bound("MaxValue").is_some_and(|most| number > most) {
            return failed("must be a number not greater than MaxValue".into());
        }
    }
    Ok(())
}

/// The AWS-specific types name things that must stand in the account.
fn check_existence(
    name: &str,
    inner: &str,
    values: &[&str],
    state: &State,
) -> Result<(), AwsError> {
    let type_of_things = match inner.trim_start_matches("List<").trim_end_matches('>') {
        "AWS::EC2::VPC::Id" => "AWS::EC2::VPC",
        "AWS::EC2::Subnet::Id" => "AWS::EC2::Subnet",
        "AWS::EC2::SecurityGroup::Id" => "AWS::EC2::SecurityGroup",
        _ => return Ok(()),
    };
    for value in values {
        let stands = state
            .inventory
            .get(value)
            .is_some_and(|item| item.resource_type == type_of_things);
        if !stands {
            return Err(AwsError::validation(format!(
                "Parameter validation failed: parameter value {value} for parameter name {name} does not exist"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> String {
        template(&Template::parse(body).unwrap())
            .expect_err("must be refused")
            .message
    }

    #[test]
    fn a_wrong_template_is_refused_in_the_words_of_aws() {
        let cases = [
            (
                "Resources: {A: {Type: AWS::Moon::Base}}",
                "Unrecognized resource types: [AWS::Moon::Base]",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, Properties: {Domain: !Ref B}}}",
                "Unresolved resource dependencies [B] in the Resources block",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, DependsOn: B}}",
                "Unresolved resource dependencies [B] in the Resources block",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O: {Value: !Ref B}}",
                "Unresolved resource dependencies [B] in the Outputs block",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O: {}}",
                "must contain a Value",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, Condition: C}}",
                "Unresolved condition dependencies [C]",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::VPC}}\nOutputs: {O: {Value: !GetAtt A.Colour}}",
                "resource A does not support attribute type Colour",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, DependsOn: B}, B: {Type: AWS::EC2::EIP, DependsOn: A}, C: {Type: AWS::EC2::EIP}}",
                "Circular dependency between resources: [A, B]",
            ),
            (
                "Parameters: {P: {Type: Colour}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Unrecognized parameter type: Colour",
            ),
            (
                "Parameters: {P: {Type: String, Default: [a]}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Every Default member must be a string",
            ),
            (
                "Conditions: {C: !Equals [!Ref A, x]}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Cannot reference resources in the Conditions block",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, Properties: {Domain: !If [C, vpc, vpc]}}}",
                "Unresolved condition dependencies [C]",
            ),
        ];
        for (body, expected) in cases {
            let message = refusal(body);
            assert!(message.contains(expected), "{body} gave {message}");
        }
    }

    #[test]
    fn a_wrong_parameter_is_refused_in_the_words_of_aws() {
        let template = Template::parse(
            "Parameters:\n  \
               Must: {Type: String, AllowedPattern: '[a-z]+'}\n  \
               One: {Type: String, AllowedValues: [a, b], Default: a}\n  \
               Many: {Type: Number, MinValue: 1, MaxValue: 4, Default: 2}\n  \
               Short: {Type: String, MaxLength: 3, Default: abc}\n  \
               Net: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>', Default: /net}\n\
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
                vec![("Must", "x"), ("Net", "/here")],
                "parameter value vpc-1 for parameter name Net does not exist",
            ),
        ];
        let mut state = State::default();
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
