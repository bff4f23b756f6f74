//! A table as DynamoDB describes it, for drift detection.

use serde::Deserialize;
use serde_json::Value;

/// The part of `DescribeTable`'s output that drift detection compares.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    pub(super) table: TableDescription,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TableDescription {
    deletion_protection_enabled: Option<bool>,
    billing_mode_summary: Option<BillingModeSummary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BillingModeSummary {
    billing_mode: Option<String>,
}

impl TableDescription {
    /// The expected properties, with the values that the table has now.
    pub(super) fn in_place_of(self, expected: &Value) -> Value {
        let mut actual = expected.clone();
        if expected.get("DeletionProtectionEnabled").is_some()
            && let Some(protected) = self.deletion_protection_enabled
        {
            actual["DeletionProtectionEnabled"] = protected.into();
        }
        if expected.get("BillingMode").is_some() {
            let mode = self
                .billing_mode_summary
                .and_then(|summary| summary.billing_mode);
            let mode = mode.unwrap_or_else(|| "PROVISIONED".to_owned());
            actual["BillingMode"] = mode.into();
        }
        actual
    }
}
