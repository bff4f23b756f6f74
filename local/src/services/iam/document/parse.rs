//! From JSON to a document.
//!
//! The messages are IAM's. They are known from public reports and from the tests of moto
//! (`tests/test_iam/test_iam_policies.py`), whose cases were recorded from AWS.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    Document, Effect, Kind, Patterns, Statement, actions, conditions, principals, resources,
};

/// The message for anything that the grammar does not have.
pub(super) const SYNTAX: &str = "Syntax errors in policy.";

const VERSIONS: [&str; 2] = ["2008-10-17", "2012-10-17"];

/// Reads a document, which a template may also give as text.
///
/// # Errors
/// IAM's message for the code `MalformedPolicyDocument`.
pub(crate) fn parse(kind: Kind, document: &Value) -> Result<Document, String> {
    let read;
    let document = match document {
        Value::String(text) => {
            read = serde_json::from_str(text)
                .map_err(|_| "This policy contains invalid Json".to_owned())?;
            &read
        }
        other => other,
    };
    let members = document.as_object().ok_or(SYNTAX)?;
    for name in members.keys() {
        if !["Version", "Id", "Statement"].contains(&name.as_str()) {
            return Err(unknown_field(kind, name));
        }
    }
    let version = version(members.get("Version"))?;
    if members.get("Id").is_some_and(|id| !id.is_string()) {
        return Err(SYNTAX.into());
    }
    let statements = statements(kind, members.get("Statement"))?;
    unique_sids(&statements)?;
    Ok(Document {
        has_variables: version == "2012-10-17",
        statements,
    })
}

/// IAM reads trust policies with another parser, which names the element.
fn unknown_field(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Trust => format!("Unknown field {name}"),
        Kind::Identity | Kind::Resource | Kind::Attached => SYNTAX.into(),
    }
}

/// Reads the document of a managed policy. Only `CreatePolicy` needs the newer version: inline
/// policies without one are common in samples, and AWS takes them.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_managed(document: &Value) -> Result<Document, String> {
    let parsed = parse(Kind::Identity, document)?;
    if !parsed.has_variables {
        return Err("Policy document must be version 2012-10-17 or greater.".into());
    }
    Ok(parsed)
}

fn version(version: Option<&Value>) -> Result<&str, String> {
    match version {
        None => Ok(VERSIONS[0]),
        Some(version) => version
            .as_str()
            .filter(|version| VERSIONS.contains(version))
            .ok_or_else(|| SYNTAX.into()),
    }
}

fn statements(kind: Kind, statements: Option<&Value>) -> Result<Vec<Statement>, String> {
    let one;
    let list = match statements {
        Some(Value::Array(list)) if !list.is_empty() => list,
        Some(statement @ Value::Object(_)) => {
            one = vec![statement.clone()];
            &one
        }
        _ => return Err(SYNTAX.into()),
    };
    list.iter()
        .map(|statement| self::statement(kind, statement.as_object().ok_or(SYNTAX)?))
        .collect()
}

fn statement(kind: Kind, members: &Map<String, Value>) -> Result<Statement, String> {
    for name in members.keys() {
        check_field(kind, name)?;
    }
    let sid = sid(kind, members.get("Sid"))?;
    let effect = effect(kind, members.get("Effect"))?;
    let principals = principals::read(kind, members)?;
    let patterns = patterns(members, "Action", "NotAction")?;
    let actions = actions::check(kind, patterns)?;
    let patterns = self::patterns(members, "Resource", "NotResource")?;
    let resources = resources::check(kind, patterns)?;
    let conditions = conditions::read(members.get("Condition"))?;
    Ok(Statement {
        sid,
        effect,
        principals,
        actions,
        resources,
        conditions,
    })
}

