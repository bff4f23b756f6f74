use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;
use serde_json::json;

use super::*;
use crate::account::testing::account;

/// The folders whose actions are listed in a `match`, with the name that requests are signed for.
const FOLDERS: &[(&str, &str)] = &[
    ("acm", "acm"),
    ("autoscaling", "application-autoscaling"),
    ("budgets", "budgets"),
    ("cloudwatch", "monitoring"),
    ("dynamodb", "dynamodb"),
    ("ec2", "ec2"),
    ("ecr", "ecr"),
    ("ecs", "ecs"),
    ("elb", "elasticloadbalancing"),
    ("iam", "iam"),
    ("kms", "kms"),
    ("logs", "logs"),
    ("route53", "route53"),
    ("s3", "s3"),
    ("secretsmanager", "secretsmanager"),
    ("sns", "sns"),
    ("ssm", "ssm"),
    ("sts", "sts"),
    ("wafv2", "wafv2"),
];

/// Finds the actions in the `match` of each service, so that none is forgotten.
#[tokio::test]
async fn every_action_has_its_permissions() {
    let account = account().await;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let arm = Regex::new(r#"(?m)^ {8}((?:"[A-Z]\w+"(?: \| )?)+) =>"#).unwrap();
    let name = Regex::new(r#""(\w+)""#).unwrap();
    let mut actions = 0;
    for (service, file) in dispatchers(&source) {
        let text = fs::read_to_string(&file).unwrap();
        for arm in arm.captures_iter(&text) {
            for action in name.captures_iter(&arm[1]) {
                let needed = needed(&account, &service, &action[1], &json!({}));
                let known = needed.is_some();
                assert!(
                    known,
                    "{service} {} in {}: add what it needs",
                    &action[1],
                    file.display()
                );
                actions += 1;
            }
        }
    }
    for (service, action, _) in crate::endpoint::absent::LISTS {
        let needed = needed(&account, service, action, &json!({}));
        assert!(needed.is_some(), "{service} {action}");
    }
    assert!(actions > 50, "only {actions} actions were found");
}

/// The files with a `match` over the actions of a service.
fn dispatchers(source: &Path) -> Vec<(String, PathBuf)> {
    let mut files = vec![(
        "cloudformation".to_owned(),
        source.join("cloudformation/api/mod.rs"),
    )];
    for folder in fs::read_dir(source.join("services")).unwrap() {
        let folder = folder.unwrap().path();
        for file in ["api/mod.rs", "api.rs", "mod.rs"] {
            let file = folder.join(file);
            let text = fs::read_to_string(&file).unwrap_or_default();
            if !text.contains("match action") {
                continue;
            }
            let name = folder.file_name().unwrap().to_str().unwrap();
            let known = FOLDERS.iter().find(|(folder, _)| *folder == name);
            let (_, service) = known.unwrap_or_else(|| panic!("add {name} to FOLDERS"));
            files.push(((*service).to_owned(), file));
        }
    }
    files
}

#[tokio::test]
async fn actions_are_authorised_for_what_their_input_names() {
    let account = account().await;
    let rows = [
        (
            "ssm",
            "GetParameter",
            json!({"Name": "/a/b:3"}),
            "ssm:GetParameter arn:aws:ssm:eu-central-1:123456789012:parameter/a/b",
        ),
        (
            "ssm",
            "GetParameters",
            json!({"Names": ["a", "/b"]}),
            "ssm:GetParameters arn:aws:ssm:eu-central-1:123456789012:parameter/a ssm:GetParameters arn:aws:ssm:eu-central-1:123456789012:parameter/b",
        ),
        (
            "ssm",
            "DescribeParameters",
            json!({}),
            "ssm:DescribeParameters *",
        ),
        (
            "dynamodb",
            "Scan",
            json!({"TableName": "t"}),
            "dynamodb:Scan arn:aws:dynamodb:eu-central-1:123456789012:table/t",
        ),
        (
            "dynamodb",
            "Query",
            json!({"TableName": "t", "IndexName": "i"}),
            "dynamodb:Query arn:aws:dynamodb:eu-central-1:123456789012:table/t/index/i",
        ),
        (
            "dynamodb",
            "BatchGetItem",
            json!({"RequestItems": {"a": {}, "b": {}}}),
            "dynamodb:BatchGetItem arn:aws:dynamodb:eu-central-1:123456789012:table/a dynamodb:BatchGetItem arn:aws:dynamodb:eu-central-1:123456789012:table/b",
        ),
        (
            "dynamodb",
            "TransactWriteItems",
            json!({"TransactItems": [{"Put": {"TableName": "t", "Item": {}}}]}),
            "dynamodb:PutItem arn:aws:dynamodb:eu-central-1:123456789012:table/t",
        ),
        (
            "logs",
            "FilterLogEvents",
            json!({"logGroupName": "/g"}),
            "logs:FilterLogEvents arn:aws:logs:eu-central-1:123456789012:log-group:/g:log-stream:",
        ),
        (
            "logs",
            "GetLogEvents",
            json!({"logGroupName": "g", "logStreamName": "s"}),
            "logs:GetLogEvents arn:aws:logs:eu-central-1:123456789012:log-group:g:log-stream:s",
        ),
        (
            "ecr",
            "BatchGetImage",
            json!({"repositoryName": "a/b"}),
            "ecr:BatchGetImage arn:aws:ecr:eu-central-1:123456789012:repository/a/b",
        ),
        (
            "ecs",
            "DescribeServices",
            json!({"cluster": "c", "services": ["s"]}),
            "ecs:DescribeServices arn:aws:ecs:eu-central-1:123456789012:service/c/s",
        ),
        (
            "ecs",
            "ListTasks",
            json!({"cluster": "c"}),
            "ecs:ListTasks arn:aws:ecs:eu-central-1:123456789012:container-instance/c/*",
        ),
        (
            "ecs",
            "RegisterTaskDefinition",
            json!({"family": "f", "taskRoleArn": "r"}),
            "ecs:RegisterTaskDefinition arn:aws:ecs:eu-central-1:123456789012:task-definition/f:* iam:PassRole r",
        ),
        (
            "cloudformation",
            "DescribeStacks",
            json!({"StackName": "vpc"}),
            "cloudformation:DescribeStacks arn:aws:cloudformation:eu-central-1:123456789012:stack/vpc/*",
        ),
        (
            "cloudformation",
            "DescribeStacks",
            json!({}),
            "cloudformation:DescribeStacks *",
        ),
        (
            "elasticloadbalancing",
            "DescribeTargetHealth",
            json!({"TargetGroupArn": "arn:x"}),
            "elasticloadbalancing:DescribeTargetHealth *",
        ),
        (
            "iam",
            "GetRole",
            json!({"RoleName": "r"}),
            "iam:GetRole arn:aws:iam::123456789012:role/r",
        ),
        (
            "monitoring",
            "PutMetricAlarm",
            json!({"AlarmName": "a"}),
            "cloudwatch:PutMetricAlarm arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a",
        ),
    ];
    for (service, action, input, expected) in rows {
        let needed = needed(&account, service, action, &input).unwrap();
        let needed = needed
            .iter()
            .map(|access| format!("{} {}", access.action, access.resource));
        assert_eq!(
            needed.collect::<Vec<_>>().join(" "),
            expected,
            "{service} {action}"
        );
    }
}
