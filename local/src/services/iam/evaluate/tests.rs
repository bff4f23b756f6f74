use serde_json::{Value, json};

use super::super::document::{Kind, parse};
use super::*;

fn decide(statements: &Value, action: &str, resource: &str, context: &Context) -> Decision {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    let document = parse(Kind::Identity, &document).unwrap();
    let question = Question {
        action,
        resource,
        context,
        principals: &[],
    };
    evaluate([&document], question)
}

#[test]
fn an_explicit_deny_comes_first_and_silence_is_no() {
    let table = "arn:aws:dynamodb:eu-central-1:123456789012:table/a";
    let allow = json!({"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"});
    let deny = json!({"Effect": "Deny", "Action": "dynamodb:Delete*", "Resource": "*"});
    let statements = json!([allow, deny]);
    let none = Context::default();
    let decide = |action: &str| decide(&statements, action, table, &none);
    assert_eq!(decide("dynamodb:Scan"), Decision::Allow);
    assert_eq!(decide("DynamoDB:scan"), Decision::Allow);
    assert_eq!(decide("dynamodb:DeleteItem"), Decision::ExplicitDeny);
    assert_eq!(decide("ssm:GetParameter"), Decision::ImplicitDeny);
}

#[test]
fn actions_and_resources_may_be_negated() {
    let table = "arn:aws:dynamodb:eu-central-1:123456789012:table/a";
    let other = "arn:aws:dynamodb:eu-central-1:123456789012:table/b";
    let statement =
        json!({"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "NotResource": table});
    let none = Context::default();
    let cases = [
        ("dynamodb:Scan", other, Decision::Allow),
        ("dynamodb:Scan", table, Decision::ImplicitDeny),
        ("iam:GetRole", other, Decision::ImplicitDeny),
    ];
    for (action, resource, expected) in cases {
        assert_eq!(
            decide(&statement, action, resource, &none),
            expected,
            "{action} {resource}"
        );
    }
}

const ROWS: &str = r#"[
        ["StringEquals", "a", ["a"], true],
        ["StringEquals", "a", ["A"], false],
        ["StringEquals", ["b", "a"], ["a"], true],
        ["StringEquals", "a", [], false],
        ["StringEquals", "a*", ["ab"], false],
        [
            "StringEquals",
            "${aws:PrincipalAccount}",
            ["123456789012"],
            true
        ],
        ["StringEqualsIfExists", "a", [], true],
        ["StringEqualsIfExists", "a", ["b"], false],
        ["StringNotEquals", "a", ["b"], true],
        ["StringNotEquals", ["a", "b"], ["b"], false],
        ["StringNotEquals", "a", [], true],
        ["StringEqualsIgnoreCase", "ABC", ["abc"], true],
        ["StringNotEqualsIgnoreCase", "ABC", ["abc"], false],
        ["StringLike", "a*c?", ["abbcd"], true],
        ["StringLike", "a*c?", ["abb"], false],
        ["StringNotLike", "a*", ["ab"], false],
        ["StringNotLike", "a*", ["b"], true],
        ["NumericEquals", 5, ["5.0"], true],
        ["NumericNotEquals", 5, ["6"], true],
        ["NumericLessThan", "5", ["4"], true],
        ["NumericLessThan", "5", ["5"], false],
        ["NumericLessThanEquals", "5", ["5"], true],
        ["NumericGreaterThan", "5", ["6"], true],
        ["NumericGreaterThanEquals", "5", ["4"], false],
        ["NumericEquals", "5", ["five"], false],
        ["DateEquals", "2026-11-28", ["2026-11-28T00:00:00Z"], true],
        [
            "DateNotEquals",
            "2026-11-28",
            ["2026-11-28T00:00:00Z"],
            false
        ],
        [
            "DateLessThan",
            "2026-11-28T10:00:00Z",
            ["2026-11-28T09:59:59Z"],
            true
        ],
        ["DateLessThanEquals", "1795860000", ["1795860000"], true],
        [
            "DateGreaterThan",
            "2026-11-28T10:00:00Z",
            ["2026-11-28T09:59:59Z"],
            false
        ],
        [
            "DateGreaterThanEquals",
            "2026-11-28T10:00:00Z",
            ["2026-11-28T12:00:00+02:00"],
            true
        ],
        ["Bool", true, ["true"], true],
        ["Bool", "false", ["true"], false],
        ["Bool", "true", [], false],
        ["BinaryEquals", "QUJD", ["QUJD"], true],
        ["IpAddress", "10.0.0.0/8", ["10.1.2.3"], true],
        ["IpAddress", "10.0.0.1", ["10.0.0.2"], false],
        ["IpAddress", "2001:db8::/32", ["2001:db8::1"], true],
        ["NotIpAddress", "10.0.0.0/8", ["10.1.2.3"], false],
        ["NotIpAddress", "0.0.0.0/0", ["::1"], true],
        [
            "ArnLike",
            "arn:aws:ecs:*:123456789012:*",
            ["arn:aws:ecs:eu-west-1:123456789012:task/a/b"],
            true
        ],
        [
            "ArnLike",
            "arn:aws:ecs:*",
            ["arn:aws:ecs:eu-west-1:123456789012:task/a/b"],
            false
        ],
        [
            "ArnEquals",
            "arn:aws:ecs:*:*:task/*",
            ["arn:aws:ecs:eu-west-1:123456789012:task/a/b"],
            true
        ],
        [
            "ArnLike",
            "arn:aws:iam::${aws:PrincipalAccount}:role/x",
            ["arn:aws:iam::123456789012:role/x"],
            true
        ],
        [
            "ArnNotLike",
            "arn:aws:ecs:*:*:*",
            ["arn:aws:ecs:eu-west-1:123456789012:task/a"],
            false
        ],
        [
            "ArnNotEquals",
            "arn:aws:ecs:*:*:*",
            ["arn:aws:s3:::a"],
            true
        ],
        ["Null", "true", [], true],
        ["Null", "true", ["a"], false],
        ["Null", "false", ["a"], true],
        ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], true],
        ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
        ["ForAllValues:StringEquals", "a", [], true],
        ["ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], true],
        ["ForAnyValue:StringEquals", "a", ["b", "c"], false],
        ["ForAnyValue:StringLike", "a*", [], false],
        ["ForAllValues:StringNotEquals", "a", ["b", "c"], true],
        ["ForAnyValue:StringNotLike", "a*", ["ab", "b"], true]
]"#;

