//! What the actions of KMS are authorised for.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html>.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::crypto;
use super::key::arn;
use crate::account::Account;
use crate::aws::ACCOUNT;
use crate::aws::json::member;
use crate::services::iam::{Access, reference};

/// What an action needs; nothing for an action that IAM does not know. A key that is named by an alias
/// is authorised by its own ARN.
pub(crate) fn needed(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    let mut needed = reference::needed(account, "kms", action, |kind| match kind {
        "alias" => {
            let alias = member(input, "AliasName");
            alias
                .map(|alias| account.arn("kms", alias))
                .into_iter()
                .collect()
        }
        "key" => keys(account, input),
        _ => Vec::new(),
    })?;
    for access in &mut needed {
        access.set("kms:CallerAccount", ACCOUNT);
        set_context(access, input);
        if let Some(alias) = member(input, "KeyId").filter(|named| named.contains("alias/")) {
            let at = alias.find("alias/").unwrap_or(0);
            access.set("kms:RequestAlias", &alias[at..]);
        }
    }
    Some(needed)
}

/// The pairs that the caller has to repeat to decrypt are condition keys.
fn set_context(access: &mut Access, input: &Value) {
    let pairs = input.get("EncryptionContext").and_then(Value::as_object);
    let Some(pairs) = pairs.filter(|pairs| !pairs.is_empty()) else {
        return;
    };
    for (key, value) in pairs {
        access.set(
            &format!("kms:EncryptionContext:{key}"),
            value.as_str().unwrap_or(""),
        );
    }
    let keys = pairs.keys().cloned().collect();
    access.context.set("kms:EncryptionContextKeys", keys);
}

fn keys(account: &Account, input: &Value) -> Vec<String> {
    let named = ["KeyId", "TargetKeyId"]
        .into_iter()
        .find_map(|name| member(input, name));
    let in_text = || {
        let text = member(input, "CiphertextBlob")?;
        let text = BASE64_STANDARD.decode(text).ok()?;
        crypto::key_of(&text).map(str::to_owned)
    };
    let named = named.map(str::to_owned).or_else(in_text);
    named
        .map(|named| key_arn(account, &named))
        .into_iter()
        .collect()
}

/// The ARN of the key that is named by its id, its ARN or an alias. The ARN of one that does not exist
/// is made of its name.
pub(crate) fn key_arn(account: &Account, named: &str) -> String {
    let found = account.read(|state| state.kms.id(account, named));
    match found {
        Ok(id) => arn(account, &id),
        Err(_) if named.starts_with("arn:") => named.to_owned(),
        Err(_) => arn(account, named),
    }
}
