//! `AWS::Logs::ResourcePolicy`: it lets services of AWS write logs.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::{Account, State};
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct ResourcePolicy;

/// How many policies an account has in a region:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>.
pub(super) const MOST: usize = 10;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ResourcePolicyProperties {
    policy_name: String,
    policy_document: Value,
}

impl ResourceType for ResourcePolicy {
    const NAME: &'static str = "AWS::Logs::ResourcePolicy";
    const SCHEMA: &'static str = include_str!("resource_policy.json");
    const IDENTIFIER: Option<&'static str> = Some("PolicyName");
    type Properties = ResourcePolicyProperties;

    fn exists(_: &Account, state: &State, name: &str) -> bool {
        state.inventory.has(Self::NAME, name)
    }

    async fn create(
        request: &Request,
        properties: &ResourcePolicyProperties,
    ) -> Result<Made, String> {
        check(&properties.policy_document)?;
        let count = |state: &State| state.inventory.of_type(Self::NAME).count();
        if request.account.read(count) >= MOST {
            return Err(refusal("Resource limit exceeded.", "CloudWatchLogs", 400));
        }
        Ok(Made::new(properties.policy_name.clone(), json!({})))
    }

    async fn update(
        _: &Request,
        _: &ResourcePolicyProperties,
        properties: &ResourcePolicyProperties,
    ) -> Result<(), String> {
        check(&properties.policy_document)
    }
}

fn check(document: &Value) -> Result<(), String> {
    if is_document(document) {
        return Ok(());
    }
    Err(refusal("Invalid policy document", "CloudWatchLogs", 400))
}

/// Whether this is a policy: an object, or the text of one, with statements.
pub(super) fn is_document(document: &Value) -> bool {
    let parsed = match document {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        other => other.clone(),
    };
    parsed.get("Statement").is_some()
}

/// A document as text.
pub(super) fn text(document: &Value) -> String {
    document
        .as_str()
        .map_or_else(|| document.to_string(), str::to_owned)
}
