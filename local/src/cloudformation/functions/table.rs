//! The table of the intrinsic functions: one line each.

use std::cell::RefCell;

use super::conditions::{choose, misplaced};
use super::extensions::{length, to_json_string};
use super::network::{cidr, zones};
use super::references::{attribute, reference};
use super::scope::{Function, Inputs, Scope};
use super::stack_output::stack_output;
use super::sub::substitute;
use super::text::{base64, join, select, split};
use super::values::{find_in_map, import};
use crate::cloudformation::template::Template;

const FUNCTIONS: &[(&str, Function)] = &[
    ("Ref", reference),
    ("Fn::And", |_, _| misplaced("Fn::And")),
    ("Fn::Base64", base64),
    ("Fn::Cidr", cidr),
    ("Fn::Equals", |_, _| misplaced("Fn::Equals")),
    ("Fn::FindInMap", find_in_map),
    ("Fn::GetAZs", zones),
    ("Fn::GetAtt", attribute),
    ("Fn::GetStackOutput", stack_output),
    ("Fn::If", choose),
    ("Fn::ImportValue", import),
    ("Fn::Join", join),
    ("Fn::Length", length),
    ("Fn::Not", |_, _| misplaced("Fn::Not")),
    ("Fn::Or", |_, _| misplaced("Fn::Or")),
    ("Fn::Select", select),
    ("Fn::Split", split),
    ("Fn::Sub", substitute),
    ("Fn::ToJsonString", to_json_string),
];

