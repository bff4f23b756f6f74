//! Who may do what.
//!
//! Source of the messages:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.

use super::access::Access;
use super::context::Context;
use super::evaluate::{Decision, Question, evaluate};
use super::keys::common_keys;
use super::policies::{self, Policies, PolicyType};
use super::principal::Principal;
use crate::account::Account;

/// Whether the principal is authorised for all of these.
///
/// # Errors
/// AWS's sentence for the first one that it is not authorised for.
pub(crate) fn authorize(
    account: &Account,
    principal: &Principal,
    needed: &[Access],
) -> Result<(), String> {
    if *principal == Principal::Developer {
        account.permissions.record(needed);
    }
    let Some(policies) = policies::of(account, principal) else {
        return Ok(());
    };
    let common = common_keys(account, principal);
    needed
        .iter()
        .try_for_each(|access| check(principal, &policies, access, &common))
}

/// Whether anything has to be known about what the principal does: an administrator whose
/// permissions are not recorded may do everything.
pub(crate) fn is_restricted(account: &Account, principal: &Principal) -> bool {
    *principal != Principal::Developer || account.permissions.matter()
}

/// What the policies of a principal say about one access, for a simulation. Every key of the context
/// that is missing is missing, too.
pub(super) fn decide(account: &Account, principal: &Principal, access: &Access) -> Decision {
    let policies = policies::of(account, principal);
    let policies = policies.unwrap_or_default();
    let decisions = decisions(&policies, access, &access.context);
    let has = |decision| decisions.iter().any(|(made, _)| *made == decision);
    if has(Decision::ExplicitDeny) {
        Decision::ExplicitDeny
    } else if has(Decision::ImplicitDeny) {
        Decision::ImplicitDeny
    } else {
        Decision::Allow
    }
}

/// The decision of each type of policy.
fn decisions(
    policies: &[Policies],
    access: &Access,
    context: &Context,
) -> Vec<(Decision, PolicyType)> {
    let question = Question {
        action: &access.action,
        resource: &access.resource,
        context,
        principals: &[],
    };
    let policies = policies.iter();
    policies
        .map(|policies| (evaluate(&policies.documents, question), policies.of_type))
        .collect()
}

fn check(
    principal: &Principal,
    policies: &[Policies],
    access: &Access,
    common: &Context,
) -> Result<(), String> {
    let mut context = access.context.clone();
    context.fill(common);
    // An explicit deny of any type comes before everything else.
    let decisions = decisions(policies, access, &context);
    let denied = |decision| decisions.iter().find(|(made, _)| *made == decision);
    let because = if let Some((_, of_type)) = denied(Decision::ExplicitDeny) {
        format!("with an explicit deny in {}", of_type.with_article())
    } else if let Some((_, of_type)) = denied(Decision::ImplicitDeny) {
        let (name, action) = (of_type.name(), &access.action);
        format!("because no {name} allows the {action} action")
    } else {
        return Ok(());
    };
    Err(denial(principal, access, &because))
}

/// The sentence with which AWS denies an access.
fn denial(principal: &Principal, access: &Access, because: &str) -> String {
    let (user, action, resource) = (principal.arn(), &access.action, &access.resource);
    format!("User: {user} is not authorized to perform: {action} on resource: {resource} {because}")
}

/// The sentence for an action about which nothing is known.
pub(crate) fn denied_unknown(principal: &Principal, action: &str) -> String {
    let because = format!("because no identity-based policy allows the {action} action");
    denial(principal, &Access::new(action, "*"), &because)
}
