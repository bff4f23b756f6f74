//! The properties of an `AWS::DynamoDB::Table`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::json::text;

/// The properties that the embedded database accepts, with the names that `CreateTable` uses too.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct TableProperties {
    #[serde(skip_serializing)]
    pub(super) table_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attribute_definitions: Option<Vec<AttributeDefinition>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) billing_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deletion_protection_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) global_secondary_indexes: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_schema: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) local_secondary_indexes: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) provisioned_throughput: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) on_demand_throughput: Option<Value>,
    #[serde(skip_serializing)]
    pub(super) point_in_time_recovery_specification: Recovery,
    #[serde(skip_serializing)]
    pub(super) resource_policy: ResourcePolicy,
    #[serde(skip_serializing, rename = "SSESpecification")]
    pub(super) encryption: Encryption,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream_specification: Option<Stream>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) table_class: Option<String>,
    #[serde(skip_serializing)]
    pub(super) time_to_live_specification: Option<TimeToLive>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tags: Option<Vec<Tag>>,
}

/// The policy of a table.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ResourcePolicy {
    policy_document: Value,
}

impl ResourcePolicy {
    /// The policy as text, as `GetResourcePolicy` returns it.
    pub(super) fn text(&self) -> Option<String> {
        (!self.policy_document.is_null()).then(|| text(&self.policy_document))
    }
}

/// How a table is encrypted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Encryption {
    #[serde(rename = "KMSMasterKeyId")]
    pub(super) key: Option<String>,
}

/// A stream of a table. In a template, it is enabled by being there.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Stream {
    #[serde(default = "on", skip_deserializing)]
    stream_enabled: bool,
    stream_view_type: Option<String>,
}

fn on() -> bool {
    true
}

/// Which attribute says when an item expires.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TimeToLive {
    #[serde(default)]
    pub(super) attribute_name: String,
    pub(super) enabled: bool,
}

/// Whether a table can be restored to an earlier time.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Recovery {
    #[serde(rename = "PointInTimeRecoveryEnabled")]
    pub(super) enabled: bool,
    #[serde(rename = "RecoveryPeriodInDays")]
    pub(super) days: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttributeDefinition {
    pub(super) attribute_name: String,
    pub(super) attribute_type: String,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}
