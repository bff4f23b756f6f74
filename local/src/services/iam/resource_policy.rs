//! Policies of resources, for a service of AWS that acts for itself.

use serde_json::{Value, json};

use super::context::Context;
use super::document::{Kind, parse};
use super::evaluate::{Decision, Question, evaluate};
use crate::aws::ACCOUNT;

/// Whether the policy of a resource lets a service, such as `cloudwatch.amazonaws.com`, do something.
/// `source` is the ARN for which the service acts.
pub(crate) fn allows_service(
    policy: &str,
    service: &str,
    action: &str,
    resource: &str,
    source: &str,
) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(policy) else {
        return false;
    };
    let statements = match &policy["Statement"] {
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    // What is left of a statement for this service has the grammar of any other policy.
    let own = statements.into_iter().filter_map(|mut statement| {
        let members = statement.as_object_mut()?;
        members.remove("Sid");
        let principal = members.remove("Principal")?;
        is_for(&principal, service).then_some(statement)
    });
    let own: Vec<Value> = own.collect();
    let version = policy["Version"].as_str().unwrap_or("2008-10-17");
    let document = json!({"Version": version, "Statement": own});
    let Ok(document) = parse(Kind::Identity, &document) else {
        return false;
    };
    let context = Context::default()
        .with("aws:SourceAccount", ACCOUNT)
        .with("aws:SourceOwner", ACCOUNT)
        .with("aws:SourceArn", source)
        .with("aws:SecureTransport", "true")
        .with("aws:PrincipalIsAWSService", "true")
        .with("aws:PrincipalServiceName", service);
    let question = Question {
        action,
        resource,
        context: &context,
        principals: &[],
    };
    evaluate([&document], question) == Decision::Allow
}

fn is_for(principal: &Value, service: &str) -> bool {
    let has = |list: &Value, wanted: &str| match list {
        Value::String(one) => one == wanted,
        Value::Array(all) => all.iter().any(|one| one == wanted),
        _ => false,
    };
    principal == "*" || has(&principal["AWS"], "*") || has(&principal["Service"], service)
}

#[cfg(test)]
mod tests {
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
