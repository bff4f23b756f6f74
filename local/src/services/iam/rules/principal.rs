//! The principals of a trust policy.

use super::super::document::{Document, PrincipalKind};
use crate::account::State;
use crate::aws::{ACCOUNT, protocol_of};
use crate::resources::subject::Subject;

/// The services of this architecture with a role of their own.
const LINKED: [&str; 6] = [
    "dynamodb.application-autoscaling",
    "ecs",
    "ecs.application-autoscaling",
    "elasticloadbalancing",
    "support",
    "trustedadvisor",
];

/// The services that assume roles, or whom policies of resources name, without `.amazonaws.com`.
const SERVICES: [&str; 78] = [
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
    "access-logging.s3",
    "inspector2",
    "logdelivery.elasticloadbalancing",
    "logging.s3",
    "macie",
    "replication.dynamodb",
    "ses",
    "sns",
];

/// Checks that the services and identities of a trust policy exist.
///
/// # Errors
/// IAM's sentence.
pub(super) fn check(subject: &Subject<'_>, document: &Document) -> Result<(), String> {
    let unknown = unknown_principal(subject.state, subject.region, document);
    unknown.map_or(Ok(()), |(kind, name)| {
        Err(format!(
            "Invalid principal in policy: \"{kind}\":\"{name}\""
        ))
    })
}

/// The first service or identity that does not exist, with its kind as messages have it.
pub(in crate::services::iam) fn unknown_principal<'a>(
    state: &State,
    region: &str,
    document: &'a Document,
) -> Option<(&'static str, &'a str)> {
    let statements = document.statements.iter();
    let mut entries = statements.flat_map(|statement| {
        statement
            .principals
            .iter()
            .flat_map(|principals| &principals.entries)
    });
    entries.find_map(|(kind, name)| {
        let (shown, known) = match kind {
            PrincipalKind::Service => ("SERVICE", is_service(name, region)),
            PrincipalKind::Aws => ("AWS", is_identity(state, name)),
            PrincipalKind::Federated | PrincipalKind::CanonicalUser => return None,
        };
        (!known).then_some((shown, name.as_str()))
    })
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
    SERVICES.contains(&name)
        || name.ends_with(".application-autoscaling")
        || protocol_of(name).is_some()
}

fn is_identity(state: &State, name: &str) -> bool {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if name == "*" || is_account(name) {
        return true;
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let ["arn", "aws", "iam" | "sts", "", account, resource] = parts.as_slice() else {
        return false;
    };
    is_account(account) && is_of_account(state, account, resource)
}

/// Whether an account has the identity. Those of other accounts cannot be looked up.
fn is_of_account(state: &State, account: &str, resource: &str) -> bool {
    let Some((kind, path)) = resource.split_once('/') else {
        return resource == "root";
    };
    if account != ACCOUNT {
        return ["role", "user", "assumed-role", "federated-user"].contains(&kind);
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let has_role = |name: &str| state.inventory.has("AWS::IAM::Role", name);
    match kind {
        "role" => has_role(name) || is_service_linked(path),
        "assumed-role" => has_role(path.split('/').next().unwrap_or(path)),
        // The account has one user.
        "user" => name == "local",
        "federated-user" => true,
        _ => false,
    }
}

/// Whether AWS makes the role when the service is used first.
fn is_service_linked(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some("aws-service-role")
        && parts
            .next()
            .is_some_and(|service| LINKED.contains(&service.trim_end_matches(".amazonaws.com")))
}
