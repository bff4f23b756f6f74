//! Policies of resources, for a service of AWS that acts for itself.

use serde_json::Value;

use super::context::Context;
use super::document::{Kind, PrincipalKind, parse};
use super::evaluate::{Decision, Question, evaluate};
use crate::aws::ACCOUNT;

/// What a service does for itself, or for a resource of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Act<'a> {
    /// Such as `cloudwatch.amazonaws.com`.
    pub(crate) service: &'a str,
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    /// The ARN for which the service acts.
    pub(crate) source: &'a str,
}

/// Whether the policy of a resource lets a service, such as `cloudwatch.amazonaws.com`, do something.
/// `source` is the ARN for which the service acts.
pub(crate) fn allows_service(
    policy: &str,
    service: &str,
    action: &str,
    resource: &str,
    source: &str,
) -> bool {
    let act = Act {
        service,
        action,
        resource,
        source,
    };
    allows_service_with(policy, act, &Context::default())
}

/// Whether the policy of a resource lets another account of AWS do something. Services had accounts
/// before they had names.
pub(crate) fn allows_account(policy: &str, account: &str, action: &str, resource: &str) -> bool {
    let Ok(document) = parse(Kind::Attached, &Value::from(policy)) else {
        return false;
    };
    let context = Context::default().with("aws:SecureTransport", "true");
    let account = format!("arn:aws:iam::{account}:root");
    let question = Question {
        action,
        resource,
        context: &context,
        principals: &[(PrincipalKind::Aws, account)],
    };
    evaluate([&document], question) == Decision::Allow
}

/// As [`allows_service`], with more condition keys.
pub(crate) fn allows_service_with(policy: &str, act: Act<'_>, more: &Context) -> bool {
    let Ok(document) = parse(Kind::Attached, &Value::from(policy)) else {
        return false;
    };
    let mut context = Context::default()
        .with("aws:SourceAccount", ACCOUNT)
        .with("aws:SourceOwner", ACCOUNT)
        .with("aws:SourceArn", act.source)
        .with("aws:SecureTransport", "true")
        .with("aws:PrincipalIsAWSService", "true")
        .with("aws:PrincipalServiceName", act.service);
    context.fill(more);
    let question = Question {
        action: act.action,
        resource: act.resource,
        context: &context,
        // Everybody may be a service, too.
        principals: &[
            (PrincipalKind::Service, act.service.to_owned()),
            (PrincipalKind::Aws, String::new()),
        ],
    };
    evaluate([&document], question) == Decision::Allow
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_service_needs_a_statement_of_its_own_or_one_for_all() {
        let topic = "arn:aws:sns:eu-central-1:123456789012:alarms";
        let allow = |principal: Value, more: Value| {
            let mut statement = json!({
                "Sid": "__any text", "Effect": "Allow", "Principal": principal,
                "Action": "SNS:Publish", "Resource": topic,
            });
            if let (Some(statement), Value::Object(more)) = (statement.as_object_mut(), more) {
                statement.extend(more);
            }
            statement
        };
        let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
        let service = json!({"Service": "cloudwatch.amazonaws.com"});
        let owner =
            |owner: &str| json!({"Condition": {"StringEquals": {"AWS:SourceOwner": owner}}});
        let rows = [
            (vec![allow(service.clone(), json!({}))], true),
            (vec![allow(service.clone(), json!({})), deny.clone()], true),
            (vec![deny], false),
            (vec![allow(json!({"AWS": "*"}), owner(ACCOUNT))], true),
            (
                vec![allow(json!({"AWS": "*"}), owner("210987654321"))],
                false,
            ),
            (
                vec![allow(
                    json!({"AWS": "arn:aws:iam::123456789012:root"}),
                    json!({}),
                )],
                false,
            ),
            (
                vec![allow(
                    json!({"Service": ["budgets.amazonaws.com"]}),
                    json!({}),
                )],
                false,
            ),
            (
                vec![allow(service, json!({"Action": "SNS:Subscribe"}))],
                false,
            ),
        ];
        for (statements, expected) in rows {
            let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
            let allowed = allows_service(
                &policy,
                "cloudwatch.amazonaws.com",
                "sns:Publish",
                topic,
                "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a",
            );
            assert_eq!(allowed, expected, "{policy}");
        }
        assert!(!allows_service("text", "s", "a:b", "*", ""));
    }
}
