//! `GetRolePolicy`, `ListRolePolicies`, `ListAttachedRolePolicies`.

use serde::{Deserialize, Serialize};

use super::super::roles::{self, InlinePolicy};
use super::page::{Rest, page};
use super::{encoded, no_such_entity, no_such_role};
use crate::account::Account;
use crate::aws::AwsError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(default)]
    role_name: String,
    #[serde(default)]
    policy_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListInput {
    #[serde(default)]
    role_name: String,
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    role_name: String,
    policy_name: String,
    policy_document: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListOutput {
    policy_names: Vec<String>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttachedOutput {
    attached_policies: Vec<Attached>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attached {
    policy_name: String,
    policy_arn: String,
}

pub(super) fn get(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let mut policies = inline(account, &input.role_name)?.into_iter();
    let found = policies.find(|policy| policy.policy_name == input.policy_name);
    let found = found.ok_or_else(|| {
        let name = &input.policy_name;
        no_such_entity(format!("The role policy with name {name} cannot be found."))
    })?;
    Ok(Output {
        role_name: input.role_name.clone(),
        policy_name: found.policy_name,
        policy_document: encoded(&found.policy_document),
    })
}

pub(super) fn list(account: &Account, input: &ListInput) -> Result<ListOutput, AwsError> {
    let policies = inline(account, &input.role_name)?;
    let names = policies.into_iter().map(|policy| policy.policy_name);
    let (policy_names, rest) = page(
        names.collect(),
        input.marker.as_ref(),
        input.max_items.as_ref(),
    )?;
    Ok(ListOutput { policy_names, rest })
}

pub(super) fn attached(account: &Account, input: &ListInput) -> Result<AttachedOutput, AwsError> {
    let name = &input.role_name;
    let arns = account.read(|state| Some(roles::find(state, name)?.attached(state)));
    let arns = arns.ok_or_else(|| no_such_role(name))?;
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let policies = arns.into_iter().filter_map(|policy_arn| {
        let (_, path) = policy_arn.split_once(":policy")?;
        let name = path.rsplit('/').next()?.to_owned();
        path.starts_with(prefix).then_some(Attached {
            policy_name: name,
            policy_arn,
        })
    });
    let (attached_policies, rest) = page(
        policies.collect(),
        input.marker.as_ref(),
        input.max_items.as_ref(),
    )?;
    Ok(AttachedOutput {
        attached_policies,
        rest,
    })
}

fn inline(account: &Account, role: &str) -> Result<Vec<InlinePolicy>, AwsError> {
    let policies = account.read(|state| Some(roles::find(state, role)?.inline(state)));
    policies.ok_or_else(|| no_such_role(role))
}