/// The scope in which the functions of `template` are resolved.
pub(crate) fn scope<'a>(template: &'a Template, inputs: Inputs<'a>) -> Scope<'a> {
    Scope {
        functions: FUNCTIONS,
        template,
        inputs,
        decided: RefCell::default(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;
    use crate::aws::KNOWN_AFTER_APPLY;
    use crate::cloudformation::functions::scope::Resolved;

    fn resolve(value: &Value) -> Resolved {
        let template = Template::parse(
            "Mappings: {M: {a: {b: found}}}\n\
             Conditions:\n  Yes: !Equals [!Ref P, one]\n  No: !Not [!Condition Yes]\n  Both: !And [!Condition Yes, !Condition No]\n  \
             Any: !Or [!Condition Yes, !Condition No]\n  Loop: !Condition Loop\n\
             Resources: {R: {Type: T}}",
        )
        .unwrap();
        let parameters = BTreeMap::from([
            ("P".to_owned(), json!("one")),
            ("L".to_owned(), json!(["x", "y"])),
        ]);
        let inputs = Inputs {
            parameters: &parameters,
            region: "eu-central-1",
            zones: &["eu-central-1a", "eu-central-1b", "eu-central-1c"].map(str::to_owned),
            stack_name: "vpc",
            stack_id: "arn:stack",
            resource: &|name, attribute| match (name, attribute) {
                ("R", None) => Ok("id-1".into()),
                ("R", Some("Arn")) => Ok("arn:r".into()),
                ("R", Some("Later")) => Ok(KNOWN_AFTER_APPLY.into()),
                _ => Err(format!("no {name}")),
            },
            export: &|name| (name == "net").then(|| "exported".to_owned()),
            output: &|stack, output| (stack == "vpc" && output == "Id").then(|| "vpc-1".to_owned()),
            topics: &["arn:topic".to_owned()],
            planning: false,
        };
        scope(&template, inputs).resolve(value)
    }

    #[test]
    fn functions_give_what_aws_gives() {
        let cases = [
            (json!({"Ref": "P"}), json!("one")),
            (json!({"Ref": "L"}), json!(["x", "y"])),
            (json!({"Ref": "R"}), json!("id-1")),
            (json!({"Ref": "AWS::Region"}), json!("eu-central-1")),
            (json!({"Fn::GetAtt": ["R", "Arn"]}), json!("arn:r")),
            (json!({"Fn::GetAtt": "R.Arn"}), json!("arn:r")),
            (
                json!({"Fn::Sub": "${P}-${R.Arn}-${!Keep}-${AWS::Partition}"}),
                json!("one-arn:r-${Keep}-aws"),
            ),
            (
                json!({"Fn::Sub": ["${A}${P}", {"A": {"Ref": "R"}}]}),
                json!("id-1one"),
            ),
            (json!({"Fn::Join": [",", {"Ref": "L"}]}), json!("x,y")),
            (json!({"Fn::Select": ["1", {"Ref": "L"}]}), json!("y")),
            (json!({"Fn::Split": [",", "a,b"]}), json!(["a", "b"])),
            (
                json!({"Fn::Select": [3, {"Fn::Split": [",", {"Fn::GetAtt": "R.Later"}]}]}),
                json!(KNOWN_AFTER_APPLY),
            ),
            (
                json!({"Fn::GetAZs": ""}),
                json!(["eu-central-1a", "eu-central-1b", "eu-central-1c"]),
            ),
            (
                json!({"Fn::Select": [1, {"Fn::Cidr": ["10.0.0.0/16", 4, 14]}]}),
                json!("10.0.64.0/18"),
            ),
            (
                json!({"Fn::Cidr": ["10.0.7.9/16", "2", "8"]}),
                json!(["10.0.0.0/24", "10.0.1.0/24"]),
            ),
            (
                json!({"Fn::Cidr": ["2600:1f18:abc:de00::/56", 2, 64]}),
                json!(["2600:1f18:abc:de00::/64", "2600:1f18:abc:de01::/64"]),
            ),
            (
                json!({"Fn::Select": [1, {"Fn::GetAZs": "us-east-1"}]}),
                json!("us-east-1b"),
            ),
            (json!({"Fn::If": ["Yes", 1, 2]}), json!(1)),
            (json!({"Fn::If": ["No", 1, 2]}), json!(2)),
            (json!({"Fn::If": ["Both", 1, 2]}), json!(2)),
            (json!({"Fn::If": ["Any", 1, 2]}), json!(1)),
            (json!({"Fn::FindInMap": ["M", "a", "b"]}), json!("found")),
            (json!({"Fn::ImportValue": "net"}), json!("exported")),
            (
                json!({"Fn::GetStackOutput": {"StackName": "vpc", "OutputName": "Id", "Region": "eu-central-1"}}),
                json!("vpc-1"),
            ),
            (json!({"Fn::Base64": "hi"}), json!("aGk=")),
            (
                json!({"Ref": "AWS::NotificationARNs"}),
                json!(["arn:topic"]),
            ),
            (
                json!({"A": {"Ref": "AWS::NoValue"}, "B": [{"Ref": "AWS::NoValue"}, 1]}),
                json!({"B": [1]}),
            ),
            (
                json!({"Condition": {"StringEquals": {"a": "b"}}}),
                json!({"Condition": {"StringEquals": {"a": "b"}}}),
            ),
        ];
        for (value, expected) in cases {
            assert_eq!(resolve(&value), Ok(Some(expected)), "{value}");
        }
    }

    #[test]
    fn a_wrong_function_is_an_error_not_a_panic() {
        for value in [
            json!({"Ref": 1}),
            json!({"Ref": "Nothing"}),
            json!({"Fn::GetAtt": ["R"]}),
            json!({"Fn::GetAtt": 3}),
            json!({"Fn::Sub": {}}),
            json!({"Fn::Sub": "${R.Wrong}"}),
            json!({"Fn::Join": [","]}),
            json!({"Fn::Join": [",", "text"]}),
            json!({"Fn::Select": [9, ["a"]]}),
            json!({"Fn::Select": ["-1", ["a"]]}),
            json!({"Fn::Split": ["", "a"]}),
            json!({"Fn::If": ["Nothing", 1, 2]}),
            json!({"Fn::If": ["Loop", 1, 2]}),
            json!({"Fn::Cidr": ["10.0.0.0/16", 1_000_000_000, 3]}),
            json!({"Fn::Cidr": ["words", 1, 3]}),
            json!({"Fn::Cidr": ["2600::/56", 257, 64]}),
            json!({"Fn::Cidr": ["2600::/64", 2, 64]}),
            json!({"Fn::Cidr": ["2600::/200", 2, 64]}),
            json!({"Fn::Join": [",", [{"a": 1}]]}),
            json!({"Fn::GetAZs": "mars-1"}),
            json!({"Fn::ImportValue": "none"}),
            json!({"Fn::FindInMap": ["M", "a", "z"]}),
            json!({"Fn::Nothing": 1}),
            json!({"Fn::GetStackOutput": {"StackName": "vpc"}}),
            json!({"Fn::GetStackOutput": {"StackName": "vpc", "OutputName": "None"}}),
            json!({"Fn::GetStackOutput": {"StackName": "vpc", "OutputName": "Id", "Region": "mars-1"}}),
            json!({"Fn::Length": [1, 2]}),
            json!({"Fn::ToJsonString": {"a": 1}}),
        ] {
            assert!(resolve(&value).is_err(), "{value}");
        }
    }
}
