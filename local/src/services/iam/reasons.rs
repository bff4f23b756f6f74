//! What a role lacks, for a person who reads `local explain`.

use super::access::Access;
use super::authorize::Asked;
use super::evaluate::{Decision, allowing, has_action};
use super::passage::Passage;
use super::policies::{self, PolicyType};
use super::principal::{Principal, RoleSession};
use crate::account::Account;

/// Why a role may not do something.
pub(crate) struct Missing {
    /// In one sentence.
    pub(crate) why: String,
    /// What would allow it, in one sentence.
    pub(crate) remedy: String,
}

/// What stands between a session and an access. `role` is how the role is shown.
pub(crate) fn missing(
    account: &Account,
    session: &RoleSession,
    passage: Option<Passage>,
    access: &Access,
    role: &str,
) -> Option<Missing> {
    let principal = Principal::Session(session.clone());
    let endpoint = passage
        .as_ref()
        .and_then(|passage| passage.endpoint.clone());
    let asked = Asked::of(account, &principal, passage)?;
    let denied = asked.denied(access)?;
    let Access {
        action, resource, ..
    } = access;
    let place = match denied.of_type {
        PolicyType::Identity => format!("role {role}"),
        PolicyType::Boundary => format!("the permissions boundary of role {role}"),
        PolicyType::Session => format!("the session policy of role {role}"),
        PolicyType::Endpoint => {
            format!("the policy of endpoint {}", endpoint.unwrap_or_default())
        }
        PolicyType::Resource => format!("the policy of {resource}"),
    };
    let statement = denied.sid.map_or_else(
        || "the statement with Effect Deny".to_owned(),
        |sid| format!("the statement {sid}"),
    );
    let more = match denied.of_type {
        PolicyType::Resource => format!(" for role {role}, or for the account,"),
        _ => String::new(),
    };
    Some(match denied.decision {
        Decision::ExplicitDeny => Missing {
            why: format!("A statement of {place} denies {action} on {resource}."),
            remedy: format!("Change {statement} of {place}."),
        },
        _ => Missing {
            why: format!("No statement of {place} allows {action} on {resource}."),
            remedy: format!("Add a statement to {place}{more} that allows {action} on {resource}."),
        },
    })
}

/// The actions of a service that the policies of a role allow, on any resource: `dynamodb:Scan`,
/// `dynamodb:*`.
pub(crate) fn allowed_actions(
    account: &Account,
    session: &RoleSession,
    prefix: &str,
) -> Vec<String> {
    let principal = Principal::Session(session.clone());
    let policies = policies::of(account, &principal).unwrap_or_default();
    let identity = policies
        .iter()
        .filter(|one| one.of_type == PolicyType::Identity);
    let mut allowed = Vec::new();
    for statement in identity.flat_map(|one| allowing(&one.documents)) {
        let actions = &statement.actions;
        if actions.negated {
            let but = actions.patterns.join(", ");
            allowed.push(format!("everything but {but}"));
            continue;
        }
        let fitting = actions.patterns.iter().filter(|pattern| {
            let vendor = pattern.split(':').next().unwrap_or("");
            vendor.contains('*') || vendor.eq_ignore_ascii_case(prefix)
        });
        allowed.extend(fitting.cloned());
    }
    allowed.sort();
    allowed.dedup();
    allowed
}

/// What stands between a session and an action, on whatever resource.
pub(crate) fn missing_action(
    account: &Account,
    session: &RoleSession,
    action: &str,
    role: &str,
) -> Option<Missing> {
    let principal = Principal::Session(session.clone());
    let policies = policies::of(account, &principal).unwrap_or_default();
    let lacking = policies.iter().find(|one| {
        let mut statements = allowing(&one.documents);
        !statements.any(|statement| has_action(&statement.actions, action))
    })?;
    let place = match lacking.of_type {
        PolicyType::Boundary => format!("the permissions boundary of role {role}"),
        _ => format!("role {role}"),
    };
    Some(Missing {
        why: format!("No statement of {place} allows {action}."),
        remedy: format!("Add a statement to {place} that allows {action}."),
    })
}
