//! `SimulatePrincipalPolicy`.

use serde::{Deserialize, Serialize};

use super::super::authorize::decide;
use super::super::context::Context;
use super::super::evaluate::Decision;
use super::super::principal::{Principal, RoleSession};
use super::super::{access::Access, roles};
use super::no_such_entity;
use super::page::{Rest, page};
use crate::account::Account;
use crate::aws::AwsError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(default)]
    policy_source_arn: String,
    #[serde(default)]
    action_names: Vec<String>,
    #[serde(default)]
    resource_arns: Vec<String>,
    #[serde(default)]
    context_entries: Vec<Entry>,
    marker: Option<String>,
    max_items: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    context_key_name: String,
    #[expect(dead_code, reason = "the operators of the policy say how to compare")]
    context_key_type: Option<String>,
    #[serde(default)]
    context_key_values: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    evaluation_results: Vec<Evaluated>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Evaluated {
    eval_action_name: String,
    eval_resource_name: String,
    eval_decision: &'static str,
}

pub(super) fn simulate(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let role = &input.policy_source_arn;
    if account.read(|state| roles::find(state, role).is_none()) {
        return Err(no_such_entity(format!(
            "The Principal {role} was not found."
        )));
    }
    let principal = Principal::Session(RoleSession::new(role, "simulation"));
    let mut context = Context::default();
    for entry in &input.context_entries {
        context.set(&entry.context_key_name, entry.context_key_values.clone());
    }
    let all = ["*".to_owned()];
    let resources = match input.resource_arns.as_slice() {
        [] => &all[..],
        named => named,
    };
    let mut results = Vec::new();
    for action in &input.action_names {
        for resource in resources {
            let access = Access {
                context: context.clone(),
                ..Access::new(action, resource)
            };
            results.push(Evaluated {
                eval_action_name: action.clone(),
                eval_resource_name: resource.clone(),
                eval_decision: match decide(account, &principal, &access) {
                    Decision::Allow => "allowed",
                    Decision::ExplicitDeny => "explicitDeny",
                    Decision::ImplicitDeny => "implicitDeny",
                },
            });
        }
    }
    let (evaluation_results, rest) =
        page(results, input.marker.as_ref(), input.max_items.as_ref())?;
    Ok(Output {
        evaluation_results,
        rest,
    })
}
