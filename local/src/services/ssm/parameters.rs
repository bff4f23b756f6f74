//! The parameters and their history, as part of the account's state.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

use super::name::{Named, Selector, check};
use crate::aws::{AwsError, now};

/// The largest value of a standard and of an advanced parameter, in bytes.
const LARGEST_VALUE: usize = 4096;
const LARGEST_ADVANCED: usize = 8192;

/// How many versions a parameter keeps, and how many labels a version has at most.
const VERSIONS: usize = 100;
const LABELS: usize = 10;

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
    /// How many old versions are no longer kept.
    #[serde(default)]
    forgotten: usize,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) settings: Settings,
}

/// What a parameter has besides its value.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) tier: Option<String>,
    pub(super) key_id: Option<String>,
    pub(super) allowed_pattern: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) value: String,
    pub(super) modified: String,
    #[serde(default)]
    pub(super) labels: Vec<String>,
}

/// A new parameter, or a new version of an existing one.
pub(super) struct Write<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    /// Needed for a new parameter only.
    pub(super) kind: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) overwrite: bool,
    pub(super) settings: Settings,
}

impl Parameters {
    /// The value of `name`, `name:version` or `name:label`, if there is one.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let (_, parameter) = self.find(name)?;
        let (_, version) = parameter.selected(Named::read(name).selector)?;
        Some(version.value.clone())
    }

    /// The type of a parameter, which is named as for [`Self::value`].
    pub(crate) fn kind(&self, name: &str) -> Option<&str> {
        let (_, parameter) = self.find(name)?;
        parameter.selected(Named::read(name).selector)?;
        Some(&parameter.kind)
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

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Stored> {
        self.0.get_mut(name)
    }

    /// The parameter that a caller names by its name or ARN, without looking at the version.
    pub(super) fn find(&self, named: &str) -> Option<(&str, &Stored)> {
        let named = Named::read(named);
        let plain = named.name.strip_prefix('/').filter(|_| named.is_arn);
        let forms = [Some(named.name), plain];
        let mut found = forms.into_iter().flatten();
        let (name, parameter) = found.find_map(|name| self.0.get_key_value(name))?;
        Some((name.as_str(), parameter))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Stored)> {
        self.0.iter().map(|(name, one)| (name.as_str(), one))
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
        let before = known.map(|known| known.settings.clone());
        let settings = settings(&write.settings, before.unwrap_or_default());
        check_value(write.value, &settings)?;
        if let Some(known) = known {
            known.check_room()?;
        }
        let parameter = self.0.entry(write.name.to_owned()).or_default();
        parameter.settings = settings;
        if let Some(description) = write.description {
            parameter.description = Some(description.to_owned());
        }
        Ok(parameter.add(kind, write.value))
    }
}

