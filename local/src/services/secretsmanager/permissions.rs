//! What the actions of Secrets Manager are authorised for, and the keys that they use.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html>.

use serde_json::Value;

use crate::account::Account;
use crate::aws::AwsError;
use crate::aws::json::member;
use crate::services::iam::{Access, Principal, reference};
use crate::services::kms::{Unusable, Usage};

/// What a caller needs of a user's key to read a secret, and to write one.
const READ: [&str; 1] = ["kms:Decrypt"];
const WRITE: [&str; 2] = ["kms:GenerateDataKey", "kms:Decrypt"];

/// What an action needs; nothing for an action that IAM does not know. A secret is authorised by its
/// whole ARN, however it is named.
pub(crate) fn needed(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    reference::needed(account, "secretsmanager", action, |kind| {
        let members = ["SecretId", "Name"];
        let named = reference::named(account, "secretsmanager", kind, input, &members);
        let members = members.iter().filter_map(|name| member(input, name));
        let found = members.filter_map(|named| full_arn(account, named));
        let found: Vec<String> = found.collect();
        if found.is_empty() { named } else { found }
    })
}

/// The ARN of a secret with the random letters at its end.
pub(crate) fn full_arn(account: &Account, named: &str) -> Option<String> {
    account.read(|state| {
        let (_, secret) = state.secrets.get(named).ok()?;
        Some(secret.arn.clone())
    })
}

/// What a caller needs of the key of a secret to read it; nothing for a key of AWS.
pub(crate) fn accesses_of_key(account: &Account, named: &str) -> Vec<Access> {
    let found = account.read(|state| {
        let (_, secret) = state.secrets.get(named).ok()?;
        Some((secret.arn.clone(), secret.kms_key_id.clone()?))
    });
    found.map_or_else(Vec::new, |(arn, key)| {
        let context = [("SecretARN", arn)];
        usage(&READ, &context).accesses(account, &key)
    })
}

fn usage<'a>(actions: &'a [&'a str], context: &'a [(&'a str, String)]) -> Usage<'a> {
    Usage {
        service: "secretsmanager",
        actions,
        context,
    }
}

/// Checks the use of the key of a secret.
///
/// # Errors
/// Secrets Manager's error.
pub(crate) fn check_keys(
    account: &Account,
    principal: &Principal,
    action: &str,
    input: &Value,
) -> Result<(), AwsError> {
    let has_value = ["SecretString", "SecretBinary", "KmsKeyId"]
        .iter()
        .any(|name| input.get(name).is_some());
    let actions: &[&str] = match action {
        "GetSecretValue" => &READ,
        "CreateSecret" | "PutSecretValue" | "UpdateSecret" if has_value => &WRITE,
        _ => return Ok(()),
    };
    let known = member(input, "SecretId").and_then(|named| {
        account.read(|state| {
            let (_, secret) = state.secrets.get(named).ok()?;
            Some((secret.arn.clone(), secret.kms_key_id.clone()))
        })
    });
    let (arn, key) = known.unwrap_or_default();
    let key = member(input, "KmsKeyId").map(str::to_owned).or(key);
    key.map_or(Ok(()), |key| {
        check_key(account, principal, actions, (&arn, &key))
    })
}

/// Checks that the principal may encrypt a new secret with a key.
///
/// # Errors
/// The code and the message of Secrets Manager.
pub(super) fn check_new(
    account: &Account,
    principal: &Principal,
    key: &str,
) -> Result<(), AwsError> {
    check_key(account, principal, &WRITE, ("", key))
}

fn check_key(
    account: &Account,
    principal: &Principal,
    actions: &[&str],
    (arn, key): (&str, &str),
) -> Result<(), AwsError> {
    let context = [("SecretARN", arn.to_owned())];
    let checked = usage(actions, &context).check(account, principal, key);
    checked.map_err(|unusable| match unusable {
        // Known from many public reports.
        Unusable::Denied(_) => {
            AwsError::new("AccessDeniedException", "Access to KMS is not allowed")
        }
        _ if actions == READ => AwsError::new(
            "DecryptionFailure",
            "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
        ),
        _ => AwsError::new(
            "EncryptionFailure",
            "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.",
        ),
    })
}
