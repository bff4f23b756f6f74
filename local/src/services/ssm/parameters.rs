//! The parameters and their history, as part of the account's state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::name::{check, split_version};
use crate::aws::{AwsError, now};

/// The largest value of a standard parameter, in bytes.
const LARGEST_VALUE: usize = 4096;

const TYPES: [&str; 3] = ["String", "StringList", "SecureString"];

/// Every parameter with its history.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Parameters(BTreeMap<String, Stored>);

/// A parameter: its versions, the oldest first; version 1 is the first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) kind: String,
    pub(super) description: Option<String>,
    versions: Vec<Version>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) value: String,
    pub(super) modified: String,
}

/// A new parameter, or a new version of an existing one.
pub(super) struct Write<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    /// Needed for a new parameter only.
    pub(super) kind: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) overwrite: bool,
}

impl Parameters {
    /// The value of `name` or `name:version`, if there is one.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let (name, version) = split_version(name);
        Some(self.0.get(name)?.version(version)?.1.value.clone())
    }

    /// Names and values for display, without the values of secrets.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, parameter)| {
            let value = match parameter.kind.as_str() {
                "SecureString" => "(SecureString)",
                _ => parameter.version(None)?.1.value.as_str(),
            };
            Some((name.as_str(), value))
        })
    }

    /// Writes a version without any checks.
    #[cfg(test)]
    pub(crate) fn put(&mut self, name: &str, value: &str, kind: &str) -> usize {
        let parameter = self.0.entry(name.to_owned()).or_default();
        parameter.add(kind.to_owned(), value)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Stored> {
        self.0.get(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Removes a parameter. Returns false if it does not exist.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// Writes a new version of a parameter. Returns its number.
    ///
    /// # Errors
    /// SSM's message.
    pub(super) fn write(&mut self, write: &Write<'_>) -> Result<usize, AwsError> {
        check(write.name)?;
        let known = self.0.get(write.name);
        if known.is_some() && !write.overwrite {
            return Err(AwsError::new(
                "ParameterAlreadyExists",
                "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
            ));
        }
        let kind = write.kind.or(known.map(|known| known.kind.as_str()));
        let kind = check_kind(kind)?.to_owned();
        check_value(write.value)?;
        let parameter = self.0.entry(write.name.to_owned()).or_default();
        if let Some(description) = write.description {
            parameter.description = Some(description.to_owned());
        }
        Ok(parameter.add(kind, write.value))
    }
}

fn check_kind(kind: Option<&str>) -> Result<&str, AwsError> {
    let kind = kind.ok_or_else(|| {
        AwsError::new(
            "ValidationException",
            "A parameter type is required when you create a parameter.",
        )
    })?;
    if TYPES.contains(&kind) {
        return Ok(kind);
    }
    Err(AwsError::new(
        "UnsupportedParameterType",
        format!("The parameter type {kind} is not supported."),
    ))
}

fn check_value(value: &str) -> Result<(), AwsError> {
    if value.len() > LARGEST_VALUE {
        return Err(AwsError::new(
            "ValidationException",
            format!(
                "Standard tier parameters support a maximum parameter value of {LARGEST_VALUE} characters."
            ),
        ));
    }
    Ok(())
}

impl Stored {
    /// The given version, or the newest, with its number.
    pub(super) fn version(&self, wanted: Option<usize>) -> Option<(usize, &Version)> {
        let number = wanted.unwrap_or(self.versions.len());
        Some((number, self.versions.get(number.checked_sub(1)?)?))
    }

    /// Adds a version. Returns its number.
    fn add(&mut self, kind: String, value: &str) -> usize {
        self.kind = kind;
        self.versions.push(Version {
            value: value.to_owned(),
            modified: now(),
        });
        self.versions.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write<'a>(name: &'a str, value: &'a str) -> Write<'a> {
        Write {
            name,
            value,
            kind: Some("String"),
            description: None,
            overwrite: true,
        }
    }

    #[test]
    fn versions_can_be_asked_for() {
        let mut parameters = Parameters::default();
        assert_eq!(parameters.write(&write("/a", "one")), Ok(1));
        assert_eq!(parameters.write(&write("/a", "two")), Ok(2));
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
    fn what_cannot_be_written_is_refused() {
        let mut parameters = Parameters::default();
        let untyped = Write {
            kind: None,
            ..write("/a", "one")
        };
        let code = |result: Result<usize, AwsError>| result.unwrap_err().code;
        assert_eq!(code(parameters.write(&untyped)), "ValidationException");
        let odd = Write {
            kind: Some("Number"),
            ..write("/a", "one")
        };
        assert_eq!(code(parameters.write(&odd)), "UnsupportedParameterType");
        let large = "x".repeat(LARGEST_VALUE + 1);
        assert_eq!(
            code(parameters.write(&write("/a", &large))),
            "ValidationException"
        );
        assert_eq!(parameters.write(&write("/a", "one")), Ok(1));
        let again = Write {
            overwrite: false,
            ..write("/a", "two")
        };
        assert_eq!(code(parameters.write(&again)), "ParameterAlreadyExists");
        assert_eq!(parameters.write(&untyped), Ok(2), "its type is known");
    }
}
