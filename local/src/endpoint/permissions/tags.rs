//! Tags that are given when a resource is made: they are condition keys, and putting them is an action of
//! its own.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/tagging-resources-during-creation.html>.

use serde_json::Value;

use crate::services::iam::Access;

/// The services whose actions need another permission for tags: the beginnings of their actions, and
/// the action for tags.
const TAGGING: [(&str, &[&str], &str); 12] = [
    ("acm", &["RequestCertificate"], "acm:AddTagsToCertificate"),
    ("dynamodb", &["CreateTable"], "dynamodb:TagResource"),
    ("ec2", &["Create", "Allocate"], "ec2:CreateTags"),
    ("ecr", &["CreateRepository"], "ecr:TagResource"),
    (
        "ecs",
        &["Create", "Register", "Run", "Start"],
        "ecs:TagResource",
    ),
    (
        "elasticloadbalancing",
        &["Create"],
        "elasticloadbalancing:AddTags",
    ),
    ("kms", &["CreateKey"], "kms:TagResource"),
    ("logs", &["CreateLogGroup"], "logs:TagResource"),
    (
        "monitoring",
        &["PutMetricAlarm", "PutCompositeAlarm"],
        "cloudwatch:TagResource",
    ),
    (
        "secretsmanager",
        &["CreateSecret"],
        "secretsmanager:TagResource",
    ),
    ("sns", &["CreateTopic"], "sns:TagResource"),
    ("ssm", &["PutParameter"], "ssm:AddTagsToResource"),
];

/// Adds the condition keys of the tags in an input, and what giving them needs.
pub(super) fn add(service: &str, action: &str, input: &Value, needed: &mut Vec<Access>) {
    let mut tags = Vec::new();
    for member in ["Tags", "tags", "TagSpecification", "TagSpecifications"] {
        if let Some(given) = input.get(member) {
            collect(given, &mut tags);
        }
    }
    if tags.is_empty() {
        return;
    }
    for access in needed.iter_mut() {
        for (key, value) in &tags {
            access.set(&format!("aws:RequestTag/{key}"), value.as_str());
        }
        let keys = tags.iter().map(|(key, _)| key.clone()).collect();
        access.context.set("aws:TagKeys", keys);
    }
    let tagging = TAGGING.iter().find(|(name, actions, _)| {
        *name == service && actions.iter().any(|begin| action.starts_with(begin))
    });
    if let Some((_, _, tagging)) = tagging {
        let passed = |access: &&Access| !access.action.starts_with("iam:");
        let first = needed.iter().find(passed).cloned();
        needed.extend(first.map(|access| Access {
            action: (*tagging).to_owned(),
            ..access
        }));
    }
}

/// The keys and values, in each of the forms that services have.
fn collect(given: &Value, tags: &mut Vec<(String, String)>) {
    match given {
        Value::Array(items) => items.iter().for_each(|item| collect(item, tags)),
        Value::Object(members) => {
            let text = |names: [&str; 3]| {
                let mut found = names.iter().filter_map(|name| members.get(*name)?.as_str());
                found.next().map(str::to_owned)
            };
            let key = text(["Key", "key", "TagKey"]);
            let value = text(["Value", "value", "TagValue"]);
            match (key, value) {
                (Some(key), value) => tags.push((key, value.unwrap_or_default())),
                // Other members, as of EC2, or a map from keys to values, as of Logs.
                (None, _) => {
                    for (name, member) in members {
                        match member {
                            Value::String(value) if name != "ResourceType" => {
                                tags.push((name.clone(), value.clone()));
                            }
                            other => collect(other, tags),
                        }
                    }
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tags_are_keys_and_an_action_of_their_own() {
        let cases = [
            (
                "ecs",
                "CreateCluster",
                json!({"tags": [{"key": "a", "value": "b"}]}),
                Some("ecs:TagResource"),
            ),
            (
                "elasticloadbalancing",
                "CreateRule",
                json!({"Tags": [{"Key": "a", "Value": "b"}]}),
                Some("elasticloadbalancing:AddTags"),
            ),
            (
                "ec2",
                "CreateVpc",
                json!({"TagSpecification": {"1": {"ResourceType": "vpc", "Tag": {"1": {"Key": "a", "Value": "b"}}}}}),
                Some("ec2:CreateTags"),
            ),
            (
                "logs",
                "CreateLogGroup",
                json!({"tags": {"a": "b"}}),
                Some("logs:TagResource"),
            ),
            (
                "kms",
                "CreateKey",
                json!({"Tags": [{"TagKey": "a", "TagValue": "b"}]}),
                Some("kms:TagResource"),
            ),
            (
                "ecs",
                "TagResource",
                json!({"tags": [{"key": "a", "value": "b"}]}),
                None,
            ),
        ];
        for (service, action, input, expected) in cases {
            let mut needed = vec![Access::new("s:A", "*")];
            add(service, action, &input, &mut needed);
            let tagged = needed[0].context.get("aws:RequestTag/a");
            assert_eq!(tagged, Some(&["b".to_owned()][..]), "{service} {action}");
            let second = needed.get(1).map(|access| access.action.as_str());
            assert_eq!(second, expected, "{service} {action}");
        }
        let mut needed = vec![Access::new("s:A", "*")];
        add("ecs", "CreateCluster", &json!({"tags": []}), &mut needed);
        assert_eq!(needed, [Access::new("s:A", "*")]);
    }
}
