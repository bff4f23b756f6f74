//! KMS's rules for keys.

use serde_json::Value;

use crate::aws::ACCOUNT;
use crate::resources::policies::{missing_role, principals, statements, words};
use crate::resources::subject::{Subject, at, fail_if, text};
use crate::resources::{no_opening, rules};

rules! { "Kms", no_opening;
    key_usage, "KMS::Key", ValidationException, "The key can do what it is for", "https://github.com/badmintoncryer/cdk-preflight";
    key_rotation, "KMS::Key", InvalidRequest, "Only symmetric keys rotate", "https://github.com/badmintoncryer/cdk-preflight";
    key_policy, "KMS::Key", MalformedPolicyDocumentException, "Each statement of the policy names principals that exist, actions and resources", "https://github.com/badmintoncryer/cdk-preflight";
    key_owner, "KMS::Key", MalformedPolicyDocumentException, "The account can change the policy", "https://github.com/badmintoncryer/cdk-preflight";
}

fn key_usage(subject: &Subject<'_>) -> Result<(), String> {
    let spec = subject.text("KeySpec").unwrap_or("SYMMETRIC_DEFAULT");
    let usage = subject.text("KeyUsage").unwrap_or("ENCRYPT_DECRYPT");
    let fits = match spec {
        "SYMMETRIC_DEFAULT" => usage == "ENCRYPT_DECRYPT",
        spec if spec.starts_with("HMAC_") => usage == "GENERATE_VERIFY_MAC",
        spec if spec.starts_with("RSA_") => ["ENCRYPT_DECRYPT", "SIGN_VERIFY"].contains(&usage),
        spec if spec.starts_with("ECC_NIST_P") => ["SIGN_VERIFY", "KEY_AGREEMENT"].contains(&usage),
        spec if spec.starts_with("ECC_") || spec.starts_with("ML_DSA_") => usage == "SIGN_VERIFY",
        _ => true,
    };
    fail_if(!fits, || {
        format!("KeyUsage {usage} is not compatible with KeySpec {spec}")
    })
}

fn key_rotation(subject: &Subject<'_>) -> Result<(), String> {
    let is_symmetric =
        subject.text("KeySpec").unwrap_or("SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT";
    let is_external = subject.text("Origin") == Some("EXTERNAL");
    let rotates = at(subject.properties, "EnableKeyRotation")
        .is_some_and(|flag| flag.as_bool() == Some(true) || flag.as_str() == Some("true"));
    fail_if(rotates && (!is_symmetric || is_external), || {
        "Invalid request provided: You cannot set the EnableKeyRotation property to true on asymmetric or external keys.".into()
    })
}

fn key_policy(subject: &Subject<'_>) -> Result<(), String> {
    let Some(policy) = at(subject.properties, "KeyPolicy") else {
        return Ok(());
    };
    let written = policy.to_string();
    fail_if(written.chars().any(|c| c > '\u{ff}'), || {
        let shown: String = written
            .chars()
            .map(|c| if c > '\u{ff}' { '?' } else { c })
            .collect();
        format!(
            r"1 validation error detected: Value '{shown}' at 'policy' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u00FF]+"
        )
    })?;
    let all = statements(policy);
    for (noun, names) in [
        ("principal", ["Principal", "NotPrincipal"]),
        ("action", ["Action", "NotAction"]),
        ("resource", ["Resource", "NotResource"]),
    ] {
        let without = |one: &Value| names.iter().all(|name| one.get(name).is_none());
        fail_if(all.iter().any(without), || {
            format!("Policy contains a statement with no {noun}.")
        })?;
    }
    fail_if(missing_role(subject, &all).is_some(), || {
        "Policy contains a statement with one or more invalid principals.".into()
    })
}

fn key_owner(subject: &Subject<'_>) -> Result<(), String> {
    let Some(policy) = at(subject.properties, "KeyPolicy") else {
        return Ok(());
    };
    let all = statements(policy);
    let bypass = subject.is("BypassPolicyLockoutSafetyCheck", true);
    fail_if(!bypass && !all.iter().any(admits_owner), || {
        "The new key policy will not allow you to update the key policy in the future.".into()
    })
}

/// Whether a statement lets somebody of the account change the policy.
fn admits_owner(statement: &Value) -> bool {
    let has = |name: &str| statement.get(name).is_some();
    let own = |principal: &str| {
        principal == "*" || principal == ACCOUNT || principal.split(':').nth(4) == Some(ACCOUNT)
    };
    let covers = |action: &str| {
        let action = action.to_ascii_lowercase();
        match action.split_once('*') {
            Some((start, _)) => "kms:putkeypolicy".starts_with(start),
            None => action == "kms:putkeypolicy",
        }
    };
    let whom = has("NotPrincipal") || principals(statement).into_iter().any(own);
    let what = has("NotAction") || words(statement, "Action").into_iter().any(covers);
    text(statement, "Effect") == Some("Allow") && whom && what
}
