//! The principals of a trust policy.

use super::super::document::{Document, PrincipalKind};
use crate::aws::ACCOUNT;
use crate::resources::subject::Subject;

/// The services that assume roles, without `.amazonaws.com`.
const SERVICES: [&str; 70] = [
    "access-analyzer",
    "airflow",
    "amplify",
    "apigateway",
    "apprunner",
    "appsync",
    "athena",
    "autoscaling",
    "application-autoscaling",
    "backup",
    "batch",
    "bedrock",
    "budgets",
    "build.apprunner",
    "tasks.apprunner",
    "chatbot",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "codecommit",
    "codedeploy",
    "codepipeline",
    "cognito-idp",
    "config",
    "datasync",
    "delivery.logs",
    "dms",
    "dynamodb",
    "ec2",
    "ecs",
    "ecs-tasks",
    "ecs.application-autoscaling",
    "dynamodb.application-autoscaling",
    "edgelambda",
    "eks",
    "eks-fargate-pods",
    "pods.eks",
    "elasticfilesystem",
    "elasticloadbalancing",
    "elasticmapreduce",
    "events",
    "export.rds",
    "firehose",
    "glue",
    "guardduty",
    "imagebuilder",
    "iot",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "mediaconvert",
    "monitoring",
    "monitoring.rds",
    "opensearchservice",
    "pipes",
    "quicksight",
    "rds",
    "redshift",
    "replicator.lambda",
    "s3",
    "sagemaker",
    "scheduler",
    "spotfleet",
    "ssm",
    "states",
    "transfer",
    "vpc-flow-logs",
];

/// Checks that the services and identities of a trust policy exist.
///
/// # Errors
/// IAM's sentence.
pub(super) fn check(subject: &Subject<'_>, document: &Document) -> Result<(), String> {
    let statements = document.statements.iter();
    let entries = statements.flat_map(|statement| {
        statement
            .principals
            .iter()
            .flat_map(|principals| &principals.entries)
    });
    for (kind, name) in entries {
        let (shown, known) = match kind {
            PrincipalKind::Service => ("SERVICE", is_service(name, subject.region)),
            PrincipalKind::Aws => ("AWS", is_identity(subject, name)),
            PrincipalKind::Federated | PrincipalKind::CanonicalUser => continue,
        };
        if !known {
            return Err(format!(
                "Invalid principal in policy: \"{shown}\":\"{name}\""
            ));
        }
    }
    Ok(())
}

/// Whoever Cognito admits must be told apart by a condition.
///
/// # Errors
/// IAM's sentence.
pub(super) fn check_cognito(document: &Document) -> Result<(), String> {
    let open = document.statements.iter().any(|statement| {
        let principals = statement.principals.iter();
        let mut entries = principals.flat_map(|principals| &principals.entries);
        statement.conditions.is_empty()
            && entries.any(|(_, name)| name == "cognito-identity.amazonaws.com")
    });
    if open {
        return Err("A condition block must be present for the Cognito provider".into());
    }
    Ok(())
}

/// `NAME.amazonaws.com`, or with the region in it.
fn is_service(name: &str, region: &str) -> bool {
    let Some(name) = name.strip_suffix(".amazonaws.com") else {
        return false;
    };
    let regional = name
        .strip_suffix(region)
        .and_then(|name| name.strip_suffix('.'));
    let name = regional.unwrap_or(name);
    SERVICES.contains(&name) || name.ends_with(".application-autoscaling")
}

fn is_identity(subject: &Subject<'_>, name: &str) -> bool {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if name == "*" || is_account(name) {
        return true;
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let ["arn", "aws", "iam" | "sts", "", account, resource] = parts.as_slice() else {
        return false;
    };
    let known = match resource.split_once('/') {
        None => *resource == "root",
        // A role of another account cannot be looked up.
        Some(("role", path)) if *account == ACCOUNT => {
            let role = path.rsplit('/').next().unwrap_or(path);
            subject.find("AWS::IAM::Role", role).is_some()
        }
        Some((kind, _)) => ["role", "user", "assumed-role", "federated-user"].contains(&kind),
    };
    is_account(account) && known
}
