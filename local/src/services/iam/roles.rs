//! The roles of the account, with everything that is attached to them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::{Document, Kind, parse};
use super::managed;
use crate::account::{Item, State};

const ROLE: &str = "AWS::IAM::Role";
const POLICY: &str = "AWS::IAM::Policy";
const ROLE_POLICY: &str = "AWS::IAM::RolePolicy";
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";

/// A role as it is recorded.
pub(crate) struct Role<'a> {
    pub(crate) name: &'a str,
    pub(crate) item: &'a Item,
    pub(crate) properties: RoleProperties,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RoleProperties {
    pub(crate) role_name: Option<String>,
    pub(crate) path: String,
    pub(crate) description: Option<String>,
    pub(crate) assume_role_policy_document: Value,
    pub(crate) policies: Vec<InlinePolicy>,
    pub(crate) managed_policy_arns: Vec<String>,
    pub(crate) permissions_boundary: Option<String>,
    pub(crate) max_session_duration: u32,
    pub(crate) tags: Vec<Tag>,
}

impl Default for RoleProperties {
    fn default() -> Self {
        Self {
            role_name: None,
            path: "/".into(),
            description: None,
            assume_role_policy_document: Value::Null,
            policies: Vec::new(),
            managed_policy_arns: Vec::new(),
            permissions_boundary: None,
            max_session_duration: 3600,
            tags: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct InlinePolicy {
    pub(crate) policy_name: String,
    pub(crate) policy_document: Value,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// A policy resource that is attached to roles.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Attachment {
    policy_name: String,
    policy_document: Value,
    roles: Vec<String>,
    role_name: String,
}

/// The role of this name or ARN.
pub(crate) fn find<'a>(state: &'a State, name: &str) -> Option<Role<'a>> {
    let wanted = name.rsplit('/').next().unwrap_or(name);
    let (name, item) = state.inventory.of_type(ROLE).find(|(id, item)| {
        *id == wanted && (!name.starts_with("arn:") || item.attribute("Arn") == name)
    })?;
    Some(Role {
        name,
        item,
        properties: item.read(),
    })
}

/// All roles, by name.
pub(crate) fn all(state: &State) -> impl Iterator<Item = Role<'_>> {
    state.inventory.of_type(ROLE).map(|(name, item)| Role {
        name,
        item,
        properties: item.read(),
    })
}

impl Role<'_> {
    /// The trust policy. A document that does not follow the grammar trusts nobody.
    pub(crate) fn trust(&self) -> Option<Document> {
        parse(Kind::Trust, &self.properties.assume_role_policy_document).ok()
    }

    /// The inline policies: those of the role, and those of resources of their own.
    pub(crate) fn inline(&self, state: &State) -> Vec<InlinePolicy> {
        let mut policies = self.properties.policies.clone();
        for kind in [POLICY, ROLE_POLICY] {
            for (_, item) in state.inventory.of_type(kind) {
                let attachment: Attachment = item.read();
                if attachment.role_name == self.name
                    || attachment.roles.iter().any(|role| role == self.name)
                {
                    policies.retain(|policy| policy.policy_name != attachment.policy_name);
                    policies.push(InlinePolicy {
                        policy_name: attachment.policy_name,
                        policy_document: attachment.policy_document,
                    });
                }
            }
        }
        policies
    }

    /// The ARNs of the managed policies.
    pub(crate) fn attached(&self, state: &State) -> Vec<String> {
        let mut arns = self.properties.managed_policy_arns.clone();
        for (arn, item) in state.inventory.of_type(MANAGED_POLICY) {
            let attachment: Attachment = item.read();
            if attachment.roles.iter().any(|role| role == self.name)
                && !arns.iter().any(|known| known == arn)
            {
                arns.push(arn.to_owned());
            }
        }
        arns
    }

    /// The identity policies that count: documents that do not follow the grammar allow nothing.
    pub(crate) fn policies(&self, state: &State) -> Vec<Document> {
        let inline = self.inline(state);
        let inline = inline.iter().map(|policy| policy.policy_document.clone());
        let attached = self.attached(state);
        let attached = attached.iter().filter_map(|arn| managed_policy(state, arn));
        inline
            .chain(attached)
            .filter_map(|document| parse(Kind::Identity, &document).ok())
            .collect()
    }

    /// The permissions boundary, if there is one. One that cannot be read allows nothing.
    pub(crate) fn boundary(&self, state: &State) -> Option<Document> {
        let arn = self.properties.permissions_boundary.as_ref()?;
        let document = managed_policy(state, arn);
        let document = document.and_then(|document| parse(Kind::Identity, &document).ok());
        Some(document.unwrap_or_else(Document::nothing))
    }
}

/// The document of a managed policy of the account or of AWS.
pub(crate) fn managed_policy(state: &State, arn: &str) -> Option<Value> {
    if managed::is_of_aws(arn) {
        return managed::document(arn);
    }
    let mut policies = state.inventory.of_type(MANAGED_POLICY);
    let (_, item) = policies.find(|(id, _)| *id == arn)?;
    item.properties.get("PolicyDocument").cloned()
}
