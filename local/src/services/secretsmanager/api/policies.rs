//! `GetResourcePolicy`, `PutResourcePolicy`, `DeleteResourcePolicy` and `ValidateResourcePolicy`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::Account;
use crate::aws::AwsError;
use crate::services::iam::caller;
use crate::services::secretsmanager::policies::{check, check_lockout, check_public};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    secret_id: String,
}

pub(super) fn get(account: &Account, input: &Named) -> Result<Value, AwsError> {
    account.read(|state| {
        let (name, secret) = state.secrets.get(&input.secret_id)?;
        let mut output = json!({"ARN": secret.arn, "Name": name});
        if let Some(policy) = &secret.policy {
            output["ResourcePolicy"] = policy.as_str().into();
        }
        Ok(output)
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Put {
    secret_id: String,
    resource_policy: String,
    block_public_policy: bool,
}

pub(super) fn put(account: &Account, input: Put) -> Result<Value, AwsError> {
    let policy = Value::from(input.resource_policy.as_str());
    let caller = caller();
    account.change(|state| {
        let region = &account.region;
        check(state, region, &policy).map_err(malformed)?;
        let public = check_public(state, region, &policy, input.block_public_policy);
        public.map_err(|sentence| AwsError::new("PublicPolicyException", sentence))?;
        let (name, secret) = state.secrets.living(&input.secret_id)?;
        check_lockout(&caller, &secret.arn, &policy).map_err(malformed)?;
        secret.policy = Some(input.resource_policy);
        Ok(json!({"ARN": secret.arn, "Name": name}))
    })
}

fn malformed(sentence: String) -> AwsError {
    AwsError::new("MalformedPolicyDocumentException", sentence)
}

pub(super) fn delete(account: &Account, input: &Named) -> Result<Value, AwsError> {
    account.change(|state| {
        let (name, secret) = state.secrets.living(&input.secret_id)?;
        secret.policy = None;
        Ok(json!({"ARN": secret.arn, "Name": name}))
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Validate {
    secret_id: Option<String>,
    resource_policy: String,
}

pub(super) fn validate(account: &Account, input: &Validate) -> Value {
    let policy = Value::from(input.resource_policy.as_str());
    let secret = input.secret_id.as_deref().unwrap_or("*");
    let errors: Vec<Value> = account.read(|state| {
        let region = &account.region;
        let checks = [
            ("SYNTAX", check(state, region, &policy)),
            ("PUBLIC_POLICY", check_public(state, region, &policy, true)),
            ("LOCKOUT", check_lockout(&caller(), secret, &policy)),
        ];
        let failed = checks.into_iter().filter_map(|(name, checked)| {
            let sentence = checked.err()?;
            Some(json!({"CheckName": name, "ErrorMessage": sentence}))
        });
        failed.collect()
    });
    json!({"PolicyValidationPassed": errors.is_empty(), "ValidationErrors": errors})
}
