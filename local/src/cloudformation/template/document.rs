//! A template, its sections and its resources.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::definition::{Definition, definitions};
use super::error::format_error;
use super::nulls::check_nulls;
use super::transform::{LANGUAGE_EXTENSIONS, declared};
use super::yaml;
use crate::aws::{AwsError, json};

/// A parsed template. Intrinsic functions have their long form (`{"Fn::Sub": …}`).
#[derive(Debug, Clone, Default)]
pub(crate) struct Template {
    pub(crate) description: Option<String>,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) mappings: Map<String, Value>,
    pub(crate) conditions: Map<String, Value>,
    pub(crate) resources: BTreeMap<String, Definition>,
    pub(crate) outputs: Map<String, Value>,
    pub(crate) rules: Map<String, Value>,
    /// The transforms that the template declares.
    pub(crate) transforms: Vec<String>,
    /// The sections as written, if a transform has still to process them. There are no resources
    /// until then.
    pub(crate) unprocessed: Option<Map<String, Value>>,
    pub(crate) metadata: Option<Value>,
    /// The sections that a transform has made.
    pub(crate) processed: Option<Map<String, Value>>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// `ValidationError` in AWS's words, with the line if the text is not YAML or JSON.
    pub(crate) fn parse(body: &str) -> Result<Self, AwsError> {
        let document = yaml::read(body)?;
        let Value::Object(sections) = document else {
            return Err(format_error("unsupported structure."));
        };
        check_nulls(&sections)?;
        Self::from_sections(sections)
    }

    /// The template with these sections.
    ///
    /// # Errors
    /// `ValidationError` in AWS's words for a section that is unknown or malformed.
    pub(crate) fn from_sections(mut sections: Map<String, Value>) -> Result<Self, AwsError> {
        let transforms = declared(&mut sections)?;
        if sections.contains_key("Hooks") {
            return Err(format_error(
                "the local AWS does not do the section Hooks yet.",
            ));
        }
        let has_loops = transforms.iter().any(|name| name == LANGUAGE_EXTENSIONS);
        let unprocessed = has_loops.then(|| sections.clone());
        if let Some(version) = sections.remove("AWSTemplateFormatVersion")
            && version != "2010-09-09"
        {
            let version = json::text(&version);
            return Err(format_error(&format!(
                "{version} is not a supported value for AWSTemplateFormatVersion"
            )));
        }
        let description = match sections.remove("Description") {
            Some(Value::Object(_) | Value::Array(_)) => {
                return Err(format_error("Every Description member must be a string."));
            }
            scalar => scalar.as_ref().map(json::text),
        };
        let metadata = sections.remove("Metadata");
        if metadata.as_ref().is_some_and(|given| !given.is_object()) {
            return Err(format_error("Metadata must be an object."));
        }
        let mut section = |name: &str| match sections.remove(name) {
            None => Ok(Map::new()),
            Some(Value::Object(members)) => Ok(members),
            Some(_) => Err(format_error(&format!("{name} must be an object."))),
        };
        let mut template = Self {
            description,
            parameters: section("Parameters")?,
            rules: section("Rules")?,
            mappings: section("Mappings")?,
            conditions: section("Conditions")?,
            outputs: section("Outputs")?,
            resources: BTreeMap::new(),
            transforms,
            unprocessed,
            processed: None,
            metadata,
        };
        let resources = section("Resources")?;
        if !sections.is_empty() {
            let names: Vec<_> = sections.keys().map(String::as_str).collect();
            return Err(AwsError::validation(format!(
                "Invalid template property or properties [{}]",
                names.join(", ")
            )));
        }
        if resources.is_empty() {
            return Err(format_error(
                "At least one Resources member must be defined.",
            ));
        }
        if template.unprocessed.is_none() {
            template.resources = definitions(resources)?;
        }
        Ok(template)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_error(body: &str) -> String {
        Template::parse(body).expect_err("must not parse").message
    }

    #[test]
    fn short_and_long_tags_read_the_same() {
        let short = Template::parse(
            "Resources:\n  A:\n    Type: T\n    Properties:\n      X: !Sub '${B}-1'\n      Y: !GetAtt B.Nested.Arn\n      \
             Z: !If [C, !Ref B, !Select [0, !GetAZs '']]\n      V: 2012-10-17\n",
        )
        .unwrap();
        let long = Template::parse(
            r#"{"Resources": {"A": {"Type": "T", "Properties": {
                "X": {"Fn::Sub": "${B}-1"}, "Y": {"Fn::GetAtt": ["B", "Nested.Arn"]},
                "Z": {"Fn::If": ["C", {"Ref": "B"}, {"Fn::Select": [0, {"Fn::GetAZs": ""}]}]},
                "V": "2012-10-17"}}}}"#,
        )
        .unwrap();
        assert_eq!(short.resources, long.resources);
    }

    #[test]
    fn an_error_names_the_line() {
        let cases = [
            ("Resources:\n  A: [1\n", "line"),
            ("", "empty"),
            ("just text", "unsupported structure"),
            (
                "Resources: {}",
                "At least one Resources member must be defined",
            ),
            (
                "Resources: {A: {}}",
                "[/Resources/A] Every Resources object must contain a Type member",
            ),
            (
                "Resource: {A: {Type: T}}",
                "Invalid template property or properties [Resource]",
            ),
            (
                "Resources: {A: {Type: T, Propertys: {}}}",
                "Invalid template resource property 'Propertys'",
            ),
            (
                "Resources: {A: {Type: !Wrong x}}",
                "unsupported tag !Wrong (line 1)",
            ),
            (
                "Resources: {A-B: {Type: T}}",
                "Resource name A-B is non alphanumeric",
            ),
            (
                "Resources: {A: {Type: T, DeletionPolicy: Keep}}",
                "Template format error: Unrecognized DeletionPolicy Keep for resource A",
            ),
            (
                "Resources: {A: {Type: T, DeletionPolicy: Snapshot}}",
                "Template error: resource type T does not support deletion policy Snapshot",
            ),
            (
                "Resources: {A: {Type: T, UpdateReplacePolicy: RetainExceptOnCreate}}",
                "Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource A",
            ),
            (
                "Resources: {A: {Type: T, DeletionPolicy: !Ref P}}",
                "Template format error: Every DeletionPolicy member must be a string.",
            ),
            (
                "Resources: {A: {Type: T, Condition: !Ref P}}",
                "Template format error: Every Condition member must be a string.",
            ),
            (
                "Resources: {A: {Type: T, Properties: [1]}}",
                "[/Resources/A] resource definition is malformed",
            ),
            (
                "AWSTemplateFormatVersion: 2020-09-09\nResources: {A: {Type: T}}",
                "2020-09-09 is not a supported value for AWSTemplateFormatVersion",
            ),
            (
                "Description: [a]\nResources: {A: {Type: T}}",
                "Every Description member must be a string",
            ),
            (
                "Transform: X\nResources: {A: {Type: T}}",
                "does not do the transform X yet",
            ),
            (
                "Hooks: {}\nResources: {A: {Type: T}}",
                "does not do the section Hooks yet",
            ),
            (
                "Resources: {A: {Type: T, DependsOn: {B: 1}}}",
                "DependsOn must be a string or list of strings",
            ),
            (
                "A: &a [1]\nB: *a",
                "YAML aliases are not allowed in CloudFormation templates",
            ),
            (
                "Resources: {A: {Type: T, Properties: {B: [1, ~]}}}",
                "[/Resources/A/Properties/B/1] 'null' values are not allowed in templates",
            ),
            ("A: !!binary aGk=", "unsupported tag !!binary (line 1)"),
            ("A: 1\nA: 2", "line 2"),
        ];
        for (body, expected) in cases {
            let message = parse_error(body);
            assert!(message.contains(expected), "{body:?} gave {message:?}");
        }
    }

    #[test]
    fn a_hostile_template_does_not_exhaust_the_stack() {
        for body in [
            "[".repeat(50_000),
            "- ".repeat(25_000),
            "{a: ".repeat(12_000),
        ] {
            let message = parse_error(&body);
            assert!(message.contains("nested more than"), "{message}");
        }
    }
}
