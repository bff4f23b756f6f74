//! What CloudFormation needs of its caller for an operation on a resource.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::access::Access;
use super::reference;
use crate::account::{Account, Operation};
use crate::aws::{ACCOUNT, PARTITION, json};

static TEXT: &str = include_str!("../../../iam/handlers.txt");

static HANDLERS: LazyLock<HashMap<&str, Handler>> = LazyLock::new(|| read(TEXT));

/// The permissions of a resource type.
struct Handler {
    resource: &'static str,
    /// The property with the name of the resource.
    name: Option<&'static str>,
    rows: Vec<Row>,
}

struct Row {
    operations: Vec<&'static str>,
    action: &'static str,
    resource: Option<&'static str>,
    /// The row counts if one of these properties is given or changed; always if there are none.
    properties: Vec<&'static str>,
}

fn read(text: &'static str) -> HashMap<&'static str, Handler> {
    let mut handlers = HashMap::new();
    let mut current = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { continue };
        if line.starts_with(' ') {
            let handler: Option<&mut Handler> = handlers.get_mut(current);
            if let (Some(handler), Some(action)) = (handler, words.next()) {
                handler.rows.push(row(first, action, words));
            }
            continue;
        }
        current = first;
        let handler = Handler {
            resource: words.next().unwrap_or("*"),
            name: words.next(),
            rows: Vec::new(),
        };
        handlers.insert(current, handler);
    }
    handlers
}

fn row(
    operations: &'static str,
    action: &'static str,
    words: impl Iterator<Item = &'static str>,
) -> Row {
    let mut row = Row {
        operations: operations.split(',').collect(),
        action,
        resource: None,
        properties: Vec::new(),
    };
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        match word {
            "on" => row.resource = words.next(),
            "if" => row.properties = words.by_ref().collect(),
            _ => {}
        }
    }
    row
}

/// An operation on a resource, as CloudFormation knows it beforehand.
pub(crate) struct Change<'a> {
    pub(crate) operation: Operation,
    pub(crate) resource_type: &'a str,
    /// Empty before the creation.
    pub(crate) physical_id: &'a str,
    /// A pattern for the name that CloudFormation will generate.
    pub(crate) generated_name: &'a str,
    /// The properties before an update.
    pub(crate) before: Option<&'a Value>,
    pub(crate) properties: &'a Value,
}

/// What the operation needs.
pub(crate) fn needed(account: &Account, change: &Change<'_>) -> Vec<Access> {
    let operation = match change.operation {
        Operation::Create => "create",
        Operation::Update | Operation::Rollback => "update",
        Operation::Delete => "delete",
    };
    let Some(handler) = HANDLERS.get(change.resource_type) else {
        return unlisted(account, operation, change.resource_type);
    };
    let rows = handler.rows.iter().filter(|row| {
        let covers = |name: &&str| [operation, "all"].contains(name);
        row.operations.iter().any(covers) && counts(row, change)
    });
    let rows = rows.filter(|row| {
        row.action != "iam:CreateServiceLinkedRole" || !has_linked_role(account, change)
    });
    let needed = rows.flat_map(|row| {
        let format = row.resource.unwrap_or(handler.resource);
        let resources = resources(account, handler, format, change);
        let of_key = row.action.starts_with("kms:") && format.starts_with('{');
        resources.into_iter().flat_map(move |resource| {
            let resource = if of_key {
                account.key_arn(&resource)
            } else {
                resource
            };
            accesses(row, &resource, change)
        })
    });
    needed.collect()
}

/// Whether Auto Scaling has its role for the service, because it has scaled something of it before.
fn has_linked_role(account: &Account, change: &Change<'_>) -> bool {
    let of = |properties: &Value| properties["ServiceNamespace"].clone();
    account.read(|state| {
        let mut known = state.inventory.of_type(change.resource_type);
        known.any(|(_, item)| of(&item.properties) == of(change.properties))
    })
}

