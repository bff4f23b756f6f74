//! What DynamoDB refuses in the policy of a table.

use serde_json::Value;

use crate::account::State;
use crate::services::iam::{Document, Effect, Fault, Statement, examine};

/// The largest policy in bytes.
const LARGEST: usize = 20_480;

/// The beginning of most sentences.
const INVALID: &str = "One or more parameter values were invalid:";

/// Checks the policy of a table.
///
/// # Errors
/// DynamoDB's sentence. They were measured with `PutResourcePolicy` (findings DDB-TABLE-211 and
/// DDB-TABLE-356 of ack-api-quirks, October 2026); that for services is in
/// <https://github.com/aws/aws-cdk/pull/37335>.
pub(super) fn check(state: &State, region: &str, policy: &Value) -> Result<(), String> {
    let size = match policy {
        Value::String(text) => text.len(),
        other => other.to_string().len(),
    };
    if size > LARGEST {
        return Err(format!(
            "{INVALID} Maximum policy size of {LARGEST} bytes exceeded"
        ));
    }
    let document = examine(state, region, policy).map_err(|fault| sentence(&fault, policy))?;
    let mut statements = document.statements.iter();
    if statements.any(|one| one.resources.is_none()) {
        return Err(invalid("Missing required field Resource"));
    }
    check_actions(&document)?;
    if document.statements.iter().any(is_unbounded) {
        return Err("Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure least-privilege form of access".to_owned());
    }
    Ok(())
}

fn invalid(what: &str) -> String {
    format!("{INVALID} Invalid policy document: {what}")
}

fn sentence(fault: &Fault, policy: &Value) -> String {
    match fault {
        Fault::Json => invalid("This policy contains invalid Json"),
        Fault::NoPrincipal => invalid("Missing required field Principal"),
        Fault::Principal => format!("{INVALID} Invalid principal in policy document."),
        Fault::Service => invalid("Policy contains invalid service principal"),
        Fault::Grammar(sentence) if sentence.contains("must be unique") => {
            invalid("The Statement Ids in the policy are not unique")
        }
        Fault::Grammar(sentence) if sentence.contains("contain actions") => {
            invalid("Missing required field Action")
        }
        Fault::Grammar(_) if policy["Statement"].as_array().is_some_and(Vec::is_empty) => {
            invalid("Could not parse the policy: Statement is empty!")
        }
        Fault::Grammar(sentence) => invalid(sentence),
    }
}

/// An action of another service, or one of streams and backups, is none of a table.
fn check_actions(document: &Document) -> Result<(), String> {
    let statements = document.statements.iter();
    let patterns = statements.flat_map(|one| &one.actions.patterns);
    let wrong: Vec<String> = patterns
        .filter(|pattern| !is_of_table(pattern))
        .map(|pattern| format!("\"{pattern}\""))
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong.join(", ");
    Err(invalid(&format!(
        "The following action names are invalid: {wrong}"
    )))
}

/// The actions that are not of a table. Source:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html>.
const OTHERS: [&str; 12] = [
    "deletebackup",
    "describebackup",
    "describelimits",
    "describestream",
    "getrecords",
    "getsharditerator",
    "listbackups",
    "listglobaltables",
    "liststreams",
    "listtables",
    "restoretablefrombackup",
    "restoretablefromawsbackup",
];

fn is_of_table(pattern: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    match pattern.strip_prefix("dynamodb:") {
        Some(action) => !OTHERS.contains(&action),
        None => pattern == "*",
    }
}

fn is_unbounded(statement: &Statement) -> bool {
    let everybody = statement
        .principals
        .as_ref()
        .is_some_and(|whom| !whom.negated && whom.entries.iter().any(|(_, name)| name == "*"));
    statement.effect == Effect::Allow && everybody && statement.conditions.is_empty()
}
