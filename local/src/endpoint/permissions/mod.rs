//! What each action of each service is authorised for.

mod keys;
mod tags;

use serde_json::Value;

use super::family::Family;
use crate::account::Account;
use crate::aws::AwsError;
use crate::cloudformation;
use crate::services::iam::{self, Access, Principal, reference};
use crate::services::{dynamodb, ecr, ecs, kms, logs, secretsmanager, ssm, sts};

/// The members of inputs that name resources: the prefix of the actions, the type of the resource as
/// the service authorization reference has it, and the members.
const NAMES: &[(&str, &str, &[&str])] = &[
    ("acm", "certificate", &["CertificateArn"]),
    (
        "application-autoscaling",
        "ScalableTarget",
        &["ResourceARN"],
    ),
    ("budgets", "budget", &["BudgetName"]),
    ("cloudwatch", "alarm", &["AlarmName", "AlarmNames"]),
    ("cloudwatch", "dashboard", &["DashboardName"]),
    (
        "elasticloadbalancing",
        "listener-rule/app",
        &["RuleArn", "RuleArns"],
    ),
    (
        "elasticloadbalancing",
        "listener/app",
        &["ListenerArn", "ListenerArns"],
    ),
    (
        "elasticloadbalancing",
        "loadbalancer/app/",
        &["LoadBalancerArn", "LoadBalancerArns"],
    ),
    (
        "elasticloadbalancing",
        "targetgroup",
        &["TargetGroupArn", "TargetGroupArns"],
    ),
    ("iam", "instance-profile", &["InstanceProfileName"]),
    ("iam", "oidc-provider", &["OpenIDConnectProviderArn"]),
    ("iam", "policy", &["PolicyArn", "PolicyName"]),
    ("iam", "role", &["RoleName", "PolicySourceArn"]),
    ("s3", "bucket", &["Bucket"]),
    ("sns", "topic", &["TopicArn", "Name", "ResourceArn"]),
    ("wafv2", "ipset", &["ResourceARN"]),
    ("wafv2", "loadbalancer/app/", &["ResourceArn"]),
    (
        "wafv2",
        "webacl",
        &["WebACLArn", "WebAclArn", "ResourceARN"],
    ),
];

/// Checks that the caller is authorised for the action, and for what the service does with a key for
/// the caller.
///
/// # Errors
/// The service's error.
pub(super) fn check(
    account: &Account,
    principal: &Principal,
    service: &str,
    action: &str,
    input: &Value,
) -> Result<(), AwsError> {
    let denied = |sentence| Family::of(service).denied(sentence);
    match needed(account, service, action, input) {
        Some(mut needed) => {
            tags::add(service, action, input, &mut needed);
            iam::authorize(account, principal, &needed).map_err(denied)?;
            keys::check(account, principal, (service, action), input, &needed)
        }
        None if *principal == Principal::Developer => Ok(()),
        None => {
            let action = format!("{}:{action}", prefix(service));
            Err(denied(iam::denied_unknown(principal, &action)))
        }
    }
}

/// What an action of a service needs; nothing for an action that IAM does not know.
fn needed(account: &Account, service: &str, action: &str, input: &Value) -> Option<Vec<Access>> {
    match service {
        // One permission for all that shows budgets.
        "budgets" => by_name(account, "budgets", "ViewBudget", input),
        "cloudformation" => cloudformation::needed(account, action, input),
        "dynamodb" => dynamodb::needed(account, action, input),
        "ecr" => ecr::needed(account, action, input),
        "ecs" => ecs::needed(account, action, input),
        "kms" => kms::needed(account, action, input),
        "logs" => logs::needed(account, action, input),
        "secretsmanager" => secretsmanager::needed(account, action, input),
        "ssm" => ssm::needed(account, action, input),
        "sts" => sts::needed(account, action, input),
        other => by_name(account, prefix(other), action, input),
    }
}

/// The beginning of a service's actions in policies. It may differ from the name that requests are
/// signed for.
fn prefix(service: &str) -> &str {
    match service {
        "monitoring" => "cloudwatch",
        "tagging" => "tag",
        other => other,
    }
}

fn by_name(account: &Account, prefix: &str, action: &str, input: &Value) -> Option<Vec<Access>> {
    reference::needed(account, prefix, action, |kind| {
        let mut rows = NAMES.iter();
        let row = rows.find(|(known, name, _)| *known == prefix && *name == kind);
        row.map_or_else(Vec::new, |(_, _, members)| {
            reference::named(account, prefix, kind, input, members)
        })
    })
}

#[cfg(test)]
mod tests;