/// Each row: an operator, the values of the policy, the values of the request, and whether it holds.
#[test]
fn every_operator_compares_as_documented() {
    let rows: Value = serde_json::from_str(ROWS).unwrap();
    for row in rows.as_array().unwrap() {
        let operator = row[0].as_str().unwrap();
        let statement = json!({
            "Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {operator: {"test:Key": row[1]}},
        });
        let mut context = Context::default().with("aws:PrincipalAccount", "123456789012");
        let given: Vec<String> = serde_json::from_value(row[2].clone()).unwrap();
        if !given.is_empty() {
            context.set("TEST:key", given);
        }
        let expected = if row[3] == true {
            Decision::Allow
        } else {
            Decision::ImplicitDeny
        };
        assert_eq!(decide(&statement, "a:B", "*", &context), expected, "{row}");
    }
}

#[test]
fn all_keys_of_a_condition_must_fit() {
    let statement = json!({
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"a:A": "1", "a:B": "2"}, "Bool": {"aws:SecureTransport": "true"}},
    });
    let two = Context::default().with("a:a", "1").with("a:b", "2");
    assert_eq!(decide(&statement, "a:B", "*", &two), Decision::ImplicitDeny);
    let all = two.with("aws:SecureTransport", "true");
    assert_eq!(decide(&statement, "a:B", "*", &all), Decision::Allow);
}

/// A `Principal` element, who asks, and whether it matches.
type PrincipalCase<'a> = (Value, &'a [(PrincipalKind, String)], bool);

#[test]
fn a_trust_policy_applies_to_its_principals() {
    let document = |principal: Value| {
        let statement =
            json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
        parse(Kind::Trust, &json!({"Statement": statement})).unwrap()
    };
    let service = [(PrincipalKind::Service, "ecs-tasks.amazonaws.com".to_owned())];
    let user = [
        (
            PrincipalKind::Aws,
            "arn:aws:iam::123456789012:user/me".to_owned(),
        ),
        (
            PrincipalKind::Aws,
            "arn:aws:iam::123456789012:root".to_owned(),
        ),
    ];
    let cases: [PrincipalCase<'_>; 7] = [
        (
            json!({"Service": "ecs-tasks.amazonaws.com"}),
            &service,
            true,
        ),
        (json!({"Service": ["ec2.amazonaws.com"]}), &service, false),
        (json!({"AWS": "123456789012"}), &user, true),
        (
            json!({"AWS": "arn:aws:iam::123456789012:root"}),
            &user,
            true,
        ),
        (
            json!({"AWS": "arn:aws:iam::210987654321:root"}),
            &user,
            false,
        ),
        (json!({"AWS": "*"}), &user, true),
        (json!({"Service": "ecs-tasks.amazonaws.com"}), &user, false),
    ];
    for (principal, callers, expected) in cases {
        let question = Question {
            action: "sts:AssumeRole",
            resource: "arn:aws:iam::123456789012:role/r",
            context: &Context::default(),
            principals: callers,
        };
        let expected = if expected {
            Decision::Allow
        } else {
            Decision::ImplicitDeny
        };
        let decision = evaluate([&document(principal.clone())], question);
        assert_eq!(decision, expected, "{principal}");
    }
}
