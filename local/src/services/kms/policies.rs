//! The policies of keys.

use serde_json::Value;

use crate::account::State;
use crate::aws::ACCOUNT;
use crate::resources::subject::{Subject, at, fail_if};
use crate::services::iam::{Attached, Fault, Principal, examine};

/// What a policy is called in errors.
pub(super) const MALFORMED: &str = "MalformedPolicyDocumentException";

pub(super) fn key_policy(subject: &Subject<'_>) -> Result<(), String> {
    let Some(policy) = at(subject.properties, "KeyPolicy") else {
        return Ok(());
    };
    check(subject.state, subject.region, policy)?;
    if subject.is("BypassPolicyLockoutSafetyCheck", true) {
        return Ok(());
    }
    check_lockout(subject.region, subject.caller, policy)
}

/// Checks the policy of a key.
///
/// # Errors
/// The sentence of KMS, as in <https://github.com/aws-samples/siem-on-amazon-opensearch-service/issues/32>
/// and
/// <https://github.com/hashicorp/terraform-provider-aws/issues/10419>.
pub(super) fn check(state: &State, region: &str, policy: &Value) -> Result<(), String> {
    check_characters(policy)?;
    let document = examine(state, region, policy).map_err(|fault| match fault {
        Fault::Json => "The new key policy is not valid JSON.".to_owned(),
        Fault::NoPrincipal => "Policy contains a statement with no principal.".to_owned(),
        Fault::Principal | Fault::Service => {
            "Policy contains a statement with one or more invalid principals.".to_owned()
        }
        Fault::Grammar(sentence) if sentence.contains("contain actions") => {
            "Missing required field Action".to_owned()
        }
        Fault::Grammar(sentence) => sentence,
    })?;
    let mut statements = document.statements.iter();
    if statements.any(|one| one.resources.is_none()) {
        return Err("Missing required field Resource".to_owned());
    }
    Ok(())
}

/// Words: <https://github.com/badmintoncryer/cdk-preflight>.
fn check_characters(policy: &Value) -> Result<(), String> {
    let written = match policy {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    fail_if(written.chars().any(|c| c > '\u{ff}'), || {
        let shown: String = written
            .chars()
            .map(|c| if c > '\u{ff}' { '?' } else { c })
            .collect();
        format!(
            r"1 validation error detected: Value '{shown}' at 'policy' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u00FF]+"
        )
    })
}

/// Checks that the author of a policy can change it later on.
///
/// # Errors
/// The sentence of KMS, as in the acceptance tests of hashicorp/terraform-provider-aws
/// (`internal/service/kms/key_test.go`).
pub(super) fn check_lockout(
    region: &str,
    author: &Principal,
    policy: &Value,
) -> Result<(), String> {
    let key = format!("arn:aws:kms:{region}:{ACCOUNT}:key/{}", uuid::Uuid::nil());
    if Attached::of(policy, true).admits(author, "kms:PutKeyPolicy", &key) {
        return Ok(());
    }
    Err("The new key policy will not allow you to update the key policy in the future.".to_owned())
}

/// The policy of a resource such as `key/ID`.
pub(crate) fn resource_policy(state: &State, resource: &str) -> Option<Value> {
    let id = resource.strip_prefix("key/")?;
    Some(state.kms.keys.get(id)?.policy.as_str().into())
}

/// Whether there is a key of a user: each has a policy.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    !state.kms.keys.is_empty()
}
