//! Every part of a template that lets something through: each rule, route, gateway, endpoint, statement
//! and action, with the template that lacks just it.

use serde_json::{Value, json};

/// The types of resources that are such a part as a whole.
const PARTS: [&str; 12] = [
    "AWS::EC2::EIP",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::IAM::Policy",
];

/// The lists of properties whose items are such parts, too.
const LISTS: [(&str, &str); 6] = [
    ("AWS::EC2::SecurityGroup", "SecurityGroupIngress"),
    ("AWS::EC2::SecurityGroup", "SecurityGroupEgress"),
    ("AWS::EC2::VPCEndpoint", "RouteTableIds"),
    ("AWS::EC2::VPCEndpoint", "SubnetIds"),
    ("AWS::EC2::VPCEndpoint", "SecurityGroupIds"),
    ("AWS::IAM::Role", "ManagedPolicyArns"),
];

/// The conditions that do not hold where the parts are taken away. `e2e/tests/container` and `e2e/tests/options` have
/// what they turn on.
const OFF: [&str; 5] = [
    "HasExecuteCommand",
    "HasFlowLogs",
    "HasHttps",
    "HasOidc",
    "IsRestricted",
];

/// A part, and the template without it.
pub(super) struct Removal {
    pub(super) name: String,
    pub(super) template: Value,
}

/// All parts. `managed` is the document of the managed policies that roles have: each of its actions is a
/// part, too.
pub(super) fn removals(template: &Value, managed: &Value) -> Vec<Removal> {
    let mut all = Vec::new();
    let resources = template["Resources"].as_object().expect("resources");
    let is_on = |resource: &Value| {
        let condition = resource["Condition"].as_str();
        !condition.is_some_and(|condition| OFF.contains(&condition))
    };
    for (id, resource) in resources.iter().filter(|(_, resource)| is_on(resource)) {
        let kind = resource["Type"].as_str().expect("a type");
        let mut add = |what: String, template: Value| {
            let name = format!("{id} {what}").trim_end().to_owned();
            all.push(Removal { name, template });
        };
        if PARTS.contains(&kind) {
            add(String::new(), without_resource(template, id));
        }
        for (_, list) in LISTS.iter().filter(|(of, _)| *of == kind) {
            let count = resource["Properties"][*list].as_array().map_or(0, Vec::len);
            for index in 0..count {
                let what = format!("{list} {index}");
                add(what, without_item(template, id, list, index));
            }
        }
        if kind == "AWS::IAM::Role" {
            let edited = |role: Value| edited(template, id, role);
            for (what, role) in of_role(&resource["Properties"], managed) {
                add(what, edited(role));
            }
        }
        let policy = &resource["Properties"]["PolicyDocument"];
        if kind == "AWS::EC2::VPCEndpoint" && policy.is_object() {
            for (what, policy) in of_document(policy) {
                let mut endpoint = resource["Properties"].clone();
                endpoint["PolicyDocument"] = policy;
                add(format!("policy {what}"), edited(template, id, endpoint));
            }
        }
    }
    all
}

fn edited(template: &Value, id: &str, properties: Value) -> Value {
    let mut template = template.clone();
    template["Resources"][id]["Properties"] = properties;
    template
}

