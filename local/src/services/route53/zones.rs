//! The hosted zones of the account and their records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The hosted zones, by id.
pub(crate) type Zones = BTreeMap<String, Zone>;

/// A hosted zone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Zone {
    /// It ends with a dot.
    pub(super) name: String,
    pub(super) comment: Option<String>,
    /// The networks that ask a private zone.
    #[serde(default)]
    pub(super) vpcs: Vec<Value>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    pub(super) caller_reference: String,
    pub(super) name_servers: Vec<String>,
    pub(super) records: BTreeMap<Key, Record>,
}

/// What makes a record unique, as `REVERSED NAME|TYPE|SET IDENTIFIER`. Route 53 sorts by the reversed
/// name.
pub(super) type Key = String;

/// A record, in the shape of the API and of the templates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Record {
    /// It ends with a dot.
    pub(super) name: String,
    pub(super) r#type: String,
    #[serde(rename = "TTL")]
    pub(super) ttl: Option<Value>,
    pub(super) resource_records: Option<Vec<String>>,
    pub(super) alias_target: Option<AliasTarget>,
    pub(super) set_identifier: Option<String>,
    pub(super) weight: Option<Value>,
    pub(super) region: Option<String>,
    pub(super) failover: Option<String>,
    pub(super) geo_location: Option<Value>,
    pub(super) multi_value_answer: Option<Value>,
    pub(super) health_check_id: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct AliasTarget {
    pub(super) hosted_zone_id: String,
    #[serde(rename = "DNSName")]
    pub(super) dns_name: String,
    pub(super) evaluate_target_health: Value,
}

impl Record {
    /// The record as it is kept: an absolute name, and numbers and truth values that are no texts.
    pub(super) fn kept(mut self) -> Self {
        self.name = absolute(&self.name);
        let values = [
            &mut self.ttl,
            &mut self.weight,
            &mut self.multi_value_answer,
        ];
        let flag = self.alias_target.as_mut();
        let flag = flag.map(|alias| &mut alias.evaluate_target_health);
        for value in values.into_iter().flatten().chain(flag) {
            let parsed = value
                .as_str()
                .and_then(|text| serde_json::from_str(text).ok());
            if let Some(parsed @ (Value::Number(_) | Value::Bool(_))) = parsed {
                *value = parsed;
            }
        }
        self
    }

    pub(super) fn key(&self) -> Key {
        let set = self.set_identifier.as_deref().unwrap_or("");
        format!("{}|{}|{set}", reversed(&self.name), self.r#type)
    }
}

impl Zone {
    /// Whether only networks of the account ask it.
    pub(super) fn is_private(&self) -> bool {
        !self.vpcs.is_empty()
    }
}

/// A domain name with its labels in the order in which Route 53 sorts: `com.example.www`.
pub(super) fn reversed(name: &str) -> String {
    let labels: Vec<&str> = name.trim_end_matches('.').rsplit('.').collect();
    labels.join(".")
}

/// A domain name as Route 53 keeps it: in lower case, with a dot at the end.
pub(super) fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.').to_ascii_lowercase())
}

/// An id without `/hostedzone/`.
pub(super) fn zone_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}