/// The new settings; those that are not given stay as they were.
fn settings(given: &Settings, before: Settings) -> Settings {
    Settings {
        tier: given.tier.clone().or(before.tier),
        key_id: given.key_id.clone().or(before.key_id),
        allowed_pattern: given.allowed_pattern.clone().or(before.allowed_pattern),
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

fn check_value(value: &str, settings: &Settings) -> Result<(), AwsError> {
    let invalid = |sentence: String| Err(AwsError::new("ValidationException", sentence));
    let is_standard = matches!(settings.tier.as_deref(), None | Some("Standard"));
    if is_standard && value.len() > LARGEST_VALUE {
        return invalid(format!(
            "Standard tier parameters support a maximum parameter value of {LARGEST_VALUE} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
        ));
    }
    if value.len() > LARGEST_ADVANCED {
        return invalid(format!(
            "Advanced tier parameters support a maximum parameter value of {LARGEST_ADVANCED} characters."
        ));
    }
    let Some(pattern) = &settings.allowed_pattern else {
        return Ok(());
    };
    let regex = Regex::new(&format!("^(?:{pattern})$")).map_err(|_| {
        AwsError::new(
            "InvalidAllowedPatternException",
            "The request does not meet the regular expression requirement.",
        )
    })?;
    if regex.is_match(value) {
        return Ok(());
    }
    Err(AwsError::new(
        "ParameterPatternMismatchException",
        format!("Parameter value, cannot be validated against allowedPattern: {pattern}"),
    ))
}

impl Stored {
    /// The given version, or the newest, with its number.
    pub(super) fn version(&self, wanted: Option<usize>) -> Option<(usize, &Version)> {
        let newest = self.forgotten + self.versions.len();
        let number = wanted.unwrap_or(newest);
        let index = number.checked_sub(self.forgotten + 1)?;
        Some((number, self.versions.get(index)?))
    }

    /// The version that a caller selects by number or label, or the newest.
    pub(super) fn selected(&self, selector: Option<Selector<'_>>) -> Option<(usize, &Version)> {
        match selector {
            None => self.version(None),
            Some(Selector::Number(number)) => self.version(Some(number)),
            Some(Selector::Label(label)) => self
                .numbered()
                .find(|(_, version)| version.labels.iter().any(|one| one == label)),
        }
    }

    /// The versions with their numbers, the oldest first.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, &Version)> {
        (self.forgotten + 1..).zip(&self.versions)
    }

    /// Moves labels to a version.
    ///
    /// # Errors
    /// SSM's message for a version that does not exist, or too many labels.
    pub(super) fn label(&mut self, number: usize, labels: &[String]) -> Result<(), AwsError> {
        let index = number.checked_sub(self.forgotten + 1);
        let version = index.and_then(|index| self.versions.get(index));
        let known = &version.ok_or_else(no_version)?.labels;
        let new = labels.iter().filter(|label| !known.contains(label)).count();
        if known.len() + new > LABELS {
            return Err(AwsError::new(
                "ParameterVersionLabelLimitExceeded",
                "An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A parameter version can have maximum 10 labels.Move one or more labels to another version and try again.",
            ));
        }
        for version in &mut self.versions {
            version.labels.retain(|label| !labels.contains(label));
        }
        if let Some(version) = index.and_then(|index| self.versions.get_mut(index)) {
            version.labels.extend_from_slice(labels);
        }
        Ok(())
    }

    /// Removes labels from a version. Returns those that it had.
    ///
    /// # Errors
    /// SSM's message for a version that does not exist.
    pub(super) fn unlabel(
        &mut self,
        number: usize,
        labels: &[String],
    ) -> Result<Vec<String>, AwsError> {
        let index = number.checked_sub(self.forgotten + 1);
        let version = index.and_then(|index| self.versions.get_mut(index));
        let known = &mut version.ok_or_else(no_version)?.labels;
        let removed = known.extract_if(.., |label| labels.contains(label));
        Ok(removed.collect())
    }

    /// # Errors
    /// SSM's message if the oldest version would have to go and has a label.
    fn check_room(&self) -> Result<(), AwsError> {
        let oldest = self.versions.first();
        if self.versions.len() < VERSIONS || oldest.is_none_or(|one| one.labels.is_empty()) {
            return Ok(());
        }
        Err(AwsError::new(
            "ParameterMaxVersionLimitExceeded",
            "You attempted to create a new version of the parameter by calling the PutParameter API with the overwrite flag. The oldest version can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.",
        ))
    }

    /// Adds a version. Returns its number.
    fn add(&mut self, kind: String, value: &str) -> usize {
        self.kind = kind;
        if self.versions.len() == VERSIONS {
            self.versions.remove(0);
            self.forgotten += 1;
        }
        self.versions.push(Version {
            value: value.to_owned(),
            modified: now(),
            labels: Vec::new(),
        });
        self.forgotten + self.versions.len()
    }
}

fn no_version() -> AwsError {
    AwsError::new(
        "ParameterVersionNotFound",
        "Systems Manager could not find the version of the parameter. Verify the version and try again.",
    )
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
            settings: Settings::default(),
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

    #[test]
    fn old_versions_are_forgotten_and_labels_move() {
        let mut parameters = Parameters::default();
        for number in 1..=VERSIONS + 2 {
            let value = number.to_string();
            assert_eq!(parameters.write(&write("/a", &value)), Ok(number));
        }
        assert_eq!(parameters.value("/a:2"), None);
        assert_eq!(parameters.value("/a:3").as_deref(), Some("3"));
        let label = ["prod".to_owned()];
        let stored = parameters.get_mut("/a").unwrap();
        stored.label(3, &label).unwrap();
        assert!(stored.label(1, &label).is_err());
        assert_eq!(parameters.value("/a:prod").as_deref(), Some("3"));
        let refused = parameters.write(&write("/a", "x")).unwrap_err();
        assert_eq!(refused.code, "ParameterMaxVersionLimitExceeded");
        let stored = parameters.get_mut("/a").unwrap();
        stored.label(4, &label).unwrap();
        assert_eq!(stored.unlabel(3, &label), Ok(Vec::new()));
        assert_eq!(stored.unlabel(4, &label), Ok(label.to_vec()));
        assert!(parameters.write(&write("/a", "x")).is_ok());
    }

    #[test]
    fn a_parameter_is_found_by_its_arn() {
        let mut parameters = Parameters::default();
        parameters.write(&write("plain", "one")).unwrap();
        let arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/plain:1";
        assert_eq!(parameters.value(arn).as_deref(), Some("one"));
        assert_eq!(parameters.value("/plain"), None);
    }
}