fn without_item(template: &Value, id: &str, list: &str, index: usize) -> Value {
    let mut template = template.clone();
    let items = &mut template["Resources"][id]["Properties"][list];
    let items = items.as_array_mut().expect("a list");
    items.remove(index);
    // Without any outbound rule, EC2 adds one that lets everything out.
    if list == "SecurityGroupEgress" && items.is_empty() {
        items.push(json!({"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}));
    }
    template
}

/// The properties of a role without each part of it.
fn of_role(role: &Value, managed: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    let trust = &role["AssumeRolePolicyDocument"]["Statement"];
    for index in 0..trust.as_array().map_or(0, Vec::len) {
        let mut role = role.clone();
        // IAM refuses a document without a statement.
        role["AssumeRolePolicyDocument"]["Statement"][index]["Effect"] = json!("Deny");
        all.push((format!("trust {index}"), role));
    }
    let policies = role["Policies"].as_array().cloned().unwrap_or_default();
    let is_off = |policy: &Value| {
        let condition = policy["Fn::If"][0].as_str();
        condition.is_some_and(|condition| OFF.contains(&condition))
    };
    let policies = policies.iter().enumerate();
    for (index, policy) in policies.filter(|(_, policy)| !is_off(policy)) {
        for (what, document) in of_document(&policy["PolicyDocument"]) {
            let mut role = role.clone();
            role["Policies"][index]["PolicyDocument"] = document;
            all.push((what, role));
        }
    }
    if role["ManagedPolicyArns"].is_array() {
        let actions = managed["Statement"][0]["Action"].as_array();
        for (index, action) in actions.expect("actions").iter().enumerate() {
            let mut document = managed.clone();
            let left = document["Statement"][0]["Action"].as_array_mut();
            left.expect("actions").remove(index);
            let mut role = role.clone();
            role["ManagedPolicyArns"] = json!([]);
            role["Policies"] = json!([{"PolicyName": "Copy", "PolicyDocument": document}]);
            all.push((action.as_str().expect("text").to_owned(), role));
        }
    }
    all
}

/// A document without each statement, action and resource.
fn of_document(document: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    let statements = document["Statement"].as_array().expect("statements");
    for (index, statement) in statements.iter().enumerate() {
        let sid = statement["Sid"].as_str().expect("a Sid").to_owned();
        let mut without = document.clone();
        // IAM refuses a document without a statement. This one allows nothing.
        let nothing = json!({"Sid": "Nothing", "Effect": "Deny", "Action": "sts:GetSessionToken", "Resource": "*"});
        let principal = statement.get("Principal");
        without["Statement"][index] = nothing;
        if let Some(principal) = principal {
            without["Statement"][index]["Principal"] = principal.clone();
        }
        all.push((sid.clone(), without));
        for list in ["Action", "Resource"] {
            let items = statement[list].as_array().map_or(&[][..], Vec::as_slice);
            for (item, value) in items.iter().enumerate() {
                let mut without = document.clone();
                let left = without["Statement"][index][list].as_array_mut();
                left.expect("a list").remove(item);
                let what = match (list, value.as_str()) {
                    ("Action", Some(action)) => action.to_owned(),
                    _ => format!("{sid} {list} {item}"),
                };
                all.push((what, without));
            }
        }
    }
    all
}

/// The template without a resource, and without everything that cannot be there without it.
fn without_resource(template: &Value, id: &str) -> Value {
    let mut template = template.clone();
    let mut gone = vec![id.to_owned()];
    while let Some(id) = gone.pop() {
        for section in ["Resources", "Outputs"] {
            let entries = template.get_mut(section);
            let Some(entries) = entries.and_then(Value::as_object_mut) else {
                continue;
            };
            entries.remove(&id);
            for (name, entry) in entries.iter_mut() {
                if section == "Outputs" {
                    if is_about(entry, &id) {
                        gone.push(format!("output {name}"));
                        *entry = Value::Null;
                    }
                } else if strip(entry, &id) {
                    gone.push(name.clone());
                }
            }
            entries.retain(|_, entry| !entry.is_null());
        }
    }
    template
}

/// Takes the mentions of a resource out of another one. Returns whether that one cannot be without it.
fn strip(resource: &mut Value, id: &str) -> bool {
    if let Some(depends_on) = resource.get_mut("DependsOn") {
        if let Some(list) = depends_on.as_array_mut() {
            list.retain(|one| one != id);
        }
        if depends_on == id || *depends_on == json!([]) {
            resource
                .as_object_mut()
                .expect("a resource")
                .remove("DependsOn");
        }
    }
    let properties = resource.get_mut("Properties");
    let Some(properties) = properties.and_then(Value::as_object_mut) else {
        return false;
    };
    for value in properties.values_mut() {
        if let Some(list) = value.as_array_mut() {
            list.retain(|item| !is_about(item, id));
        }
    }
    properties.values().any(|value| is_about(value, id))
}

/// Whether a value has a function that names the resource.
fn is_about(value: &Value, id: &str) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| match name.as_str() {
            "Ref" => value == id,
            "Fn::GetAtt" => value[0] == id,
            "Fn::Sub" => value.as_str().is_some_and(|text| {
                text.contains(&format!("${{{id}}}")) || text.contains(&format!("${{{id}."))
            }),
            _ => is_about(value, id),
        }),
        Value::Array(items) => items.iter().any(|item| is_about(item, id)),
        _ => false,
    }
}

#[test]
fn a_resource_is_taken_away_with_all_that_needs_it() {
    let template = json!({
        "Resources": {
            "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": "vpc"}},
            "Route": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": "Table"}}},
            "Endpoint": {"Type": "AWS::EC2::VPCEndpoint", "DependsOn": ["Route"], "Properties": {
                "RouteTableIds": [{"Ref": "Table"}, {"Ref": "Other"}]
            }},
        },
        "Outputs": {"Table": {"Value": {"Fn::Sub": "${Table}"}}},
    });
    let expected = json!({
        "Resources": {"Endpoint": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {
            "RouteTableIds": [{"Ref": "Other"}]
        }}},
        "Outputs": {},
    });
    assert_eq!(without_resource(&template, "Table"), expected);
    let names = removals(&template, &Value::Null).into_iter();
    let names: Vec<_> = names.map(|removal| removal.name).collect();
    let expected = [
        "Endpoint",
        "Endpoint RouteTableIds 0",
        "Endpoint RouteTableIds 1",
        "Route",
        "Table",
    ];
    assert_eq!(names, expected);
}
