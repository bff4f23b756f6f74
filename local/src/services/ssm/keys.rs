//! The keys of users that encrypt parameters.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html>.

use serde_json::Value;

use crate::account::Account;
use crate::aws::AwsError;
use crate::aws::json::member;
use crate::services::iam::{Access, Principal};
use crate::services::kms::{Unusable, Usage};

/// What a caller needs of the key of a secret parameter to read it; nothing for a key of AWS, or a
/// parameter that is no secret.
pub(crate) fn accesses_of_key(account: &Account, named: &str) -> Vec<Access> {
    let Some((name, key)) = key_of(account, named) else {
        return Vec::new();
    };
    let context = [("PARAMETER_ARN", arn(account, &name))];
    usage(&["kms:Decrypt"], &context).accesses(account, &key)
}

fn usage<'a>(actions: &'a [&'a str], context: &'a [(&'a str, String)]) -> Usage<'a> {
    Usage {
        service: "ssm",
        actions,
        context,
    }
}

fn arn(account: &Account, name: &str) -> String {
    account.arn(
        "ssm",
        &format!("parameter/{}", name.trim_start_matches('/')),
    )
}

/// The name and the key of a secret parameter.
fn key_of(account: &Account, named: &str) -> Option<(String, String)> {
    account.read(|state| {
        let (name, parameter) = state.parameters.find(named)?;
        let key = parameter.settings.key_id.clone();
        Some((name.to_owned(), key?)).filter(|_| parameter.kind == "SecureString")
    })
}

/// Checks the use of the keys of the parameters that an action reads or writes.
///
/// # Errors
/// Parameter Store's error.
pub(crate) fn check_keys(
    account: &Account,
    principal: &Principal,
    action: &str,
    input: &Value,
) -> Result<(), AwsError> {
    if action == "PutParameter" {
        let name = member(input, "Name").unwrap_or("");
        let known = key_of(account, name).map(|(_, key)| key);
        let key = member(input, "KeyId").map(str::to_owned).or(known);
        return key.map_or(Ok(()), |key| {
            check(account, principal, "kms:Encrypt", (name, &key))
        });
    }
    if input["WithDecryption"] != true {
        return Ok(());
    }
    for named in read(account, action, input) {
        if let Some((name, key)) = key_of(account, &named) {
            check(account, principal, "kms:Decrypt", (&name, &key))?;
        }
    }
    Ok(())
}

/// The parameters that an action reads.
fn read(account: &Account, action: &str, input: &Value) -> Vec<String> {
    let names = input["Names"].as_array().into_iter().flatten();
    let names = names.filter_map(Value::as_str);
    match action {
        "GetParametersByPath" => {
            let path = member(input, "Path").unwrap_or("/").trim_end_matches('/');
            let begin = format!("{path}/");
            account.read(|state| {
                let all = state.parameters.all().map(|(name, _)| name.to_owned());
                all.filter(|name| name.starts_with(&begin)).collect()
            })
        }
        _ => names
            .chain(member(input, "Name"))
            .map(str::to_owned)
            .collect(),
    }
}

fn check(
    account: &Account,
    principal: &Principal,
    action: &str,
    (name, key): (&str, &str),
) -> Result<(), AwsError> {
    let context = [("PARAMETER_ARN", arn(account, name))];
    let checked = usage(&[action], &context).check(account, principal, key);
    checked.map_err(|unusable| error(&unusable))
}

/// Checks that a key for a new value exists and can be used.
///
/// # Errors
/// `InvalidKeyId`.
pub(super) fn check_usable(account: &Account, key: &str) -> Result<(), AwsError> {
    let usable = account.read(|state| state.kms.usable(&account.region, key));
    usable.map_err(|unusable| error(&unusable))
}

/// Parameter Store's error.
fn error(unusable: &Unusable) -> AwsError {
    let (code, sentence) = unusable.of_kms();
    let request = uuid::Uuid::new_v4();
    let sentence = format!(
        "{sentence} (Service: AWSKMS; Status Code: 400; Error Code: {code}; Request ID: {request}; Proxy: null)"
    );
    match unusable {
        Unusable::Denied(_) => AwsError::new("AccessDeniedException", sentence),
        _ => AwsError::new("InvalidKeyId", sentence),
    }
}