/// The access of a row: one for each policy that is attached to a role.
fn accesses(row: &Row, resource: &str, change: &Change<'_>) -> Vec<Access> {
    let access = access(row, resource.to_owned(), change);
    let attached = change.properties.get("ManagedPolicyArns");
    let attached = attached.and_then(Value::as_array);
    match (row.action, attached) {
        ("iam:AttachRolePolicy", Some(policies)) => policies
            .iter()
            .map(|policy| access.clone().with("iam:PolicyARN", json::text(policy)))
            .collect(),
        _ => vec![access],
    }
}

/// A type that the table does not have: the action that is named like the type, if there is one.
fn unlisted(account: &Account, operation: &str, resource_type: &str) -> Vec<Access> {
    let mut parts = resource_type.split("::").skip(1);
    let (Some(service), Some(noun)) = (parts.next(), parts.next()) else {
        return Vec::new();
    };
    let verb = match operation {
        "create" => "Create",
        "update" => "Update",
        _ => "Delete",
    };
    let prefix = service.to_lowercase();
    let needed = reference::needed(account, &prefix, &format!("{verb}{noun}"), |_| Vec::new());
    needed.unwrap_or_default()
}

/// Whether one of the row's properties is given, or changed by an update.
fn counts(row: &Row, change: &Change<'_>) -> bool {
    let after = |name: &&str| change.properties.get(name).filter(|value| !value.is_null());
    row.properties.is_empty()
        || row.properties.iter().any(|name| match change.before {
            Some(before) => before.get(name) != after(name),
            None => after(name).is_some(),
        })
}

fn access(row: &Row, resource: String, change: &Change<'_>) -> Access {
    let mut access = Access::new(row.action, resource);
    if row.action == "iam:PassRole" {
        access.set("iam:PassedToService", passed_to(change.resource_type));
    }
    if row.action == "iam:CreateServiceLinkedRole"
        && let Some(namespace) = json::member(change.properties, "ServiceNamespace")
    {
        let service = format!("{namespace}.application-autoscaling.amazonaws.com");
        access.set("iam:AWSServiceName", service);
    }
    if change.resource_type == "AWS::IAM::Role"
        && let Some(boundary) = json::member(change.properties, "PermissionsBoundary")
    {
        access.set("iam:PermissionsBoundary", boundary);
    }
    let tags = change.properties.get("Tags").and_then(Value::as_array);
    let mut keys = Vec::new();
    for tag in tags.into_iter().flatten() {
        if let (Some(key), Some(value)) = (json::member(tag, "Key"), json::member(tag, "Value")) {
            access.set(&format!("aws:RequestTag/{key}"), value);
            keys.push(key.to_owned());
        }
    }
    if !keys.is_empty() {
        access.context.set("aws:TagKeys", keys);
    }
    access
}

/// The service that gets the role.
fn passed_to(resource_type: &str) -> &'static str {
    match resource_type {
        "AWS::ECS::TaskDefinition" => "ecs-tasks.amazonaws.com",
        "AWS::ECS::Service" => "ecs.amazonaws.com",
        "AWS::EC2::FlowLog" => "vpc-flow-logs.amazonaws.com",
        "AWS::ApplicationAutoScaling::ScalableTarget" => "application-autoscaling.amazonaws.com",
        _ => "ec2.amazonaws.com",
    }
}

/// The resources that a format stands for: several if it has a property with a list.
fn resources(
    account: &Account,
    handler: &Handler,
    format: &str,
    change: &Change<'_>,
) -> Vec<String> {
    let (id, is_created) = match change.physical_id {
        "" => (name_to_be(handler, change), false),
        id => (id.to_owned(), true),
    };
    if is_created && id.starts_with("arn:") && format.contains("{id}") {
        return vec![id];
    }
    let mut filled = vec![spelled_out(account, &format.replace("{id}", &id))];
    while let Some((before, rest)) = filled[0].clone().split_once('{') {
        let Some((property, _)) = rest.split_once('}') else {
            break;
        };
        let is_whole = before.is_empty();
        let values = values(change.properties, property, is_whole);
        let placeholder = format!("{{{property}}}");
        filled = filled
            .iter()
            .flat_map(|text| values.iter().map(|value| text.replace(&placeholder, value)))
            .collect();
        if filled.is_empty() {
            break;
        }
    }
    // The slash with which the name of a parameter begins is not repeated.
    let filled = filled.into_iter();
    filled
        .map(|text| text.replace("parameter//", "parameter/"))
        .collect()
}