fn check_field(kind: Kind, name: &str) -> Result<(), String> {
    match (name, kind) {
        ("Resource" | "NotResource", Kind::Trust) => Err(format!("Has prohibited field {name}")),
        ("Principal" | "NotPrincipal", Kind::Identity) => {
            Err("Policy document should not specify a principal.".into())
        }
        (
            "Sid" | "Effect" | "Action" | "NotAction" | "Resource" | "NotResource" | "Principal"
            | "NotPrincipal" | "Condition",
            _,
        ) => Ok(()),
        _ => Err(unknown_field(kind, name)),
    }
}

/// The policies of resources may have any text as a statement id, as in `Enable IAM User Permissions`.
fn sid(kind: Kind, sid: Option<&Value>) -> Result<Option<String>, String> {
    let Some(sid) = sid else { return Ok(None) };
    let sid = sid.as_str().ok_or(SYNTAX)?;
    if kind != Kind::Attached && !sid.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err("Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*".into());
    }
    Ok(Some(sid.to_owned()).filter(|sid| !sid.is_empty()))
}

fn effect(kind: Kind, effect: Option<&Value>) -> Result<Effect, String> {
    match (effect.and_then(Value::as_str), kind) {
        (Some("Allow"), _) => Ok(Effect::Allow),
        (Some("Deny"), _) => Ok(Effect::Deny),
        (None, Kind::Trust) => Err("Missing required field Effect".into()),
        (Some(other), Kind::Trust) => Err(format!("Invalid effect: {other}")),
        _ => Err(SYNTAX.into()),
    }
}

/// The patterns of an element or of its negation, of which a statement has at most one.
fn patterns(
    members: &Map<String, Value>,
    name: &str,
    negation: &str,
) -> Result<Option<Patterns>, String> {
    let (negated, value) = match (members.get(name), members.get(negation)) {
        (None, None) => return Ok(None),
        (Some(value), None) => (false, value),
        (None, Some(value)) => (true, value),
        (Some(_), Some(_)) => return Err(SYNTAX.into()),
    };
    Ok(Some(Patterns {
        negated,
        patterns: texts(value)?,
    }))
}

/// A text or a list of texts.
pub(super) fn texts(value: &Value) -> Result<Vec<String>, String> {
    let text = |value: &Value| Some(value.as_str()?.to_owned());
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Option<_>>(),
        other => text(other).map(|text| vec![text]),
    }
    .ok_or_else(|| SYNTAX.to_owned())
}

