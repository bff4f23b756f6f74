//! Who sends a request.

use serde::{Deserialize, Serialize};

use super::document::PrincipalKind;
use crate::aws::{ACCOUNT, PARTITION};

/// The caller of an action.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Principal {
    /// The person or program in front of the local AWS, with any credentials that the local AWS did
    /// not issue: an administrator, unless `--caller-policy` says otherwise.
    #[default]
    Developer,
    /// A session of a role.
    Session(RoleSession),
}

/// A session of a role: what `AssumeRole` returns credentials for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct RoleSession {
    /// The ARN of the role.
    pub(crate) role: String,
    /// The name of the session.
    pub(crate) name: String,
    /// The session policies, in JSON.
    #[serde(default)]
    pub(crate) policies: Vec<String>,
}

impl RoleSession {
    /// A session without session policies.
    pub(crate) fn new(role: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            role: role.into(),
            name: name.into(),
            policies: Vec::new(),
        }
    }

    /// The name of the role, without its path.
    pub(crate) fn role_name(&self) -> &str {
        self.role.rsplit('/').next().unwrap_or(&self.role)
    }
}

/// The ARN of the account itself, which trust policies name.
pub(crate) fn root() -> String {
    format!("arn:{PARTITION}:iam::{ACCOUNT}:root")
}

impl Principal {
    /// The ARN, as messages and `GetCallerIdentity` show it.
    pub(crate) fn arn(&self) -> String {
        match self {
            Self::Developer => format!("arn:{PARTITION}:iam::{ACCOUNT}:user/local"),
            Self::Session(session) => format!(
                "arn:{PARTITION}:sts::{ACCOUNT}:assumed-role/{}/{}",
                session.role_name(),
                session.name
            ),
        }
    }

    /// The names by which a trust policy, or the policy of a resource, may mean this caller.
    pub(crate) fn names(&self) -> Vec<(PrincipalKind, String)> {
        let mut names = vec![self.arn(), root()];
        if let Self::Session(session) = self {
            names.push(session.role.clone());
        }
        names
            .into_iter()
            .map(|name| (PrincipalKind::Aws, name))
            .collect()
    }
}