/// The name in the properties, or a pattern for the name that is going to be generated.
fn name_to_be(handler: &Handler, change: &Change<'_>) -> String {
    let Some(property) = handler.name else {
        return "*".into();
    };
    let given = json::member(change.properties, property);
    given.unwrap_or(change.generated_name).to_owned()
}

/// `ec2:R:A:vpc/*` in full.
fn spelled_out(account: &Account, format: &str) -> String {
    if format == "*" || format.starts_with('{') {
        return format.to_owned();
    }
    let mut parts = format.splitn(4, ':');
    let mut part = || parts.next().unwrap_or("");
    let (service, region, owner, resource) = (part(), part(), part(), part());
    let region = if region == "R" {
        account.region.as_str()
    } else {
        ""
    };
    let owner = if owner == "A" { ACCOUNT } else { "" };
    format!("arn:{PARTITION}:{service}:{region}:{owner}:{resource}")
}

/// The values of a property. An ARN inside another one stands for the name at its end.
fn values(properties: &Value, property: &str, is_whole: bool) -> Vec<String> {
    let text = |value: &Value| {
        let text = json::text(value);
        match text.rsplit_once('/') {
            Some((_, name)) if !is_whole && text.starts_with("arn:") => name.to_owned(),
            _ => text,
        }
    };
    if property.contains('.') {
        return below(properties, property).into_iter().map(text).collect();
    }
    match (properties.get(property), property) {
        (Some(Value::Array(items)), _) => items.iter().map(text).collect(),
        (Some(Value::Null) | None, "Path") => vec!["/".into()],
        (Some(Value::Null) | None, "Cluster") => vec!["default".into()],
        (Some(Value::Null) | None, _) => vec!["*".into()],
        (Some(value), _) => vec![text(value)],
    }
}

