//! The condition keys that every request has.

use super::context::Context;
use super::principal::{Principal, RoleSession};
use super::roles;
use crate::account::Account;
use crate::aws::{ACCOUNT, now, seconds};

/// The condition keys that every request has. Source:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
pub(super) fn common_keys(account: &Account, principal: &Principal) -> Context {
    let mut context = Context::default()
        .with("aws:CurrentTime", now())
        .with("aws:EpochTime", format!("{:.0}", seconds().floor()))
        .with("aws:RequestedRegion", account.region.as_str())
        // AWS's endpoints are reached over TLS only, so a policy may insist on it.
        .with("aws:SecureTransport", "true")
        .with("aws:PrincipalAccount", ACCOUNT)
        .with("aws:ResourceAccount", ACCOUNT)
        .with("aws:PrincipalIsAWSService", "false")
        .with("aws:ViaAWSService", "false")
        .with("aws:SourceIp", "127.0.0.1");
    match principal {
        Principal::Developer => {
            context = context
                .with("aws:PrincipalArn", principal.arn())
                .with("aws:PrincipalType", "User")
                .with("aws:username", "local")
                .with("aws:userid", DEVELOPER_ID);
        }
        Principal::Session(session) => {
            context = context
                .with("aws:PrincipalArn", session.role.as_str())
                .with("aws:PrincipalType", "AssumedRole")
                .with("aws:userid", user_id(account, session));
            for (key, value) in tags(account, session) {
                context.set(&format!("aws:PrincipalTag/{key}"), vec![value]);
            }
        }
    }
    context
}

/// The unique id of the developer.
pub(crate) const DEVELOPER_ID: &str = "AIDALOCALLOCALLOCAL00";

/// The unique id of a session: that of its role, and its name.
pub(crate) fn user_id(account: &Account, session: &RoleSession) -> String {
    let id = account.read(|state| {
        let role = roles::find(state, &session.role);
        role.map(|role| role.item.attribute("RoleId").to_owned())
    });
    format!("{}:{}", id.unwrap_or_default(), session.name)
}

fn tags(account: &Account, session: &RoleSession) -> Vec<(String, String)> {
    account.read(|state| {
        let role = roles::find(state, &session.role);
        let tags = role.map(|role| role.properties.tags).unwrap_or_default();
        tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
    })
}
