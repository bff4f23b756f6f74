//! The policies of resources, such as keys and buckets, and whom they let do what.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-req-auth.html>,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html>.

use serde_json::Value;

use super::context::Context;
use super::document::{Document, Kind, PrincipalKind, parse};
use super::evaluate::{Question, denying, granting, include};
use super::principal::{Principal, root};
use crate::aws::ACCOUNT;

/// The policy of a resource.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attached {
    pub(crate) document: Document,
    /// Whether nobody may do what it does not allow: that is so for keys only. All other resources
    /// leave it to IAM what their own account may do.
    pub(crate) is_decisive: bool,
}

/// How far the policy of a resource lets a principal do something, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grant {
    /// Not at all.
    Nothing,
    /// It lets the account do it, and IAM says who of the account may.
    ToAccount,
    /// It names the role or everybody: no identity-based policy is needed.
    ToRole,
    /// It names the session or the user itself: no other policy is needed.
    ToSession,
}

impl Attached {
    /// The policy that a resource has. One that cannot be read allows nothing.
    pub(crate) fn of(document: &Value, is_decisive: bool) -> Self {
        Self {
            document: parse(Kind::Attached, document).unwrap_or_else(|_| Document::nothing()),
            is_decisive,
        }
    }

    /// How far it lets the principal do what the question asks.
    pub(super) fn grant(&self, principal: &Principal, question: Question<'_>) -> Grant {
        let own = (PrincipalKind::Aws, principal.arn());
        let account = (PrincipalKind::Aws, root());
        let mut names = principal.names();
        names.retain(|name| *name != account);
        let document = &self.document;
        let is_own = granting(document, question, |whom| {
            !whom.negated && whom.entries.contains(&own)
        });
        if is_own.is_some() {
            Grant::ToSession
        } else if granting(document, question, |whom| include(whom, &names)).is_some() {
            Grant::ToRole
        } else if granting(document, question, |whom| {
            include(whom, std::slice::from_ref(&account))
        })
        .is_some()
        {
            Grant::ToAccount
        } else {
            Grant::Nothing
        }
    }
}

impl Attached {
    /// Whether it lets the principal itself, or its account, do something.
    pub(crate) fn admits(&self, principal: &Principal, action: &str, resource: &str) -> bool {
        let context = context(principal);
        let question = Question {
            action,
            resource,
            context: &context,
            principals: &principal.names(),
        };
        !self.denies(principal, action, resource)
            && self.grant(principal, question) != Grant::Nothing
    }

    /// Whether a statement denies the principal something.
    pub(crate) fn denies(&self, principal: &Principal, action: &str, resource: &str) -> bool {
        let context = context(principal);
        let question = Question {
            action,
            resource,
            context: &context,
            principals: &principal.names(),
        };
        denying([&self.document], question).is_some()
    }
}

/// What is known of a principal before it sends a request.
fn context(principal: &Principal) -> Context {
    let arn = match principal {
        Principal::Developer => principal.arn(),
        Principal::Session(session) => session.role.clone(),
    };
    Context::default()
        .with("aws:PrincipalArn", arn)
        .with("aws:PrincipalAccount", ACCOUNT)
        .with("aws:PrincipalIsAWSService", "false")
        .with("aws:SecureTransport", "true")
        .with("kms:CallerAccount", ACCOUNT)
}
