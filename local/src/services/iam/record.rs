//! The least policy for what was done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::{Value, json};

use super::access::Access;

/// The parts of ARNs that are different in each deployment: generated ids, and the random ends of
/// generated names.
static GENERATED: LazyLock<Regex> = LazyLock::new(|| {
    let ids = [
        // Stack ids.
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        // Tasks, then ids of EC2, then those of load balancers, then parts of stack ids.
        "[0-9a-f]{32}",
        "[0-9a-f]{17}",
        "[0-9a-f]{16}",
        "[0-9a-f]{8}",
        // The ends of names that CloudFormation generates; it cuts them for load balancers.
        "[A-Z0-9]{8,13}",
    ];
    let pattern = format!("([-/:])({})($|[/:-])", ids.join("|"));
    Regex::new(&pattern).expect("the pattern is sound")
});

/// Actions, each with the resources that it was authorised for.
#[derive(Debug, Default)]
pub(super) struct Record(BTreeMap<String, BTreeSet<String>>);

impl Record {
    /// Adds what was needed. Returns whether anything is new.
    pub(super) fn add(&mut self, needed: &[Access]) -> bool {
        let mut is_new = false;
        for access in needed {
            let resources = self.0.entry(access.action.clone()).or_default();
            is_new |= resources.insert(pattern(&access.resource));
        }
        is_new
    }

    /// The policy: one statement for all actions on the same resources.
    pub(super) fn policy(&self) -> Value {
        let mut by_resources: BTreeMap<&BTreeSet<String>, Vec<&str>> = BTreeMap::new();
        for (action, resources) in &self.0 {
            by_resources.entry(resources).or_default().push(action);
        }
        let statements = by_resources.into_iter().map(|(resources, actions)| {
            json!({"Effect": "Allow", "Action": actions, "Resource": resources})
        });
        json!({"Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>()})
    }
}

/// The ARN with `*` in place of everything that the next deployment generates anew.
fn pattern(arn: &str) -> String {
    let mut parts = arn.splitn(6, ':');
    let fixed: Vec<&str> = parts.by_ref().take(5).collect();
    let Some(resource) = parts.next() else {
        return arn.to_owned();
    };
    let mut resource = format!(":{resource}");
    if let Some((family, revision)) = resource.rsplit_once(':')
        && !revision.is_empty()
        && revision.chars().all(|c| c.is_ascii_digit())
    {
        resource = format!("{family}:*");
    }
    loop {
        // Two matches may share the character between them, so one pass is not enough.
        let next = GENERATED.replace(&resource, "$1*$3").into_owned();
        if next == resource {
            return format!("{}{resource}", fixed.join(":"));
        }
        resource = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_generated_becomes_a_star() {
        let cases = [
            ("*", "*"),
            (
                "arn:aws:dynamodb:eu-central-1:123456789012:table/table-Table-1ABCDEFGHIJK",
                "arn:aws:dynamodb:eu-central-1:123456789012:table/table-Table-*",
            ),
            (
                "arn:aws:cloudformation:eu-central-1:123456789012:stack/vpc/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
                "arn:aws:cloudformation:eu-central-1:123456789012:stack/vpc/*",
            ),
            (
                "arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-0123456789abcdef0",
                "arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-*",
            ),
            (
                "arn:aws:ecs:eu-central-1:123456789012:task-definition/app:12",
                "arn:aws:ecs:eu-central-1:123456789012:task-definition/app:*",
            ),
            (
                "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/a/0123456789abcdef/0123456789abcdef",
                "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/a/*/*",
            ),
            (
                "arn:aws:ssm:eu-central-1:123456789012:parameter/go-on-aws/vpc",
                "arn:aws:ssm:eu-central-1:123456789012:parameter/go-on-aws/vpc",
            ),
        ];
        for (arn, expected) in cases {
            assert_eq!(pattern(arn), expected);
        }
    }

    #[test]
    fn actions_on_the_same_resources_share_a_statement() {
        let mut record = Record::default();
        let needed = [
            Access::new("a:A", "*"),
            Access::new("a:B", "*"),
            Access::new("a:C", "arn"),
        ];
        assert!(record.add(&needed));
        assert!(!record.add(&needed));
        let statements = json!([
            {"Effect": "Allow", "Action": ["a:A", "a:B"], "Resource": ["*"]},
            {"Effect": "Allow", "Action": ["a:C"], "Resource": ["arn"]},
        ]);
        assert_eq!(record.policy()["Statement"], statements);
    }
}
