//! `GetResourcePolicy`, `PutResourcePolicy` and `DeleteResourcePolicy` of tables.

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::call;
use super::policy::check;
use crate::account::Account;
use crate::aws::AwsError;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    resource_arn: String,
    expected_revision_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Put {
    #[serde(flatten)]
    named: Named,
    policy: String,
    /// Puts a policy that takes the caller's own access away, too. That is not checked here.
    #[serde(rename = "ConfirmRemoveSelfResourceAccess")]
    _confirmed: bool,
}

/// The name of the table in an ARN.
fn table(arn: &str) -> Option<&str> {
    let resource = arn.splitn(6, ':').nth(5)?;
    let name = resource.strip_prefix("table/")?;
    (!name.contains('/')).then_some(name)
}

/// Checks that the input names a table that exists.
///
/// # Errors
/// DynamoDB's message.
pub(super) async fn of_table(account: &Account, input: &Value) -> Result<(), AwsError> {
    let arn = input["ResourceArn"].as_str().unwrap_or("");
    if arn.contains("/stream/") {
        return Err(AwsError::unsupported("policies of streams"));
    }
    let Some(name) = table(arn) else {
        return Err(AwsError::new(
            "ValidationException",
            format!("One or more parameter values were invalid: Invalid resource ARN: {arn}"),
        ));
    };
    let described = call(account, "DescribeTable", &json!({"TableName": name})).await;
    described.map(drop).map_err(|_| {
        AwsError::new(
            "ResourceNotFoundException",
            format!("Requested resource not found: Table: {name} not found"),
        )
    })
}

/// The policy of a table with its revision.
fn current(account: &Account, arn: &str) -> Option<(String, String)> {
    let name = table(arn)?;
    account.read(|state| {
        let one = state.protections.get(name)?;
        Some((one.policy.clone()?, one.revision.clone()?))
    })
}

fn not_found(arn: &str) -> AwsError {
    let sentence = format!("Resource-based policy not found for the provided ResourceArn: {arn}");
    AwsError::new("PolicyNotFoundException", sentence)
}

pub(super) fn get(account: &Account, input: &Named) -> Result<Value, AwsError> {
    let arn = &input.resource_arn;
    let (policy, revision) = current(account, arn).ok_or_else(|| not_found(arn))?;
    Ok(json!({"Policy": policy, "RevisionId": revision}))
}

/// # Errors
/// DynamoDB's message if the policy is not the one that the caller knows.
fn check_revision(account: &Account, named: &Named) -> Result<(), AwsError> {
    let arn = &named.resource_arn;
    let known = current(account, arn).map(|(_, revision)| revision);
    match (named.expected_revision_id.as_deref(), known) {
        (None, _) | (Some("NO_POLICY"), None) => Ok(()),
        (Some(wanted), Some(known)) if wanted == known => Ok(()),
        _ => Err(not_found(arn)),
    }
}

pub(super) fn put(account: &Account, input: Put) -> Result<Value, AwsError> {
    check_revision(account, &input.named)?;
    let policy = Value::from(input.policy.as_str());
    account
        .read(|state| check(state, &account.region, &policy))
        .map_err(|sentence| AwsError::new("ValidationException", sentence))?;
    set(account, &input.named.resource_arn, Some(input.policy));
    let revision = current(account, &input.named.resource_arn);
    Ok(json!({"RevisionId": revision.map(|(_, revision)| revision)}))
}

pub(super) fn delete(account: &Account, input: &Named) -> Result<Value, AwsError> {
    check_revision(account, input)?;
    let known = current(account, &input.resource_arn);
    set(account, &input.resource_arn, None);
    Ok(known.map_or_else(
        || json!({}),
        |(_, revision)| json!({"RevisionId": revision}),
    ))
}

fn set(account: &Account, arn: &str, policy: Option<String>) {
    if let Some(name) = table(arn) {
        account.change(|state| state.protections.set_policy(name, policy));
    }
}
