use serde_json::json;

use super::*;

fn known(name: &str) -> &'static Schema {
    schema(name).unwrap_or_else(|| panic!("the local AWS has no {name}"))
}

fn early(name: &str, properties: &Value) -> Vec<(String, String)> {
    let findings = known(name).findings(properties).into_iter();
    findings
        .filter_map(|finding| Some((finding.place(), finding.early()?)))
        .collect()
}

#[test]
fn every_schema_can_be_compiled_and_every_path_of_ours_exists() {
    let mut problems = Vec::new();
    for name in names() {
        let schema = known(name);
        schema.validator();
        for path in schema.ours.supported.iter().chain(&schema.ours.kept) {
            let mut steps = path.split('/');
            let found = steps.try_fold(Node::root(&schema.root), |node, step| {
                node.item().unwrap_or(node).member(step)
            });
            if found.is_none() {
                problems.push(format!("{name} has no property {path}"));
            }
        }
        for list in [&schema.ours.supported, &schema.ours.kept] {
            if !list.is_sorted() {
                problems.push(format!("the paths of {name} are not sorted"));
            }
        }
        let unknown = schema.ours.attributes.difference(&schema.attributes);
        // The outputs of a nested stack have any names.
        for attribute in unknown.filter(|name| *name != "Outputs.*") {
            problems.push(format!("{name} has no attribute {attribute}"));
        }
        if schema.ours.type_name != name {
            problems.push(format!(
                "the file of {name} is of {}",
                schema.ours.type_name
            ));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn the_files_of_other_types_can_be_compiled_too() {
    for (name, text) in FILES {
        let root = serde_json::from_str(text).unwrap_or_else(|err| panic!("{name}: {err}"));
        check::compile(&root);
    }
    assert!(FILES.is_sorted());
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
fn attributes_are_those_of_get_att() {
    let vpc = known("AWS::EC2::VPC");
    assert_eq!(vpc.attribute("CidrBlock"), Attribute::Returned);
    assert_eq!(vpc.attribute("InstanceTenancy"), Attribute::NotYet);
    assert_eq!(vpc.attribute("Colour"), Attribute::Unknown);
}

#[test]
fn a_name_identifies_a_resource_only_if_it_is_given() {
    let table = known("AWS::DynamoDB::Table");
    let named = json!({"TableName": "items"});
    assert_eq!(table.identifier(&named), Some(vec!["items"]));
    assert_eq!(table.identifier(&json!({})), None);
}

#[test]
fn every_mistake_is_found_with_its_place() {
    let properties = json!({
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "X"}, {"AttributeName": "n"}],
        "BillingMode": "FREE",
        "Colour": "red",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH", "Sort": true}],
        "KinesisStreamSpecification": {"StreamArn": "arn:aws:kinesis:eu-central-1:1:stream/a"},
        "SSESpecification": {"SSEEnabled": true, "KMSMasterKeyId": "k"},
        "Tags": "one",
        "Arn": "arn:aws:dynamodb:eu-central-1:1:table/a",
    });
    let found = early("AWS::DynamoDB::Table", &properties);
    let found: Vec<_> = found
        .iter()
        .map(|(place, reason)| format!("{place} {reason}"))
        .collect();
    let expected = [
        "/Arn Unsupported property [Arn]",
        "/Colour Unsupported property [Colour]",
        "/AttributeDefinitions/0/AttributeType #/AttributeDefinitions/0/AttributeType: failed validation constraint for keyword [enum]",
        "/AttributeDefinitions/1 Required property [AttributeType] not found",
        "/BillingMode #/BillingMode: failed validation constraint for keyword [enum]",
        "/KeySchema/0/Sort Unsupported property [Sort]",
        "/KinesisStreamSpecification the local AWS does not do KinesisStreamSpecification of AWS::DynamoDB::Table yet",
        "/SSESpecification #/SSESpecification: property [SSEType] is required",
        "/Tags #/Tags: expected type: JSONArray, found: String",
    ];
    for line in expected {
        assert!(
            found.iter().any(|known| known == line),
            "{line} is not in {found:#?}"
        );
    }
}

#[test]
fn what_is_not_known_yet_is_not_judged() {
    let unknown = crate::aws::KNOWN_AFTER_APPLY;
    let properties = json!({
        "AttributeDefinitions": unknown,
        "BillingMode": unknown,
        "KeySchema": [{"AttributeName": unknown}],
        "TableName": format!("{unknown}/-"),
    });
    let found = early("AWS::DynamoDB::Table", &properties);
    let expected = (
        "/KeySchema/0".to_owned(),
        "Required property [KeyType] not found".to_owned(),
    );
    assert_eq!(found, [expected]);
}

#[test]
fn the_creation_fails_in_the_words_of_the_validator() {
    let cases = [
        (
            "AWS::EC2::Subnet",
            json!({}),
            "#: required key [VpcId] not found",
        ),
        (
            "AWS::Logs::LogGroup",
            json!({"RetentionInDays": 2, "Colour": 1}),
            "#: extraneous key [Colour] is not permitted\n#/RetentionInDays: #: only 1 subschema matches out of 2\n#/RetentionInDays: failed validation constraint for keyword [enum]",
        ),
        (
            "AWS::IAM::Role",
            json!({"AssumeRolePolicyDocument": {}, "MaxSessionDuration": "long"}),
            "#/MaxSessionDuration: expected type: Integer, found: String",
        ),
        (
            "AWS::IAM::Policy",
            json!({"PolicyName": "p", "PolicyDocument": 1, "Roles": ["r"]}),
            "#/PolicyDocument: #: no subschema matched out of the total 2 subschemas\n#/PolicyDocument: expected type: String, found: Integer\n#/PolicyDocument: expected type: JSONObject, found: Integer",
        ),
        (
            "AWS::IAM::Policy",
            json!({"PolicyName": "p", "PolicyDocument": {}}),
            "#: #: no subschema matched out of the total 3 subschemas\n#: required key [Users] not found\n#: required key [Groups] not found\n#: required key [Roles] not found",
        ),
    ];
    for (name, properties, lines) in cases {
        let err = known(name).validate("A", &properties).unwrap_err();
        let expected =
            format!("Properties validation failed for resource A with message:\n{lines}");
        assert_eq!(err, expected, "{name} {properties}");
    }
}

#[test]
fn the_service_refuses_what_no_schema_can_say() {
    let cases = [
        (
            json!({}),
            "The request must contain the parameter CidrBlock or Ipv4IpamPoolId.",
        ),
        (
            json!({"CidrBlock": "10.0.0.0/16", "Ipv4IpamPoolId": "p", "Ipv4NetmaskLength": 16}),
            "The parameter CidrBlock cannot be used with the parameter Ipv4IpamPoolId.",
        ),
    ];
    let root = FILES[FILES
        .binary_search_by_key(&"AWS::EC2::VPC", |(name, _)| name)
        .unwrap()]
    .1;
    let all = r#"{"typeName": "AWS::EC2::VPC", "attributes": [], "supported": ["CidrBlock", "Ipv4IpamPoolId", "Ipv4NetmaskLength"]}"#;
    let vpc = Schema::new("AWS::EC2::VPC", root, all);
    for (properties, expected) in cases {
        assert_eq!(
            vpc.findings(&properties)
                .iter()
                .filter_map(Finding::early)
                .count(),
            0
        );
        assert_eq!(vpc.validate("A", &properties), Ok(()));
        let err = vpc.check_combination(&properties).unwrap_err();
        let start = format!(
            "Resource handler returned message: \"{expected} (Service: Ec2, Status Code: 400"
        );
        assert!(err.starts_with(&start), "{err}");
    }
}
