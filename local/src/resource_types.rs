//! The resource types that the local AWS knows: their properties, what `Fn::GetAtt` gives, and what forces
//! a replacement.
//!
//! `resource_types.json` holds a property only if the local AWS honours it or if it has no effect on one
//! machine. `tests/provider_schemas.rs` holds that file against AWS's own schemas.

mod shape;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use self::shape::{Object, Shape};

static RESOURCE_TYPES: LazyLock<BTreeMap<String, ResourceType>> = LazyLock::new(|| {
    let file = include_str!("resource_types.json");
    serde_json::from_str(file)
        .expect("the file is part of the binary, and every test here parses it")
});

/// The resource type `name`, such as `AWS::EC2::VPC`, if the local AWS knows it.
pub(crate) fn resource_type(name: &str) -> Option<&'static ResourceType> {
    RESOURCE_TYPES.get(name)
}

/// The names of the types that the local AWS knows.
pub(crate) fn names() -> Vec<&'static str> {
    RESOURCE_TYPES.keys().map(String::as_str).collect()
}

/// One resource type, in the words of AWS's provider schemas.
#[derive(Debug, Deserialize)]
#[serde(from = "Entry")]
pub(crate) struct ResourceType {
    attributes: BTreeSet<String>,
    replace: Vec<String>,
    shape: Shape,
}

/// An entry of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// What `Fn::GetAtt` gives.
    attributes: BTreeSet<String>,
    properties: BTreeMap<String, Shape>,
    /// The paths, such as `A/B`, whose change makes a new resource. That includes what AWS replaces
    /// only in some cases.
    replace: Vec<String>,
    required: Vec<String>,
}

impl From<Entry> for ResourceType {
    fn from(entry: Entry) -> Self {
        Self {
            attributes: entry.attributes,
            replace: entry.replace,
            shape: Shape::Object(Object {
                members: entry.properties,
                required: entry.required,
            }),
        }
    }
}

impl ResourceType {
    /// Checks the properties of a resource.
    ///
    /// # Errors
    /// What AWS would say of the first property that is unknown, missing or of the wrong type.
    pub(crate) fn validate(&self, properties: &Value) -> Result<(), String> {
        self.shape.validate(properties, "#")
    }

    /// Gives every scalar its declared type, as CloudFormation does: `"512"` becomes 512 where an
    /// integer belongs, and the other way round.
    pub(crate) fn coerce(&self, properties: Value) -> Value {
        self.shape.coerce(properties)
    }

    /// The properties with the tags of the stack; a tag of the resource's own wins. A type that has
    /// no tags stays as it is.
    pub(crate) fn tagged(&self, mut properties: Value, tags: &BTreeMap<String, String>) -> Value {
        let Shape::Object(object) = &self.shape else {
            return properties;
        };
        let Some(shape) = object.members.get("Tags") else {
            return properties;
        };
        let own = properties.get("Tags").cloned();
        for (key, value) in tags {
            match shape {
                Shape::Map(_) if own.as_ref().is_none_or(|own| own.get(key).is_none()) => {
                    properties["Tags"][key] = value.as_str().into();
                }
                Shape::List(_) => {
                    let own = own.as_ref().and_then(Value::as_array);
                    let known =
                        own.is_some_and(|own| own.iter().any(|tag| tag["Key"] == key.as_str()));
                    if !known {
                        let tag = serde_json::json!({"Key": key, "Value": value});
                        match properties.get_mut("Tags").and_then(Value::as_array_mut) {
                            Some(list) => list.push(tag),
                            None => properties["Tags"] = vec![tag].into(),
                        }
                    }
                }
                _ => {}
            }
        }
        properties
    }

    /// Whether the change makes a new resource in place of an update.
    pub(crate) fn replacement(&self, before: &Value, after: &Value) -> bool {
        let changed = |path: &String| at(before, path) != at(after, path);
        self.replace.iter().any(changed)
    }

    /// Whether `Fn::GetAtt` gives `attribute`.
    pub(crate) fn has_attribute(&self, attribute: &str) -> bool {
        self.attributes.contains(attribute)
    }
}

/// What stands under a path such as `A/B`.
fn at<'a>(properties: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/')
        .try_fold(properties, |value, name| value.get(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known(name: &str) -> &'static ResourceType {
        resource_type(name).unwrap_or_else(|| panic!("{name} is not in the file"))
    }

    #[test]
    fn every_type_of_the_templates_is_known() {
        let templates = [
            include_str!("../../infra/vpc/template.yaml"),
            include_str!("../../infra/table/template.yaml"),
            include_str!("../../infra/container/template.yaml"),
        ];
        let lines = templates.iter().flat_map(|template| template.lines());
        let types: Vec<&str> = lines
            .filter_map(|line| line.strip_prefix("    Type: AWS::"))
            .filter(|name| !name.starts_with("SSM::Parameter::"))
            .collect();
        assert!(types.len() > 40, "{types:?}");
        for name in types {
            known(&format!("AWS::{name}"));
        }
    }

    #[test]
    fn an_unknown_type_is_none() {
        assert!(resource_type("AWS::Moon::Base").is_none());
    }

    #[test]
    fn replacement_follows_what_can_be_set_on_creation_only() {
        let subnet = known("AWS::EC2::Subnet");
        let before = json!({"VpcId": "vpc-1", "MapPublicIpOnLaunch": false});
        let moved = json!({"VpcId": "vpc-2", "MapPublicIpOnLaunch": false});
        let public = json!({"VpcId": "vpc-1", "MapPublicIpOnLaunch": true});
        assert!(subnet.replacement(&before, &moved));
        assert!(
            subnet.replacement(&before, &json!({})),
            "a removed property"
        );
        assert!(!subnet.replacement(&before, &public));
    }

    #[test]
    fn replacement_looks_into_nested_paths() {
        let entry = json!({
            "attributes": [],
            "properties": {"A": {"B": "string", "C": "string"}},
            "replace": ["A/B"],
            "required": [],
        });
        let nested: ResourceType = serde_json::from_value(entry).unwrap();
        let before = json!({"A": {"B": "1", "C": "1"}});
        assert!(nested.replacement(&before, &json!({"A": {"B": "2", "C": "1"}})));
        assert!(!nested.replacement(&before, &json!({"A": {"B": "1", "C": "2"}})));
    }

    #[test]
    fn attributes_are_those_of_get_att() {
        let vpc = known("AWS::EC2::VPC");
        assert!(vpc.has_attribute("CidrBlock"));
        assert!(!vpc.has_attribute("EnableDnsSupport"));
    }

    #[test]
    fn a_missing_property_is_named() {
        let error = known("AWS::EC2::Subnet").validate(&json!({})).unwrap_err();
        assert_eq!(
            error,
            "Model validation failed (#: required key [VpcId] not found)"
        );
    }

    #[test]
    fn an_unknown_property_is_named_with_the_nearest_known_one() {
        let vpc = known("AWS::EC2::VPC");
        let error = vpc
            .validate(&json!({"CidrBlok": "10.0.0.0/16"}))
            .unwrap_err();
        assert_eq!(
            error,
            "Encountered unsupported property CidrBlok (did you mean CidrBlock?)"
        );
        let error = vpc.validate(&json!({"Colour": "blue"})).unwrap_err();
        assert_eq!(error, "Encountered unsupported property Colour");
    }
}
