//! Systems Manager Parameter Store: what the stacks hand to each other, and the app's credentials.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::account::{Account, State, now};
use crate::json;
use crate::protocol::{Answer, AwsError};
use crate::resources::{Made, Request};

/// Every parameter with its history.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Parameters(BTreeMap<String, Parameter>);

/// A parameter: its versions, the oldest first; version 1 is the first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Parameter {
    kind: String,
    description: Option<String>,
    versions: Vec<Version>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Version {
    value: String,
    modified: String,
}

/// The largest value of a standard parameter, in bytes.
const LARGEST_VALUE: usize = 4096;

/// What a SecureString shows without decryption: a text that cannot be mistaken for the value.
const ENCRYPTED: &str = "AQICAHencrypted-ask-with-WithDecryption";

impl Parameters {
    /// The value under `name` or `name:version`, if there is one.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let (name, version) = split_version(name);
        Some(self.0.get(name)?.version(version)?.1.value.clone())
    }

    /// Names and values for people to see: secrets are not among the values.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, parameter)| {
            let value = match parameter.kind.as_str() {
                "SecureString" => "(SecureString)",
                _ => parameter.version(None)?.1.value.as_str(),
            };
            Some((name.as_str(), value))
        })
    }

    /// Writes a new version of a parameter; gives its number.
    pub(crate) fn put(&mut self, name: &str, value: &str, kind: &str) -> usize {
        let parameter = self.0.entry(name.to_owned()).or_default();
        kind.clone_into(&mut parameter.kind);
        parameter.versions.push(Version {
            value: value.to_owned(),
            modified: now(),
        });
        parameter.versions.len()
    }
}

impl Parameter {
    /// The version asked for, or the newest, with its number.
    fn version(&self, wanted: Option<usize>) -> Option<(usize, &Version)> {
        let number = wanted.unwrap_or(self.versions.len());
        Some((number, self.versions.get(number.checked_sub(1)?)?))
    }
}

/// `name:3` is version 3 of `name`; a parameter may also be named by its ARN.
fn split_version(name: &str) -> (&str, Option<usize>) {
    let of_arn = name
        .strip_prefix("arn:")
        .and_then(|arn| arn.split_once(":parameter"));
    let name = of_arn.map_or(name, |(_, name)| name);
    match name.rsplit_once(':') {
        Some((name, version)) if version.parse::<usize>().is_ok() => (name, version.parse().ok()),
        _ => (name, None),
    }
}

/// Answers an action of the API.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "DeleteParameter" => account.change(|state| {
            let name = required(input, "Name")?;
            state
                .parameters
                .0
                .remove(name)
                .map(|_| json!({}))
                .ok_or_else(not_found)
        }),
        "DeleteParameters" => {
            account.change(|state| Ok(delete_parameters(state, &json::strings(input, "Names"))))
        }
        "DescribeParameters" => account.read(|state| describe(account, state, input)),
        "GetParameter" => account.read(|state| {
            let name = required(input, "Name")?;
            let found = shown(account, state, name, json::flag(input, "WithDecryption"));
            Ok(json!({"Parameter": found.ok_or_else(not_found)?}))
        }),
        "GetParameters" => account.read(|state| Ok(get_parameters(account, state, input))),
        "GetParametersByPath" => account.read(|state| by_path(account, state, input)),
        "PutParameter" => account.change(|state| put_parameter(state, input)),
        _ => Err(AwsError::unknown_action("SSM", action)),
    }
}

fn not_found() -> AwsError {
    AwsError::new("ParameterNotFound", "")
}

fn required<'a>(input: &'a Value, name: &str) -> Result<&'a str, AwsError> {
    json::member(input, name)
        .ok_or_else(|| AwsError::new("ValidationException", format!("{name} must not be empty")))
}

