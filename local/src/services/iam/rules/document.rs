//! The grammar of policy documents.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{conditions, principal, resources};
use crate::resources::subject::Subject;

const SYNTAX: &str = "Syntax errors in policy.";

/// What a policy is for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// It gives permissions.
    Identity,
    /// It says who can assume a role.
    Trust,
}

/// Checks a document, which may be a string with JSON.
///
/// # Errors
/// IAM's sentence.
pub(super) fn check(subject: &Subject<'_>, document: &Value, kind: Kind) -> Result<(), String> {
    let parsed;
    let document = match document {
        Value::String(text) => {
            parsed = serde_json::from_str(text).map_err(|_| SYNTAX.to_owned())?;
            &parsed
        }
        other => other,
    };
    let members = document.as_object().ok_or(SYNTAX)?;
    if let Some(unknown) = members
        .keys()
        .find(|name| !["Version", "Id", "Statement"].contains(&name.as_str()))
    {
        return Err(unknown_element(unknown));
    }
    let version = members
        .get("Version")
        .map(|version| version.as_str().unwrap_or(""));
    if version.is_some_and(|version| !["2012-10-17", "2008-10-17"].contains(&version)) {
        return Err("The policy must contain a valid version string".into());
    }
    let statements = match members.get("Statement") {
        Some(Value::Array(statements)) if !statements.is_empty() => statements.as_slice(),
        Some(statement @ Value::Object(_)) => std::slice::from_ref(statement),
        _ => return Err(SYNTAX.into()),
    };
    let mut seen = BTreeSet::new();
    for statement in statements {
        let statement = statement.as_object().ok_or(SYNTAX)?;
        check_sid(statement, &mut seen)?;
        check_statement(subject, statement, kind)?;
    }
    Ok(())
}

fn unknown_element(name: &str) -> String {
    format!("{SYNTAX} Unknown field {name}")
}

fn check_sid<'a>(
    statement: &'a Map<String, Value>,
    seen: &mut BTreeSet<&'a str>,
) -> Result<(), String> {
    let Some(sid) = statement.get("Sid") else {
        return Ok(());
    };
    let sid = sid.as_str().ok_or(SYNTAX)?;
    if !sid.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err("Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*".into());
    }
    if !sid.is_empty() && !seen.insert(sid) {
        return Err("Statement IDs (SID) in a single policy must be unique.".into());
    }
    Ok(())
}

fn check_statement(
    subject: &Subject<'_>,
    statement: &Map<String, Value>,
    kind: Kind,
) -> Result<(), String> {
    let known = [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];
    if let Some(unknown) = statement
        .keys()
        .find(|name| !known.contains(&name.as_str()))
    {
        return Err(unknown_element(unknown));
    }
    match statement.get("Effect").and_then(Value::as_str) {
        Some("Allow" | "Deny") => {}
        Some(other) => return Err(format!("Invalid effect: {other}")),
        None => return Err("Missing required field Effect".into()),
    }
    check_actions(statement, kind)?;
    match kind {
        Kind::Identity => check_resources(statement)?,
        Kind::Trust => check_principals(subject, statement)?,
    }
    statement.get("Condition").map_or(Ok(()), conditions::check)
}

/// The texts of an element that may be one text or a list.
fn texts(value: &Value) -> Result<Vec<&str>, String> {
    let all = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    all.iter()
        .map(|one| one.as_str().ok_or_else(|| SYNTAX.to_owned()))
        .collect()
}

fn check_actions(statement: &Map<String, Value>, kind: Kind) -> Result<(), String> {
    let actions = match (statement.get("Action"), statement.get("NotAction")) {
        (Some(_), Some(_)) => return Err(SYNTAX.into()),
        (Some(actions), None) | (None, Some(actions)) => texts(actions)?,
        (None, None) if kind == Kind::Trust => return Err("Missing required field Action".into()),
        (None, None) => return Err("Policy statement must contain actions.".into()),
    };
    if actions.is_empty() {
        return Err("Policy statement must contain actions.".into());
    }
    for action in actions {
        let (vendor, name) =
            match action.split_once(':') {
                Some(parts) => parts,
                None if action == "*" && kind == Kind::Identity => continue,
                None => return Err(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
                        .into(),
                ),
            };
        let is_vendor = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if vendor.is_empty() || !vendor.chars().all(is_vendor) {
            return Err(format!("Vendor {vendor} is not valid"));
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || "*?-".contains(c);
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(format!(
                "The action {action} is not valid. Action names can contain letters, digits and wildcards."
            ));
        }
        if kind == Kind::Trust && vendor != "sts" {
            return Err("AssumeRole policy may only specify STS AssumeRole actions.".into());
        }
    }
    Ok(())
}

fn check_resources(statement: &Map<String, Value>) -> Result<(), String> {
    if statement.contains_key("Principal") || statement.contains_key("NotPrincipal") {
        return Err("Policy document should not specify a principal.".into());
    }
    let named = match (statement.get("Resource"), statement.get("NotResource")) {
        (Some(_), Some(_)) => return Err(SYNTAX.into()),
        (Some(named), None) | (None, Some(named)) => texts(named)?,
        (None, None) => return Err("Policy statement must contain resources.".into()),
    };
    if named.is_empty() {
        return Err("Policy statement must contain resources.".into());
    }
    named.into_iter().try_for_each(resources::check)
}

fn check_principals(subject: &Subject<'_>, statement: &Map<String, Value>) -> Result<(), String> {
    for prohibited in ["Resource", "NotResource"] {
        if statement.contains_key(prohibited) {
            return Err(format!("Has prohibited field {prohibited}"));
        }
    }
    let named = statement
        .get("Principal")
        .or_else(|| statement.get("NotPrincipal"));
    let named = named.ok_or("Missing required field Principal")?;
    principal::check(subject, named)
}
