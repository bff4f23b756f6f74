//! The properties of a web ACL.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct WebAclProperties {
    pub(super) name: Option<String>,
    pub(super) default_action: Action,
    pub(super) rules: Vec<Rule>,
    pub(super) custom_response_bodies: BTreeMap<String, CustomBody>,
    pub(super) data_protection_config: DataProtectionConfig,
    pub(super) visibility_config: Visibility,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) priority: i64,
    pub(super) statement: Statement,
    pub(super) action: Option<Action>,
    pub(super) override_action: Option<OverrideAction>,
    pub(super) visibility_config: Visibility,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Visibility {
    pub(super) metric_name: String,
    pub(super) sampled_requests_enabled: bool,
}

/// What is hidden in the samples.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DataProtectionConfig {
    pub(super) data_protections: Vec<DataProtection>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DataProtection {
    pub(super) action: String,
    pub(super) field: Field,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Field {
    pub(super) field_type: String,
    pub(super) field_keys: Vec<String>,
}

/// Exactly one of the members is given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Action {
    pub(super) allow: Option<Passing>,
    pub(super) block: Option<Block>,
    pub(super) count: Option<Passing>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct OverrideAction {
    pub(super) count: Option<Value>,
    pub(super) none: Option<Value>,
}

/// A request that goes on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Passing {
    pub(super) custom_request_handling: Option<RequestHandling>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct RequestHandling {
    pub(super) insert_headers: Vec<Header>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Block {
    pub(super) custom_response: Option<CustomResponse>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct CustomResponse {
    #[serde(rename = "ResponseCode")]
    pub(super) status: u16,
    #[serde(rename = "CustomResponseBodyKey")]
    pub(super) body: Option<String>,
    #[serde(rename = "ResponseHeaders")]
    pub(super) headers: Vec<Header>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct CustomBody {
    pub(super) content: String,
    #[serde(rename = "ContentType")]
    pub(super) kind: String,
}

/// Exactly one of the members is given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Statement {
    #[serde(rename = "IPSetReferenceStatement")]
    pub(super) ip_set: Option<Reference>,
    #[serde(rename = "ManagedRuleGroupStatement")]
    pub(super) managed_rule_group: Option<ManagedRuleGroup>,
    #[serde(rename = "NotStatement")]
    pub(super) not: Option<Not>,
    #[serde(rename = "RateBasedStatement")]
    pub(super) rate_based: Option<RateBased>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Reference {
    pub(super) arn: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Not {
    pub(super) statement: Box<Statement>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct RateBased {
    pub(super) aggregate_key_type: String,
    pub(super) evaluation_window_sec: Option<u64>,
    pub(super) limit: u64,
    pub(super) scope_down_statement: Option<Box<Statement>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ManagedRuleGroup {
    pub(super) vendor_name: String,
    pub(super) name: String,
    pub(super) excluded_rules: Vec<Named>,
    pub(super) rule_action_overrides: Vec<RuleActionOverride>,
    pub(super) scope_down_statement: Option<Box<Statement>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct RuleActionOverride {
    pub(super) name: String,
    pub(super) action_to_use: Action,
}

impl Action {
    /// How many of the members are given.
    pub(super) fn given(&self) -> usize {
        [
            self.allow.is_some(),
            self.block.is_some(),
            self.count.is_some(),
        ]
        .into_iter()
        .filter(|is_given| *is_given)
        .count()
    }

    /// The name of the action in what was observed.
    pub(super) fn name(&self) -> &'static str {
        if self.block.is_some() {
            "BLOCK"
        } else if self.count.is_some() {
            "COUNT"
        } else {
            "ALLOW"
        }
    }
}

impl Statement {
    /// How many of the members are given.
    pub(super) fn given(&self) -> usize {
        [
            self.ip_set.is_some(),
            self.managed_rule_group.is_some(),
            self.not.is_some(),
            self.rate_based.is_some(),
        ]
        .into_iter()
        .filter(|is_given| *is_given)
        .count()
    }

    /// The statements that are directly within this one.
    pub(super) fn inner(&self) -> impl Iterator<Item = &Self> {
        let rate = self.rate_based.as_ref();
        let managed = self.managed_rule_group.as_ref();
        [
            self.not.as_ref().map(|not| &*not.statement),
            rate.and_then(|rate| rate.scope_down_statement.as_deref()),
            managed.and_then(|managed| managed.scope_down_statement.as_deref()),
        ]
        .into_iter()
        .flatten()
    }

    /// This statement and all within it.
    pub(super) fn all(&self) -> Vec<&Self> {
        let mut all = vec![self];
        all.extend(self.inner().flat_map(Self::all));
        all
    }
}
