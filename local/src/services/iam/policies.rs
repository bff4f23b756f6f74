//! The policies of a principal, by their type.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::document::{Document, Kind, parse};
use super::passage::Passage;
use super::principal::{Principal, RoleSession};
use super::roles;
use crate::account::{Account, State};

/// The policies of one type: each type has to allow a request, and none may deny it.
pub(super) struct Policies {
    pub(super) documents: Vec<Document>,
    /// As messages name the type.
    pub(super) of_type: PolicyType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyType {
    Identity,
    Boundary,
    Session,
    Endpoint,
    /// The policy of the resource itself.
    Resource,
}

impl Policies {
    /// The policy of the VPC endpoint that a request goes through.
    pub(super) fn of_endpoint(passage: &Passage) -> Option<Self> {
        let policy = passage.policy.as_deref()?;
        Some(Self {
            documents: vec![policy.clone()],
            of_type: PolicyType::Endpoint,
        })
    }
}

impl PolicyType {
    /// After `no`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::Endpoint => "VPC endpoint policy",
            Self::Resource => "resource-based policy",
        }
    }

    /// After `explicit deny in`.
    pub(super) fn with_article(self) -> String {
        let article = if self == Self::Identity { "an" } else { "a" };
        format!("{article} {}", self.name())
    }
}

/// The policies of sessions, each as of a revision of the account's state: a task makes the same call
/// many times, and its policies change seldom.
#[derive(Default)]
pub(crate) struct PolicyCache(Mutex<HashMap<RoleSession, Cached>>);

/// A revision of the state, and the policies as of it.
type Cached = (u64, Arc<Vec<Policies>>);

impl PolicyCache {
    fn of(&self, account: &Account, session: &RoleSession) -> Arc<Vec<Policies>> {
        let revision = account.revision();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read_at, policies)) = known.get(session)
            && *read_at == revision
        {
            return Arc::clone(policies);
        }
        let policies = Arc::new(account.read(|state| of_session(state, session)));
        known.retain(|_, (read_at, _)| *read_at == revision);
        known.insert(session.clone(), (revision, Arc::clone(&policies)));
        policies
    }
}

/// The policies of a principal; nothing for an administrator.
pub(super) fn of(account: &Account, principal: &Principal) -> Option<Arc<Vec<Policies>>> {
    match principal {
        Principal::Developer => account.permissions.of_caller(),
        Principal::Session(session) => Some(account.policies.of(account, session)),
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
