//! `GetSecretValue`, `PutSecretValue` and `GetRandomPassword`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::version_id;
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::secretsmanager::generate::{Wanted, password};
use crate::services::secretsmanager::secrets::{CURRENT, Content, check_living};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Get {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Got {
    #[serde(rename = "ARN")]
    arn: String,
    name: String,
    version_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_binary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_string: Option<String>,
    version_stages: Vec<String>,
    created_date: f64,
}

pub(super) fn get(account: &Account, input: &Get) -> Result<Got, AwsError> {
    account.read(|state| {
        let (name, secret) = state.secrets.get(&input.secret_id)?;
        check_living(secret)?;
        let (id, label) = (input.version_id.as_deref(), input.version_stage.as_deref());
        let found = secret.version(id, label).ok_or_else(|| {
            let what = match id {
                Some(id) => format!("VersionId: {id}"),
                None => format!("staging label: {}", label.unwrap_or(CURRENT)),
            };
            AwsError::new(
                "ResourceNotFoundException",
                format!("Secrets Manager can't find the specified secret value for {what}"),
            )
        });
        let (id, version) = found?;
        Ok(Got {
            arn: secret.arn.clone(),
            name: name.to_owned(),
            version_id: id.to_owned(),
            secret_binary: version.value.binary.clone(),
            secret_string: version.value.text.clone(),
            version_stages: version.labels.clone(),
            created_date: version.created,
        })
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Put {
    secret_id: String,
    client_request_token: Option<String>,
    secret_binary: Option<String>,
    secret_string: Option<String>,
    version_stages: Vec<String>,
}

pub(super) fn put(account: &Account, input: Put) -> Result<Value, AwsError> {
    let value = content(input.secret_string, input.secret_binary)?;
    if !value.is_some() {
        return Err(AwsError::new(
            "InvalidRequestException",
            "You must provide either SecretString or SecretBinary.",
        ));
    }
    let id = version_id(input.client_request_token);
    let mut labels = input.version_stages;
    if labels.is_empty() {
        labels.push(CURRENT.to_owned());
    }
    account.change(|state| {
        let (name, secret) = state.secrets.living(&input.secret_id)?;
        secret.add(&id, value, &labels)?;
        let labels = secret
            .versions
            .get(&id)
            .map(|version| version.labels.clone());
        Ok(json!({
            "ARN": secret.arn, "Name": name, "VersionId": id, "VersionStages": labels,
        }))
    })
}

/// The value that an input gives in one of two members.
///
/// # Errors
/// AWS's message if both are given.
pub(super) fn content(text: Option<String>, binary: Option<String>) -> Result<Content, AwsError> {
    if text.is_some() && binary.is_some() {
        return Err(AwsError::new(
            "InvalidParameterException",
            "You can't specify both a binary secret value and a string secret value in the same secret.",
        ));
    }
    Ok(Content { text, binary })
}

pub(super) fn random(input: &Wanted) -> Result<Value, AwsError> {
    Ok(json!({"RandomPassword": password(input)?}))
}
