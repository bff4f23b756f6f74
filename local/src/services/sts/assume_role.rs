//! `AssumeRole`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::Duration;

use super::CredentialsOutput;
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::iam::{
    Access, Context, Kind, Principal, RoleSession, authorize, caller, find_role, managed_policy,
    parse, root, trusts, user_id,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(default)]
    role_arn: String,
    #[serde(default)]
    role_session_name: String,
    duration_seconds: Option<String>,
    external_id: Option<String>,
    policy: Option<String>,
    #[serde(default)]
    policy_arns: Vec<PolicyArn>,
}

#[derive(Deserialize)]
struct PolicyArn {
    arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    credentials: CredentialsOutput,
    assumed_role_user: AssumedRoleUser,
    #[serde(skip_serializing_if = "Option::is_none")]
    packed_policy_size: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssumedRoleUser {
    assumed_role_id: String,
    arn: String,
}

/// The largest session policy, in characters.
const LARGEST_POLICY: usize = 2048;

pub(super) fn assume(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let caller = caller();
    may_assume(account, &caller, input)?;
    let duration = duration(account, &caller, input)?;
    let session = RoleSession {
        policies: session_policies(account, input)?,
        ..RoleSession::new(&input.role_arn, &input.role_session_name)
    };
    let size = input
        .policy
        .as_ref()
        .map(|policy| policy.len() * 100 / LARGEST_POLICY);
    let principal = Principal::Session(session.clone());
    let (id, arn) = (user_id(account, &session), principal.arn());
    Ok(Output {
        credentials: account.sessions.issue(principal, duration).into(),
        assumed_role_user: AssumedRoleUser {
            assumed_role_id: id,
            arn,
        },
        packed_policy_size: size,
    })
}

/// The trust policy has to admit the caller. If it admits the whole account, the caller's own policies
/// have to allow the action, too.
fn may_assume(account: &Account, caller: &Principal, input: &Input) -> Result<(), AwsError> {
    let role = &input.role_arn;
    let mut context = Context::default()
        .with("aws:PrincipalArn", caller.arn())
        .with("aws:PrincipalAccount", crate::aws::ACCOUNT)
        .with("sts:RoleSessionName", input.role_session_name.as_str());
    if let Some(id) = &input.external_id {
        context = context.with("sts:ExternalId", id.as_str());
    }
    let denied = || {
        let user = caller.arn();
        let sentence = format!(
            "User: {user} is not authorized to perform: sts:AssumeRole on resource: {role}"
        );
        AwsError::new("AccessDenied", sentence).with_status(403)
    };
    let names = caller.names();
    if !trusts(account, role, &names, &context) {
        return Err(denied());
    }
    let needed = [Access::new("sts:AssumeRole", role.as_str())];
    let allowed = authorize(account, caller, &needed);
    let own: Vec<_> = names
        .into_iter()
        .filter(|(_, name)| *name != root())
        .collect();
    if allowed.is_ok() || trusts(account, role, &own, &context) {
        return Ok(());
    }
    Err(allowed.map_or_else(
        |sentence| AwsError::new("AccessDenied", sentence).with_status(403),
        |()| denied(),
    ))
}

fn duration(account: &Account, caller: &Principal, input: &Input) -> Result<Duration, AwsError> {
    let given = input.duration_seconds.as_ref();
    let duration: u32 = given.and_then(|text| text.parse().ok()).unwrap_or(3600);
    let longest = account.read(|state| {
        let role = find_role(state, &input.role_arn);
        role.map_or(3600, |role| role.properties.max_session_duration)
    });
    if duration > 3600 && *caller != Principal::Developer {
        return Err(AwsError::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    if duration > longest {
        return Err(AwsError::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(Duration::seconds(duration.into()))
}

fn session_policies(account: &Account, input: &Input) -> Result<Vec<String>, AwsError> {
    let mut policies = Vec::new();
    if let Some(policy) = &input.policy {
        if policy.len() > LARGEST_POLICY {
            let percent = policy.len() * 100 / LARGEST_POLICY;
            let sentence =
                format!("Packed size of session policy consumes {percent}% of allotted space.");
            return Err(AwsError::new("PackedPolicyTooLarge", sentence));
        }
        parse(Kind::Identity, &Value::from(policy.as_str()))
            .map_err(|reason| AwsError::new("MalformedPolicyDocument", reason))?;
        policies.push(policy.clone());
    }
    for PolicyArn { arn } in &input.policy_arns {
        let document = account.read(|state| managed_policy(state, arn));
        let document = document.ok_or_else(|| {
            let sentence = format!("ARN {arn} is not valid.");
            AwsError::validation(sentence)
        })?;
        policies.push(document.to_string());
    }
    Ok(policies)
}