fn unique_sids(statements: &[Statement]) -> Result<(), String> {
    let mut seen = HashSet::new();
    let mut sids = statements.iter().filter_map(|one| one.sid.as_ref());
    if sids.all(|sid| seen.insert(sid)) {
        return Ok(());
    }
    Err("Statement IDs (SID) in a single policy must be unique.".into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(kind: Kind, document: &Value) -> String {
        parse(kind, document)
            .map(|read| format!("{read:?}"))
            .unwrap_err()
    }

    #[test]
    fn iam_says_what_is_wrong_with_an_identity_policy() {
        let good = json!({"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"});
        let with = |name: &str, value: Value| {
            let mut statement = good.clone();
            statement[name] = value;
            json!({"Version": "2012-10-17", "Statement": [statement]})
        };
        let without = |name: &str| {
            let mut statement = good.clone();
            statement.as_object_mut().unwrap().remove(name);
            json!({"Version": "2012-10-17", "Statement": statement})
        };
        let cases = [
            (json!([]), SYNTAX),
            (json!("{"), "This policy contains invalid Json"),
            (json!({"Version": "2012-10-17"}), SYNTAX),
            (json!({"Version": "2012-10-17", "Statement": []}), SYNTAX),
            (json!({"Version": "2012-10-18", "Statement": good}), SYNTAX),
            (json!({"Version": "2012-10-17", "Statements": good}), SYNTAX),
            (with("Effect", json!("allow")), SYNTAX),
            (with("Actions", json!("s3:Get*")), SYNTAX),
            (with("NotAction", json!("s3:Get*")), SYNTAX),
            (with("Action", json!([1])), SYNTAX),
            (with("Condition", json!([])), SYNTAX),
            (with("Condition", json!({"StringIs": {"a": "b"}})), SYNTAX),
            (
                with("Principal", json!("*")),
                "Policy document should not specify a principal.",
            ),
            (
                with("Sid", json!("a b")),
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
            ),
            (
                with("Action", json!("GetObject")),
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            ),
            (
                with("Action", json!("s3:a:b")),
                "Actions/Condition can contain only one colon.",
            ),
            (with("Action", json!("s 3:a")), "Vendor s 3 is not valid"),
            (
                with("Action", json!([])),
                "Policy statement must contain actions.",
            ),
            (without("Action"), "Policy statement must contain actions."),
            (
                without("Resource"),
                "Policy statement must contain resources.",
            ),
            (without("Effect"), SYNTAX),
            (
                with("Resource", json!("table")),
                "Resource table must be in ARN format or \"*\".",
            ),
            (
                with("Resource", json!("arn:aws:dynamodb")),
                "The policy failed legacy parsing",
            ),
            (
                with("Resource", json!("arn:awz:s3:::a")),
                "Partition \"awz\" is not valid for resource \"arn:awz:s3:::a\".",
            ),
            (
                with("Resource", json!("arn:aws:iam:eu-west-1:1:role/a")),
                "IAM resource arn:aws:iam:eu-west-1:1:role/a cannot contain region information.",
            ),
        ];
        for old in [
            json!({"Statement": good}),
            json!({"Version": "2008-10-17", "Statement": good}),
        ] {
            assert!(parse(Kind::Identity, &old).is_ok());
            assert_eq!(
                parse_managed(&old).unwrap_err(),
                "Policy document must be version 2012-10-17 or greater."
            );
        }
        for (document, expected) in cases {
            assert_eq!(refusal(Kind::Identity, &document), expected, "{document}");
        }
        let twice = json!({"Sid": "a", "Effect": "Allow", "Action": "*", "Resource": "*"});
        let document = json!({"Version": "2012-10-17", "Statement": [twice, twice]});
        assert_eq!(
            refusal(Kind::Identity, &document),
            "Statement IDs (SID) in a single policy must be unique."
        );
    }

    #[test]
    fn iam_says_what_is_wrong_with_a_trust_policy() {
        let good = json!({"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"});
        assert!(parse(Kind::Trust, &json!({"Statement": good})).is_ok());
        let with = |name: &str, value: Value| {
            let mut statement = good.clone();
            statement[name] = value;
            json!({"Statement": [statement]})
        };
        let cases = [
            (
                with("Resource", json!("*")),
                "Has prohibited field Resource",
            ),
            (with("Actions", json!("*")), "Unknown field Actions"),
            (with("Effect", json!("Permit")), "Invalid effect: Permit"),
            (
                with("Action", json!("s3:GetObject")),
                "AssumeRole policy may only specify STS AssumeRole actions.",
            ),
            (
                with("Action", json!("*")),
                "AssumeRole policy may only specify STS AssumeRole actions.",
            ),
            (
                with("Principal", json!({"Services": "a"})),
                "Invalid principal in policy",
            ),
            (
                with("Principal", json!({"Service": "ecs-tasks"})),
                "Invalid principal in policy: \"SERVICE\":\"ecs-tasks\"",
            ),
            (
                with("Principal", json!({"AWS": "me"})),
                "Invalid principal in policy: \"AWS\":\"me\"",
            ),
            (
                with("Principal", json!({})),
                "Missing required field Principal cannot be empty!",
            ),
        ];
        for (document, expected) in cases {
            assert_eq!(refusal(Kind::Trust, &document), expected, "{document}");
        }
        let nobody = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}});
        assert_eq!(
            refusal(Kind::Trust, &nobody),
            "Missing required field Principal"
        );
    }
}
