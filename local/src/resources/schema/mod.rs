//! The schema of each resource type: its properties, its attributes (`Fn::GetAtt`), and the
//! properties whose change forces a replacement.
//!
//! A schema is the JSON file beside the resource type, in a short form of AWS's provider schemas.
//! `properties` gives each property its shape: `"string"`, `"integer"`, `"boolean"`, `"number"` or
//! `"json"`, `[SHAPE]` for a list, `{"*": SHAPE}` for a map, and `{"NAME": SHAPE}` for an object.
//! `required` lists the required properties; a nested object lists its own in `"$required"`.
//! `replace` lists the paths whose change replaces the resource, and `attributes` the names that
//! `Fn::GetAtt` accepts.
//!
//! A file has a property only if the local AWS implements it, or if it has no effect on one
//! machine. `tests/provider_schemas.rs` checks the files against AWS's own schemas.

mod distance;
mod parse;
mod shape;
mod validate;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use self::shape::{Object, Shape};
use super::table::TABLE;

static SCHEMAS: LazyLock<BTreeMap<String, Schema>> = LazyLock::new(|| {
    let schemas = TABLE.iter().map(|handler| {
        let file: File = serde_json::from_str(handler.schema())
            .expect("the file is part of the binary, and every test here parses it");
        (file.type_name.clone(), Schema::from(file))
    });
    schemas.collect()
});

/// The schema of a resource type such as `AWS::EC2::VPC`, if the local AWS has the type.
pub(crate) fn schema(name: &str) -> Option<&'static Schema> {
    SCHEMAS.get(name)
}

/// The names of the types that the local AWS has.
pub(crate) fn names() -> Vec<&'static str> {
    SCHEMAS.keys().map(String::as_str).collect()
}

/// The schema of one resource type.
#[derive(Debug)]
pub(crate) struct Schema {
    attributes: BTreeSet<String>,
    replace: Vec<String>,
    shape: Shape,
}

/// The JSON file of a resource type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "typeName")]
    type_name: String,
    /// The attributes that `Fn::GetAtt` returns.
    attributes: BTreeSet<String>,
    properties: BTreeMap<String, Shape>,
    /// The paths, such as `A/B`, whose change replaces the resource, including those for which AWS
    /// does so only in some cases.
    replace: Vec<String>,
    required: Vec<String>,
}

impl From<File> for Schema {
    fn from(file: File) -> Self {
        Self {
            attributes: file.attributes,
            replace: file.replace,
            shape: Shape::Object(Object {
                members: file.properties,
                required: file.required,
            }),
        }
    }
}

impl Schema {
    /// Checks the properties of a resource.
    ///
    /// # Errors
    /// AWS's message for the first property that is unknown, missing or of the wrong type.
    pub(crate) fn validate(&self, properties: &Value) -> Result<(), String> {
        self.shape.validate(properties, "#")
    }

    /// Converts every scalar to its declared type, as CloudFormation does: `"512"` becomes 512 if
    /// the property is an integer, and 512 becomes `"512"` if it is a string.
    pub(crate) fn coerce(&self, properties: Value) -> Value {
        self.shape.coerce(properties)
    }

    /// The properties with the tags of the stack; the resource's own tags take precedence. A type
    /// without tags is left unchanged.
    pub(crate) fn tagged(&self, mut properties: Value, tags: &BTreeMap<String, String>) -> Value {
        let Shape::Object(object) = &self.shape else {
            return properties;
        };
        match object.members.get("Tags") {
            Some(Shape::Map(_)) => add_to_map(&mut properties, tags),
            Some(Shape::List(_)) => add_to_list(&mut properties, tags),
            _ => {}
        }
        properties
    }

    /// Whether the change replaces the resource instead of updating it.
    pub(crate) fn replacement(&self, before: &Value, after: &Value) -> bool {
        let changed = |path: &String| at(before, path) != at(after, path);
        self.replace.iter().any(changed)
    }

    /// Whether `Fn::GetAtt` returns `attribute`.
    pub(crate) fn has_attribute(&self, attribute: &str) -> bool {
        self.attributes.contains(attribute)
    }
}

fn add_to_map(properties: &mut Value, tags: &BTreeMap<String, String>) {
    for (key, value) in tags {
        if properties
            .get("Tags")
            .and_then(|own| own.get(key))
            .is_none()
        {
            properties["Tags"][key] = value.as_str().into();
        }
    }
}

fn add_to_list(properties: &mut Value, tags: &BTreeMap<String, String>) {
    for (key, value) in tags {
        let tag = json!({"Key": key, "Value": value});
        match properties.get_mut("Tags").and_then(Value::as_array_mut) {
            Some(own) if own.iter().any(|known| known["Key"] == key.as_str()) => {}
            Some(own) => own.push(tag),
            None => properties["Tags"] = vec![tag].into(),
        }
    }
}

/// The value at a path such as `A/B`.
fn at<'a>(properties: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/')
        .try_fold(properties, |value, name| value.get(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> &'static Schema {
        schema(name).unwrap_or_else(|| panic!("the local AWS has no {name}"))
    }

    #[test]
    fn every_type_of_the_templates_is_known() {
        let templates = [
            include_str!("../../../../infra/vpc/template.yaml"),
            include_str!("../../../../infra/table/template.yaml"),
            include_str!("../../../../infra/container/template.yaml"),
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
    fn a_file_belongs_to_the_type_beside_it() {
        let mut types: Vec<&str> = TABLE.iter().map(|handler| handler.name()).collect();
        types.sort_unstable();
        assert_eq!(names(), types);
    }

    #[test]
    fn an_unknown_type_is_none() {
        assert!(schema("AWS::Moon::Base").is_none());
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
            "typeName": "AWS::Example::Thing",
            "attributes": [],
            "properties": {"A": {"B": "string", "C": "string"}},
            "replace": ["A/B"],
            "required": [],
        });
        let nested = Schema::from(serde_json::from_value::<File>(entry).unwrap());
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
        let err = known("AWS::EC2::Subnet").validate(&json!({})).unwrap_err();
        assert_eq!(
            err,
            "Model validation failed (#: required key [VpcId] not found)"
        );
    }

    #[test]
    fn an_unknown_property_is_named_with_the_nearest_known_one() {
        let vpc = known("AWS::EC2::VPC");
        let err = vpc
            .validate(&json!({"CidrBlok": "10.0.0.0/16"}))
            .unwrap_err();
        assert_eq!(
            err,
            "Encountered unsupported property CidrBlok (did you mean CidrBlock?)"
        );
        let err = vpc.validate(&json!({"Colour": "blue"})).unwrap_err();
        assert_eq!(err, "Encountered unsupported property Colour");
    }
}
