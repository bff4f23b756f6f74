//! Who may do what.
//!
//! Source of the messages:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.

use serde_json::Value;

use super::access::Access;
use super::context::Context;
use super::document::{Document, Kind, parse};
use super::evaluate::{Decision, Question, evaluate};
use super::principal::{Principal, RoleSession};
use super::roles;
use crate::account::{Account, State};
use crate::aws::{ACCOUNT, now, seconds};

/// The policies of one type: each type has to allow a request, and none may deny it.
struct Policies {
    documents: Vec<Document>,
    /// As messages name the type.
    of_type: PolicyType,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PolicyType {
    Identity,
    Boundary,
    Session,
}

impl PolicyType {
    /// After `no`.
    fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        }
    }

    /// After `explicit deny in`.
    fn with_article(self) -> String {
        let article = if self == Self::Identity { "an" } else { "a" };
        format!("{article} {}", self.name())
    }
}

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
    let Some(policies) = account.read(|state| policies(account, state, principal)) else {
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
    let policies = account.read(|state| policies(account, state, principal));
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

/// The policies of a principal; nothing for an administrator.
fn policies(account: &Account, state: &State, principal: &Principal) -> Option<Vec<Policies>> {
    match principal {
        Principal::Developer => {
            let document = account.permissions.of_caller()?;
            Some(vec![Policies {
                documents: vec![document.clone()],
                of_type: PolicyType::Identity,
            }])
        }
        Principal::Session(session) => Some(of_session(state, session)),
    }
}

/// The policies of a session. Those of a role that is gone allow nothing.
fn of_session(state: &State, session: &RoleSession) -> Vec<Policies> {
    let role = roles::find(state, &session.role);
    let documents = role.as_ref().map(|role| role.policies(state));
    let mut all = vec![Policies {
        documents: documents.unwrap_or_default(),
        of_type: PolicyType::Identity,
    }];
    if let Some(boundary) = role.and_then(|role| role.boundary(state)) {
        all.push(Policies {
            documents: vec![boundary],
            of_type: PolicyType::Boundary,
        });
    }
    if !session.policies.is_empty() {
        let documents = session.policies.iter();
        let documents =
            documents.filter_map(|text| parse(Kind::Identity, &Value::from(text.as_str())).ok());
        all.push(Policies {
            documents: documents.collect(),
            of_type: PolicyType::Session,
        });
    }
    all
}

/// The condition keys that every request has. Source:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
fn common_keys(account: &Account, principal: &Principal) -> Context {
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