fn put_parameter(state: &mut State, input: &Value) -> Answer {
    let name = required(input, "Name")?;
    let value = required(input, "Value")?;
    check_name(name)?;
    let known = state.parameters.0.get(name);
    if known.is_some() && !json::flag(input, "Overwrite") {
        return Err(AwsError::new(
            "ParameterAlreadyExists",
            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        ));
    }
    let kind = json::member(input, "Type").or(known.map(|parameter| parameter.kind.as_str()));
    let kind = kind
        .ok_or_else(|| {
            AwsError::new(
                "ValidationException",
                "A parameter type is required when you create a parameter.",
            )
        })?
        .to_owned();
    if !["String", "StringList", "SecureString"].contains(&kind.as_str()) {
        return Err(AwsError::new(
            "UnsupportedParameterType",
            format!("The parameter type {kind} is not supported."),
        ));
    }
    if value.len() > LARGEST_VALUE {
        return Err(AwsError::new(
            "ValidationException",
            format!(
                "Standard tier parameters support a maximum parameter value of {LARGEST_VALUE} characters."
            ),
        ));
    }
    let version = state.parameters.put(name, value, &kind);
    if let (Some(parameter), Some(description)) = (
        state.parameters.0.get_mut(name),
        json::member(input, "Description"),
    ) {
        parameter.description = Some(description.to_owned());
    }
    Ok(json!({"Version": version, "Tier": "Standard"}))
}

fn check_name(name: &str) -> Result<(), AwsError> {
    let valid = name.len() <= 1011
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.-/".contains(c));
    if !valid {
        return Err(AwsError::new(
            "ValidationException",
            format!(
                "Parameter name {name} must only have letters, digits and the characters _ . - /"
            ),
        ));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(AwsError::new(
            "ValidationException",
            "Parameter name must be a fully qualified name.",
        ));
    }
    let reserved = name.trim_start_matches('/').to_ascii_lowercase();
    if reserved.starts_with("aws") || reserved.starts_with("ssm") {
        return Err(AwsError::new(
            "ValidationException",
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).",
        ));
    }
    Ok(())
}

fn shown(account: &Account, state: &State, name: &str, decrypted: bool) -> Option<Value> {
    let (plain, wanted) = split_version(name);
    let parameter = state.parameters.0.get(plain)?;
    let (number, version) = parameter.version(wanted)?;
    let hidden = parameter.kind == "SecureString" && !decrypted;
    Some(json!({
        "Name": plain,
        "Type": parameter.kind,
        "Value": if hidden { ENCRYPTED } else { &version.value },
        "Version": number,
        "LastModifiedDate": seconds(&version.modified),
        "ARN": account.arn("ssm", &format!("parameter/{}", plain.trim_start_matches('/'))),
        "DataType": "text",
    }))
}

/// The JSON protocol writes time as seconds since 1970.
fn seconds(time: &str) -> f64 {
    let parsed = time::OffsetDateTime::parse(time, &time::format_description::well_known::Rfc3339);
    parsed.map_or(0.0, |time| {
        (time - time::OffsetDateTime::UNIX_EPOCH).as_seconds_f64()
    })
}

fn get_parameters(account: &Account, state: &State, input: &Value) -> Value {
    let decrypted = json::flag(input, "WithDecryption");
    let names = json::strings(input, "Names");
    let found: Vec<Value> = names
        .iter()
        .filter_map(|name| shown(account, state, name, decrypted))
        .collect();
    let invalid: Vec<&String> = names
        .iter()
        .filter(|name| state.parameters.value(name).is_none())
        .collect();
    json!({"Parameters": found, "InvalidParameters": invalid})
}

fn by_path(account: &Account, state: &State, input: &Value) -> Answer {
    let path = required(input, "Path")?.trim_end_matches('/');
    let recursive = json::flag(input, "Recursive");
    let decrypted = json::flag(input, "WithDecryption");
    let below = |name: &&String| {
        let rest = name
            .strip_prefix(path)
            .and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|rest| recursive || !rest.contains('/'))
    };
    let names: Vec<&String> = state.parameters.0.keys().filter(below).collect();
    page(input, &names, 10, "Parameters", |name| {
        shown(account, state, name, decrypted)
    })
}

