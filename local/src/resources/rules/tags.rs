//! The rule of every service for tags: at most 50, with keys that differ and are not AWS's own.

use std::collections::BTreeSet;

use serde_json::Value;

use super::SERVICES;
use crate::resources::request::refused_by;
use crate::resources::subject::{Subject, text};

/// The most tags of a resource, and the lengths of keys and values
/// (<https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>).
const MOST: usize = 50;
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

/// A service in the names of resource types, in those of the SDK, and its code for a wrong tag.
const CODES: &[(&str, &str, &str)] = &[
    ("CertificateManager", "Acm", "InvalidTagException"),
    ("CloudWatch", "CloudWatch", "InvalidParameterValue"),
    ("DynamoDB", "DynamoDb", "ValidationException"),
    ("EC2", "Ec2", "InvalidParameterValue"),
    ("ECR", "Ecr", "InvalidTagParameterException"),
    ("ECS", "Ecs", "InvalidParameterException"),
    (
        "ElasticLoadBalancingV2",
        "ElasticLoadBalancingV2",
        "ValidationError",
    ),
    ("IAM", "Iam", "InvalidInput"),
    ("KMS", "Kms", "TagException"),
    ("Logs", "CloudWatchLogs", "InvalidParameterException"),
    ("S3", "S3", "InvalidTag"),
    ("SNS", "Sns", "InvalidParameter"),
    ("SSM", "Ssm", "ValidationException"),
    (
        "SecretsManager",
        "SecretsManager",
        "InvalidParameterException",
    ),
];

/// Checks the tags of a resource.
///
/// # Errors
/// The message for its event.
pub(super) fn check(subject: &Subject<'_>) -> Result<(), String> {
    let service = subject.resource_type.split("::").nth(1).unwrap_or("");
    let tags: Vec<_> = ["Tags", "HostedZoneTags"]
        .iter()
        .filter_map(|name| subject.properties.get(name))
        .flat_map(pairs)
        .collect();
    let Some(sentence) = mistake(service, &tags) else {
        return Ok(());
    };
    let known = CODES.iter().find(|(name, ..)| *name == service);
    let (sdk, code) = known.map_or((service, "ValidationException"), |(_, sdk, code)| {
        (sdk, code)
    });
    let code = if service == "ElasticLoadBalancingV2" && sentence == DUPLICATE_OF_ELB {
        "DuplicateTagKeys"
    } else {
        code
    };
    let rules = SERVICES.iter().find(|rules| rules.service == sdk);
    let opening = rules.map_or("", |rules| (rules.opening)(subject));
    Err(refused_by(sdk, code, &format!("{opening}{sentence}")))
}

/// The keys and values of a list or of a map.
fn pairs(tags: &Value) -> Vec<(&str, &str)> {
    match tags {
        Value::Object(members) => {
            let each = members.iter();
            each.map(|(key, value)| (key.as_str(), value.as_str().unwrap_or("")))
                .collect()
        }
        _ => list_pairs(tags),
    }
}

fn list_pairs(tags: &Value) -> Vec<(&str, &str)> {
    let each = tags.as_array().into_iter().flatten();
    each.map(|tag| {
        (
            text(tag, "Key").unwrap_or(""),
            text(tag, "Value").unwrap_or(""),
        )
    })
    .collect()
}

/// <https://github.com/ernestio/ernest/issues/237>
const DUPLICATE_OF_ELB: &str =
    "Duplicate Tag Keys found in the request. Tag keys should be unique.";

/// The service's sentence for the first wrong tag.
fn mistake(service: &str, tags: &[(&str, &str)]) -> Option<String> {
    if tags.len() > MOST {
        return Some("The maximum number of tags for a resource has been reached.".into());
    }
    for (key, value) in tags {
        if key.is_empty() {
            return Some("Tag key must not be empty.".into());
        }
        // The case does not matter: <https://github.com/awsdocs/amazon-ecs-developer-guide/issues/72>.
        if key.to_ascii_lowercase().starts_with("aws:") {
            // <https://github.com/chef-boneyard/chef-provisioning-aws/issues/555>
            let beginning = match service {
                "EC2" => format!("Value ( {key} ) for parameter key is invalid. "),
                _ => String::new(),
            };
            return Some(format!(
                "{beginning}Tag keys starting with 'aws:' are reserved for internal use"
            ));
        }
        if key.chars().count() > LONGEST_KEY {
            return Some(format!(
                "Tag key exceeds the maximum length of {LONGEST_KEY} characters."
            ));
        }
        if value.chars().count() > LONGEST_VALUE {
            return Some(format!(
                "Tag value exceeds the maximum length of {LONGEST_VALUE} characters."
            ));
        }
    }
    repeated_key(service, tags)
}

fn repeated_key(service: &str, tags: &[(&str, &str)]) -> Option<String> {
    let mut seen = BTreeSet::new();
    let same = |key: &str| match service {
        "IAM" => key.to_lowercase(),
        _ => key.to_owned(),
    };
    let (key, _) = tags.iter().find(|(key, _)| !seen.insert(same(key)))?;
    Some(match service {
        // <https://github.com/cloud-custodian/cloud-custodian/issues/3792>
        "EC2" => format!("Duplicate tag key '{key}' specified."),
        "ElasticLoadBalancingV2" => DUPLICATE_OF_ELB.into(),
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html>: keys are not case sensitive.
        "IAM" => "Duplicate tag keys found. Please note that Tag keys are case insensitive.".into(),
        _ => format!("Duplicate tag keys found: {key}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_neither_reserved_nor_repeated() {
        let long = "k".repeat(129);
        for (service, tags, expected) in [
            ("EC2", vec![("a", "1"), ("A", "1")], None),
            (
                "IAM",
                vec![("a", "1"), ("A", "1")],
                Some("Duplicate tag keys found."),
            ),
            (
                "EC2",
                vec![("a", "1"), ("a", "2")],
                Some("Duplicate tag key 'a' specified."),
            ),
            (
                "ElasticLoadBalancingV2",
                vec![("a", "1"), ("a", "2")],
                Some(DUPLICATE_OF_ELB),
            ),
            (
                "EC2",
                vec![("aws:x", "1")],
                Some("Value ( aws:x ) for parameter key is invalid."),
            ),
            (
                "ECS",
                vec![("AWS:x", "1")],
                Some("Tag keys starting with 'aws:' are reserved"),
            ),
            ("ECS", vec![("aws-x", "1")], None),
            ("SSM", vec![("", "1")], Some("Tag key must not be empty.")),
            (
                "SSM",
                vec![(long.as_str(), "1")],
                Some("maximum length of 128"),
            ),
            ("SSM", vec![("a", ""); 51], Some("maximum number of tags")),
        ] {
            let found = mistake(service, &tags);
            let fits = match (&found, expected) {
                (Some(found), Some(expected)) => found.contains(expected),
                (found, expected) => found.is_none() && expected.is_none(),
            };
            assert!(fits, "{service} {tags:?}: {found:?}");
        }
    }

    #[test]
    fn tags_are_a_list_or_a_map() {
        let list = serde_json::json!([{"Key": "a", "Value": "1"}]);
        let map = serde_json::json!({"a": "1"});
        assert_eq!(pairs(&list), [("a", "1")]);
        assert_eq!(pairs(&map), [("a", "1")]);
    }
}