/// The values at a path such as `LoadBalancers.AdvancedConfiguration.RoleArn`, through lists.
fn below<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').fold(vec![value], |values, name| {
        let members = values.into_iter().filter_map(|value| value.get(name));
        let flat = members.flat_map(|member| match member {
            Value::Array(items) => items.iter().collect(),
            other => vec![other],
        });
        flat.collect()
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use regex_lite::Regex;
    use serde_json::json;

    use super::*;
    use crate::account::testing::account;

    fn needed_by(
        account: &Account,
        operation: Operation,
        kind: &str,
        id: &str,
        before: Option<&Value>,
        properties: &Value,
    ) -> Vec<String> {
        let change = Change {
            operation,
            resource_type: kind,
            physical_id: id,
            generated_name: "stack-Name-*",
            before,
            properties,
        };
        let needed = needed(account, &change).into_iter();
        needed
            .map(|access| format!("{} {}", access.action, access.resource))
            .collect()
    }

    #[tokio::test]
    async fn every_action_of_the_table_is_known_to_iam() {
        let account = account().await;
        assert!(HANDLERS.len() > 40);
        for (name, handler) in HANDLERS.iter() {
            assert!(!handler.rows.is_empty(), "{name}");
            for row in &handler.rows {
                let (prefix, action) = row.action.split_once(':').unwrap();
                let known = reference::needed(&account, prefix, action, |_| Vec::new());
                assert!(known.is_some(), "{name}: {}", row.action);
                let operations = ["create", "update", "delete", "all"];
                assert!(
                    row.operations.iter().all(|one| operations.contains(one)),
                    "{name}"
                );
            }
        }
    }

    /// Types that are not a resource of any service.
    const NOTHING: [&str; 3] = [
        "AWS::CDK::Metadata",
        "AWS::CloudFormation::WaitCondition",
        "AWS::CloudFormation::WaitConditionHandle",
    ];

    #[test]
    fn every_resource_type_has_its_permissions() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let name = Regex::new(r#"const NAME: &'static str =\s+"(AWS::[A-Za-z0-9:]+)""#).unwrap();
        let (mut folders, mut types) = (vec![source], 0);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap_or_default();
                for found in name.captures_iter(&text) {
                    let known = HANDLERS.contains_key(&found[1]) || NOTHING.contains(&&found[1]);
                    assert!(known, "add {} to local/iam/handlers.txt", &found[1]);
                    types += 1;
                }
            }
        }
        assert!(types > 20, "only {types} types were found");
    }

    #[tokio::test]
    async fn roles_below_lists_are_passed() {
        let account = account().await;
        let balancers = json!({"LoadBalancers": [
            {"AdvancedConfiguration": {"RoleArn": "arn:aws:iam::123456789012:role/a"}},
            {"AdvancedConfiguration": {"RoleArn": "arn:aws:iam::123456789012:role/b"}},
            {"TargetGroupArn": "arn:x"},
        ]});
        let service = "AWS::ECS::Service";
        let needed = needed_by(&account, Operation::Create, service, "", None, &balancers);
        let passed = needed.iter().filter(|one| one.starts_with("iam:PassRole"));
        let passed: Vec<&String> = passed.collect();
        assert_eq!(
            passed,
            [
                "iam:PassRole arn:aws:iam::123456789012:role/a",
                "iam:PassRole arn:aws:iam::123456789012:role/b",
            ]
        );
    }

    #[tokio::test]
    async fn an_operation_needs_what_its_properties_need() {
        let account = account().await;
        let arn = |rest: &str| format!("arn:aws:{rest}");
        let vpc = needed_by(
            &account,
            Operation::Create,
            "AWS::EC2::VPC",
            "",
            None,
            &json!({"EnableDnsSupport": true}),
        );
        assert_eq!(
            vpc,
            [
                format!(
                    "ec2:CreateVpc {}",
                    arn("ec2:eu-central-1:123456789012:vpc/*")
                ),
                "ec2:DescribeVpcs *".into(),
                format!(
                    "ec2:ModifyVpcAttribute {}",
                    arn("ec2:eu-central-1:123456789012:vpc/*")
                ),
            ]
        );
        let role = json!({"Path": "/a/", "Policies": [1]});
        let created = needed_by(
            &account,
            Operation::Create,
            "AWS::IAM::Role",
            "",
            None,
            &role,
        );
        assert_eq!(
            created,
            ["iam:CreateRole", "iam:GetRole", "iam:PutRolePolicy"]
                .map(|action| format!("{action} {}", arn("iam::123456789012:role/a/stack-Name-*")))
        );
        let updated = needed_by(
            &account,
            Operation::Update,
            "AWS::IAM::Role",
            "r",
            Some(&json!({"Policies": [1]})),
            &json!({"Policies": [1]}),
        );
        assert_eq!(
            updated,
            [format!("iam:GetRole {}", arn("iam::123456789012:role/r"))]
        );
        let policy = json!({"Roles": ["a", "b"], "PolicyName": "p"});
        let policy = needed_by(
            &account,
            Operation::Delete,
            "AWS::IAM::Policy",
            "p",
            None,
            &policy,
        );
        assert_eq!(
            policy,
            ["Get", "Delete"]
                .iter()
                .flat_map(|verb| ["a", "b"].map(|role| format!(
                    "iam:{verb}RolePolicy {}",
                    arn(&format!("iam::123456789012:role/{role}"))
                )))
                .collect::<Vec<_>>()
        );
        let definition = json!({"Family": "f", "TaskRoleArn": "arn:aws:iam::123456789012:role/t"});
        let definition = needed_by(
            &account,
            Operation::Create,
            "AWS::ECS::TaskDefinition",
            "",
            None,
            &definition,
        );
        assert!(
            definition.contains(&"iam:PassRole arn:aws:iam::123456789012:role/t".to_owned()),
            "{definition:?}"
        );
    }
}