fn describe(account: &Account, state: &State, input: &Value) -> Answer {
    let names: Vec<&String> = state.parameters.0.keys().collect();
    page(input, &names, 50, "Parameters", |name| {
        let mut facts = shown(account, state, name, false)?;
        let members = facts.as_object_mut()?;
        members.remove("Value");
        members.insert("Tier".into(), "Standard".into());
        members.insert(
            "Description".into(),
            state.parameters.0.get(name)?.description.clone().into(),
        );
        Some(facts)
    })
}

fn page(
    input: &Value,
    names: &[&String],
    largest: usize,
    member: &str,
    show: impl Fn(&str) -> Option<Value>,
) -> Answer {
    let size = json::number(input, "MaxResults")
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(largest);
    let size = size.clamp(1, largest);
    let first = match json::member(input, "NextToken") {
        Some(token) => token
            .parse()
            .map_err(|_| AwsError::new("InvalidNextToken", "The specified token is not valid."))?,
        None => 0_usize,
    };
    let shown: Vec<Value> = names
        .iter()
        .skip(first)
        .take(size)
        .filter_map(|name| show(name))
        .collect();
    let next = (names.len() > first.saturating_add(size)).then(|| (first + size).to_string());
    Ok(json!({member: shown, "NextToken": next}))
}

fn delete_parameters(state: &mut State, names: &[String]) -> Value {
    let (deleted, invalid): (Vec<&String>, Vec<&String>) = names
        .iter()
        .partition(|name| state.parameters.0.remove(*name).is_some());
    json!({"DeletedParameters": deleted, "InvalidParameters": invalid})
}

/// What an `AWS::SSM::Parameter` will be called.
pub(crate) fn name(request: &Request) -> Made {
    let name = request.text("Name").map_or_else(
        || format!("CFN-{}-{}", request.logical_id, crate::account::suffix(12)),
        str::to_owned,
    );
    let attributes =
        json!({"Type": request.properties.get("Type"), "Value": request.properties.get("Value")});
    Made::new(name, attributes)
}

/// The properties of an `AWS::SSM::Parameter` as they are now, in the place of those expected;
/// nothing where it is gone.
pub(crate) fn actual(state: &State, name: &str, expected: &Value) -> Option<Value> {
    let parameter = state.parameters.0.get(name)?;
    let mut actual = expected.clone();
    actual["Type"] = parameter.kind.as_str().into();
    actual["Value"] = parameter.version(None)?.1.value.as_str().into();
    Some(actual)
}

/// Makes an `AWS::SSM::Parameter`.
///
/// # Errors
/// SSM's message, for example that there is one of this name.
pub(crate) fn create(state: &mut State, request: &Request, name: &str) -> Result<(), String> {
    let input = json!({
        "Name": name,
        "Type": request.properties.get("Type"),
        "Value": request.properties.get("Value"),
        "Description": request.properties.get("Description"),
    });
    put_parameter(state, &input)
        .map(|_| ())
        .map_err(|error| error.message)
}

/// Writes the new value of an `AWS::SSM::Parameter`.
pub(crate) fn update(request: &Request) -> Result<(), String> {
    let input = json!({
        "Name": request.physical_id,
        "Type": request.properties.get("Type"),
        "Value": request.properties.get("Value"),
        "Description": request.properties.get("Description"),
        "Overwrite": true,
    });
    request
        .account
        .change(|state| put_parameter(state, &input))
        .map(|_| ())
        .map_err(|error| error.message)
}

/// Removes an `AWS::SSM::Parameter`.
pub(crate) fn delete(request: &Request) {
    request
        .account
        .change(|state| state.parameters.0.remove(&request.physical_id));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_can_be_asked_for() {
        let mut parameters = Parameters::default();
        parameters.put("/a", "one", "String");
        parameters.put("/a", "two", "String");
        for (name, value) in [
            ("/a", Some("two")),
            ("/a:1", Some("one")),
            ("/a:0", None),
            ("/a:3", None),
            ("/b", None),
        ] {
            assert_eq!(parameters.value(name).as_deref(), value, "{name}");
        }
    }

    #[test]
    fn names_follow_the_rules() {
        for name in ["/go-on-aws/vpc", "plain", "/a/b.c_d"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["a/b", "/aws/x", "ssm-x", "/a b", "/a:b"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
