//! `GetPolicy` and `GetPolicyVersion`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::managed::{self, AwsPolicy};
use super::super::roles;
use super::{encoded, no_such_entity};
use crate::account::{Account, State};
use crate::aws::AwsError;

const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(default)]
    policy_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VersionInput {
    #[serde(default)]
    policy_arn: String,
    #[serde(default)]
    version_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    policy: Shown,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VersionOutput {
    policy_version: Version,
}

/// A managed policy as IAM shows it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown {
    policy_name: String,
    arn: String,
    path: String,
    default_version_id: String,
    attachment_count: usize,
    is_attachable: bool,
    create_date: String,
    update_date: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
    document: String,
    version_id: String,
    is_default_version: bool,
    create_date: String,
}

pub(super) fn get(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let arn = &input.policy_arn;
    let (policy, attachments) = account.read(|state| (find(state, arn), attachments(state, arn)));
    let policy = policy.ok_or_else(|| not_found(arn))?;
    let (_, path) = arn.split_once(":policy").unwrap_or(("", "/"));
    let (path, name) = path.rsplit_once('/').unwrap_or(("", path));
    Ok(Output {
        policy: Shown {
            policy_name: name.to_owned(),
            arn: arn.clone(),
            path: format!("{path}/"),
            default_version_id: policy.default_version_id,
            attachment_count: attachments,
            is_attachable: true,
            create_date: policy.create_date,
            update_date: policy.update_date,
        },
    })
}

pub(super) fn version(account: &Account, input: &VersionInput) -> Result<VersionOutput, AwsError> {
    let (arn, version) = (&input.policy_arn, &input.version_id);
    let policy = account.read(|state| find(state, arn));
    let policy = policy.ok_or_else(|| not_found(arn))?;
    if policy.default_version_id != *version {
        return Err(no_such_entity(format!(
            "Policy {arn} version {version} does not exist or is not attachable."
        )));
    }
    Ok(VersionOutput {
        policy_version: Version {
            document: encoded(&policy.document),
            version_id: policy.default_version_id,
            is_default_version: true,
            create_date: policy.update_date,
        },
    })
}

/// The newest version of a policy. The local AWS keeps no older ones.
fn find(state: &State, arn: &str) -> Option<AwsPolicy> {
    if managed::is_of_aws(arn) {
        return managed::policy(arn);
    }
    let mut policies = state.inventory.of_type(MANAGED_POLICY);
    let (_, item) = policies.find(|(id, _)| *id == arn)?;
    let created = item.attribute("CreateDate").to_owned();
    Some(AwsPolicy {
        create_date: created.clone(),
        update_date: created,
        default_version_id: "v1".into(),
        document: item
            .properties
            .get("PolicyDocument")
            .cloned()
            .unwrap_or(Value::Null),
    })
}

/// How many roles have the policy.
fn attachments(state: &State, arn: &str) -> usize {
    let roles = roles::all(state);
    roles
        .filter(|role| role.attached(state).iter().any(|attached| attached == arn))
        .count()
}

fn not_found(arn: &str) -> AwsError {
    no_such_entity(format!("Policy {arn} was not found."))
}
