//! A template, its sections and its resources.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::format_error;
use super::yaml;
use crate::aws::{AwsError, json};
use crate::cloudformation::model::Policy;

/// A parsed template. Intrinsic functions have their long form (`{"Fn::Sub": …}`).
#[derive(Debug, Clone, Default)]
pub(crate) struct Template {
    pub(crate) description: Option<String>,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) mappings: Map<String, Value>,
    pub(crate) conditions: Map<String, Value>,
    pub(crate) resources: BTreeMap<String, Definition>,
    pub(crate) outputs: Map<String, Value>,
}

/// One entry of the section `Resources`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Definition {
    pub(crate) resource_type: String,
    pub(crate) properties: Value,
    pub(crate) depends_on: Vec<String>,
    pub(crate) condition: Option<String>,
    pub(crate) deletion_policy: Option<Policy>,
    pub(crate) update_replace_policy: Option<Policy>,
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
        Self::from_sections(sections)
    }

    fn from_sections(mut sections: Map<String, Value>) -> Result<Self, AwsError> {
        if sections.contains_key("Transform") {
            return Err(format_error(
                "the local AWS has no transforms (section Transform).",
            ));
        }
        let version = sections.remove("AWSTemplateFormatVersion");
        if version.is_some_and(|version| version != "2010-09-09") {
            return Err(format_error(
                "unsupported value for AWSTemplateFormatVersion; it must be \"2010-09-09\".",
            ));
        }
        let description = sections.remove("Description").map(|text| json::text(&text));
        sections.remove("Metadata");
        let mut section = |name: &str| match sections.remove(name) {
            None => Ok(Map::new()),
            Some(Value::Object(members)) => Ok(members),
            Some(_) => Err(format_error(&format!("{name} must be an object."))),
        };
        let template = Self {
            description,
            parameters: section("Parameters")?,
            mappings: section("Mappings")?,
            conditions: section("Conditions")?,
            outputs: section("Outputs")?,
            resources: definitions(section("Resources")?)?,
        };
        if !sections.is_empty() {
            let names: Vec<_> = sections.keys().map(String::as_str).collect();
            return Err(AwsError::validation(format!(
                "Invalid template property or properties [{}]",
                names.join(", ")
            )));
        }
        if template.resources.is_empty() {
            return Err(format_error(
                "At least one Resources member must be defined.",
            ));
        }
        Ok(template)
    }
}

fn definitions(resources: Map<String, Value>) -> Result<BTreeMap<String, Definition>, AwsError> {
    resources
        .into_iter()
        .map(|(logical_id, body)| Ok((logical_id.clone(), definition(&logical_id, body)?)))
        .collect()
}

fn definition(logical_id: &str, body: Value) -> Result<Definition, AwsError> {
    if !logical_id.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(format_error(&format!(
            "Resource name {logical_id} is non alphanumeric."
        )));
    }
    let Value::Object(mut members) = body else {
        return Err(format_error(&format!(
            "[/Resources/{logical_id}] resource definition must be an object"
        )));
    };
    let mut text = |name: &str| members.remove(name).map(|value| json::text(&value));
    let resource_type = text("Type").ok_or_else(|| {
        format_error(&format!(
            "[/Resources/{logical_id}] Every Resources object must contain a Type member."
        ))
    })?;
    let condition = text("Condition");
    let deletion_policy = text("DeletionPolicy");
    let update_replace_policy = text("UpdateReplacePolicy");
    let depends_on = match members.remove("DependsOn") {
        Some(Value::Array(names)) => names.iter().map(json::text).collect(),
        Some(name) => vec![json::text(&name)],
        None => Vec::new(),
    };
    let properties = members.remove("Properties").unwrap_or_else(|| json!({}));
    members.remove("Metadata");
    if let Some(unknown) = members.keys().next() {
        return Err(AwsError::validation(format!(
            "Invalid template resource property '{unknown}'"
        )));
    }
    Ok(Definition {
        resource_type,
        properties,
        depends_on,
        condition,
        deletion_policy: policy(logical_id, deletion_policy.as_deref())?,
        update_replace_policy: policy(logical_id, update_replace_policy.as_deref())?,
    })
}

fn policy(logical_id: &str, name: Option<&str>) -> Result<Option<Policy>, AwsError> {
    match name {
        None => Ok(None),
        Some("Delete") => Ok(Some(Policy::Delete)),
        Some("Retain") => Ok(Some(Policy::Retain)),
        Some("RetainExceptOnCreate") => Ok(Some(Policy::RetainExceptOnCreate)),
        Some(other) => Err(format_error(&format!(
            "[/Resources/{logical_id}] the local AWS has no deletion policy {other}; use Delete, Retain or RetainExceptOnCreate."
        ))),
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
                "no deletion policy Keep",
            ),
            ("Transform: X\nResources: {A: {Type: T}}", "no transforms"),
            ("A: &a [*a]", "line 1"),
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
            assert!(parse_error(&body).contains("nested more than"));
        }
    }
}
