//! A template as its author wrote it: YAML or JSON, short and long tags, with line numbers.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, Tag, YamlData};
use serde_json::{Map, Number, Value, json};

use crate::json;
use crate::protocol::AwsError;

/// The largest template that can be passed inline, in bytes (quota "Template body size in a request").
const LARGEST_BODY: usize = 51_200;

/// Deeper than any real template, and shallow enough for the stack of a thread.
const DEEPEST: usize = 64;

/// A parsed template. Intrinsic functions stand in their long form (`{"Fn::Sub": …}`).
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
    pub(crate) deletion_policy: Option<String>,
    pub(crate) update_replace_policy: Option<String>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// `ValidationError` in AWS's words, with the line where the text is not YAML or JSON.
    pub(crate) fn parse(body: &str) -> Result<Self, AwsError> {
        if body.len() > LARGEST_BODY {
            return Err(AwsError::validation(format!(
                "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: \
                 Member must have length less than or equal to {LARGEST_BODY}"
            )));
        }
        let document = read_yaml(body)?;
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

    /// The capabilities that a deployment of this template must acknowledge.
    pub(crate) fn capabilities(&self) -> Vec<&'static str> {
        let iam = |definition: &&Definition| definition.resource_type.starts_with("AWS::IAM::");
        let named = |definition: &Definition| {
            [
                "RoleName",
                "PolicyName",
                "ManagedPolicyName",
                "UserName",
                "GroupName",
            ]
            .iter()
            .any(|name| {
                definition.resource_type != "AWS::IAM::Policy"
                    && definition.properties.get(name).is_some()
            })
        };
        let mut resources = self.resources.values().filter(iam).peekable();
        if resources.peek().is_none() {
            return Vec::new();
        }
        if resources.any(named) {
            vec!["CAPABILITY_NAMED_IAM"]
        } else {
            vec!["CAPABILITY_IAM"]
        }
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
    let (condition, deletion_policy, update_replace_policy) = (
        text("Condition"),
        text("DeletionPolicy"),
        text("UpdateReplacePolicy"),
    );
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
    for policy in [&deletion_policy, &update_replace_policy]
        .into_iter()
        .flatten()
    {
        if !["Delete", "Retain", "RetainExceptOnCreate"].contains(&policy.as_str()) {
            return Err(format_error(&format!(
                "[/Resources/{logical_id}] the local AWS has no deletion policy {policy}; use Delete, Retain or RetainExceptOnCreate."
            )));
        }
    }
    Ok(Definition {
        resource_type,
        properties,
        depends_on,
        condition,
        deletion_policy,
        update_replace_policy,
    })
}

fn format_error(message: &str) -> AwsError {
    AwsError::validation(format!("Template format error: {message}"))
}

fn read_yaml(body: &str) -> Result<Value, AwsError> {
    if nesting(body) > DEEPEST {
        return Err(format_error(&format!(
            "the template is nested more than {DEEPEST} deep."
        )));
    }
    let documents = MarkedYaml::load_from_str(body).map_err(|error| {
        let marker = error.marker();
        format_error(&format!(
            "YAML not well-formed. (line {}, column {}): {}",
            marker.line(),
            marker.col() + 1,
            error.info()
        ))
    })?;
    let document = documents
        .into_iter()
        .next()
        .ok_or_else(|| format_error("the template is empty."))?;
    convert(document)
}

/// An upper bound of how deep `text` nests: brackets in the flow style, indentation and dashes in
/// the block style. Counting first keeps a hostile text away from recursive code.
fn nesting(text: &str) -> usize {
    let mut deepest_flow = 0_usize;
    let mut flow = 0_usize;
    for character in text.chars() {
        match character {
            '[' | '{' => flow += 1,
            ']' | '}' => flow = flow.saturating_sub(1),
            _ => {}
        }
        deepest_flow = deepest_flow.max(flow);
    }
    let block = text
        .lines()
        .map(|line| {
            let indent = line.len() - line.trim_start_matches([' ', '-', '?']).len();
            indent / 2 + 1
        })
        .max()
        .unwrap_or_default();
    deepest_flow.max(block)
}

fn convert(node: MarkedYaml<'_>) -> Result<Value, AwsError> {
    let line = node.span.start.line();
    match node.data {
        YamlData::Value(scalar) => Ok(convert_scalar(scalar)),
        YamlData::Sequence(items) => items.into_iter().map(convert).collect(),
        YamlData::Mapping(members) => members
            .into_iter()
            .map(|(key, value)| {
                let key = convert(key)?;
                if key.is_object() || key.is_array() {
                    return Err(format_error(&format!(
                        "YAML not well-formed. (line {line}): a key must be a string"
                    )));
                }
                Ok((json::text(&key), convert(value)?))
            })
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        YamlData::Tagged(tag, value) => function(&tag, convert(*value)?, line),
        YamlData::Representation(text, _, tag) => match tag {
            Some(tag) => function(&tag, Value::String(text.into_owned()), line),
            None => Ok(Value::String(text.into_owned())),
        },
        YamlData::Alias(_) | YamlData::BadValue => Err(format_error(&format!(
            "YAML not well-formed. (line {line}): a value that cannot be read"
        ))),
    }
}

fn convert_scalar(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(flag) => flag.into(),
        Scalar::Integer(number) => number.into(),
        Scalar::FloatingPoint(number) => Number::from_f64(number.into_inner())
            .map_or_else(|| number.to_string().into(), Value::Number),
        Scalar::String(text) => text.into_owned().into(),
    }
}

/// The long form of a short tag: `!GetAtt A.B` becomes `{"Fn::GetAtt": ["A", "B"]}`.
fn function(tag: &Tag, argument: Value, line: usize) -> Result<Value, AwsError> {
    let name = tag.suffix.as_str();
    if tag.handle != "!" {
        return Ok(argument);
    }
    match name {
        "Ref" | "Condition" => Ok(json!({ name: argument })),
        "GetAtt" => Ok(json!({"Fn::GetAtt": attribute_path(argument)})),
        "Base64" | "Cidr" | "And" | "Equals" | "If" | "Not" | "Or" | "FindInMap" | "GetAZs"
        | "ImportValue" | "Join" | "Select" | "Split" | "Sub" => {
            Ok(json!({ format!("Fn::{name}"): argument }))
        }
        _ => Err(format_error(&format!(
            "unsupported tag !{name} (line {line})."
        ))),
    }
}

/// `"A.B.C"` as `["A", "B.C"]`; a list stays a list.
fn attribute_path(argument: Value) -> Value {
    match argument {
        Value::String(path) => match path.split_once('.') {
            Some((resource, attribute)) => json!([resource, attribute]),
            None => json!([path]),
        },
        list => list,
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
    fn what_is_wrong_is_said_with_its_line() {
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
        assert!(parse_error(&" ".repeat(60_000)).contains("less than or equal to 51200"));
    }

    #[test]
    fn named_roles_need_more_than_unnamed_ones() {
        let template = |properties: &str| {
            Template::parse(&format!(
                "Resources: {{R: {{Type: AWS::IAM::Role, Properties: {properties}}}}}"
            ))
            .unwrap()
        };
        assert_eq!(template("{}").capabilities(), ["CAPABILITY_IAM"]);
        assert_eq!(
            template("{RoleName: x}").capabilities(),
            ["CAPABILITY_NAMED_IAM"]
        );
        assert!(
            Template::parse("Resources: {A: {Type: AWS::EC2::VPC}}")
                .unwrap()
                .capabilities()
                .is_empty()
        );
    }
}
