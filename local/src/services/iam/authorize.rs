//! Who may do what.
//!
//! Source of the messages:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.

use std::sync::Arc;

use super::access::Access;
use super::attached::{Attached, Grant};
use super::context::Context;
use super::document::Document;
use super::evaluate::{Decision, Question, denying, evaluate};
use super::keys::common_keys;
use super::passage::{self, Passage};
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
    let Some(asked) = Asked::of(account, principal, passage::current()) else {
        return Ok(());
    };
    needed.iter().try_for_each(|access| {
        let denied = asked.denied(access);
        if let (Some(_), Principal::Session(session)) = (&denied, principal) {
            account.denials.note(&session.role, access);
        }
        denied.map_or(Ok(()), |denied| Err(denied.sentence(principal, access)))
    })
}

/// Whether anything has to be known about what the principal does: an administrator whose
/// permissions are not recorded may do everything, unless a VPC endpoint lets less through, or the
/// policy of a resource says otherwise.
pub(crate) fn is_restricted(account: &Account, principal: &Principal) -> bool {
    *principal != Principal::Developer
        || account.permissions.matter()
        || passage::current().is_some_and(|passage| passage.policy.is_some())
        || account.has_resource_policies()
}

/// What the policies of a principal say about one access, for a simulation. Every key of the context
/// that is missing is missing, too.
pub(super) fn decide(account: &Account, principal: &Principal, access: &Access) -> Decision {
    let policies = policies::of(account, principal).unwrap_or_default();
    let policies: Vec<_> = policies.iter().collect();
    let denied = denied(&policies, None, principal, access, &access.context);
    denied.map_or(Decision::Allow, |denied| denied.decision)
}

/// Everything that decides about the requests of a principal.
pub(super) struct Asked<'a> {
    account: &'a Account,
    principal: &'a Principal,
    policies: Arc<Vec<Policies>>,
    of_endpoint: Option<Policies>,
    common: Context,
}

impl<'a> Asked<'a> {
    /// None for an administrator, who may do everything.
    pub(super) fn of(
        account: &'a Account,
        principal: &'a Principal,
        passage: Option<Passage>,
    ) -> Option<Self> {
        let policies = policies::of(account, principal);
        let of_endpoint = passage.as_ref().and_then(Policies::of_endpoint);
        if policies.is_none() && of_endpoint.is_none() && !account.has_resource_policies() {
            return None;
        }
        let mut common = common_keys(account, principal);
        if let Some(passage) = passage {
            passage.set_keys(&mut common);
        }
        Some(Self {
            account,
            principal,
            policies: policies.unwrap_or_default(),
            of_endpoint,
            common,
        })
    }

    /// What denies an access; None if it is allowed.
    pub(super) fn denied(&self, access: &Access) -> Option<Denied> {
        let mut context = access.context.clone();
        context.fill(&self.common);
        let policies: Vec<_> = self.policies.iter().chain(&self.of_endpoint).collect();
        let attached = self.account.resource_policy(&access.resource);
        denied(
            &policies,
            attached.as_ref(),
            self.principal,
            access,
            &context,
        )
    }
}

/// Why an access is denied.
#[derive(Debug, PartialEq)]
pub(super) struct Denied {
    pub(super) decision: Decision,
    /// The type of the policies that deny it, or that do not allow it.
    pub(super) of_type: PolicyType,
    /// The id of the statement that denies it, if it has one.
    pub(super) sid: Option<String>,
}

/// The first policies that deny the access. An explicit deny of any type comes before everything else.
fn denied(
    policies: &[&Policies],
    attached: Option<&Attached>,
    principal: &Principal,
    access: &Access,
    context: &Context,
) -> Option<Denied> {
    let question = Question {
        action: &access.action,
        resource: &access.resource,
        context,
        principals: &principal.names(),
    };
    let explicit = |documents: &[Document], of_type| {
        let statement = denying(documents, question)?;
        Some(Denied {
            decision: Decision::ExplicitDeny,
            of_type,
            sid: statement.sid.clone(),
        })
    };
    let mut denies = policies.iter();
    let own = denies.find_map(|one| explicit(&one.documents, one.of_type));
    let of_resource = || {
        let document = std::slice::from_ref(&attached?.document);
        explicit(document, PolicyType::Resource)
    };
    own.or_else(of_resource).or_else(|| {
        let of_type = lacking(policies, attached, principal, question)?;
        Some(Denied {
            decision: Decision::ImplicitDeny,
            of_type,
            sid: None,
        })
    })
}

/// The first type of policies that has to allow the request, and does not.
fn lacking(
    policies: &[&Policies],
    attached: Option<&Attached>,
    principal: &Principal,
    question: Question<'_>,
) -> Option<PolicyType> {
    let grant = attached.map_or(Grant::Nothing, |attached| {
        attached.grant(principal, question)
    });
    if grant == Grant::Nothing && attached.is_some_and(|attached| attached.is_decisive) {
        return Some(PolicyType::Resource);
    }
    let is_needed = |of_type| match of_type {
        PolicyType::Identity => grant < Grant::ToRole,
        PolicyType::Boundary | PolicyType::Session => grant < Grant::ToSession,
        PolicyType::Endpoint | PolicyType::Resource => true,
    };
    let mut needed = policies.iter().filter(|one| is_needed(one.of_type));
    let first = needed.find(|one| evaluate(&one.documents, question) != Decision::Allow)?;
    Some(first.of_type)
}

impl Denied {
    /// The sentence with which AWS denies the access.
    fn sentence(&self, principal: &Principal, access: &Access) -> String {
        let of_type = self.of_type;
        let because = if self.decision == Decision::ExplicitDeny {
            format!("with an explicit deny in {}", of_type.with_article())
        } else {
            let (name, action) = (of_type.name(), &access.action);
            format!("because no {name} allows the {action} action")
        };
        denial(principal, access, &because)
    }
}

/// The sentence with which AWS denies an access.
fn denial(principal: &Principal, access: &Access, because: &str) -> String {
    let (user, action, resource) = (principal.arn(), &access.action, &access.resource);
    format!("User: {user} is not authorized to perform: {action} on resource: {resource} {because}")
}

/// The sentence for an action about which nothing is known.
pub(crate) fn denied_unknown(principal: &Principal, action: &str) -> String {
    let because = format!(
        "because no {} allows the {action} action",
        PolicyType::Identity.name()
    );
    denial(principal, &Access::new(action, "*"), &because)
}
