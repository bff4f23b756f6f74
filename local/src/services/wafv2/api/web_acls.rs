//! Web ACLs.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::entities::{self, List};
use crate::account::{Account, Item};
use crate::aws::{ACCOUNT, Answer, AwsError};
use crate::resources::ResourceType as _;
use crate::services::wafv2::WebAcl;
use crate::services::wafv2::capacity::capacity;
use crate::services::wafv2::named::{self, lock_token};
use crate::services::wafv2::properties::{Rule, WebAclProperties};
use crate::services::wafv2::words::{self, NONEXISTENT};

const PROPERTIES: [&str; 9] = [
    "CustomResponseBodies",
    "DataProtectionConfig",
    "DefaultAction",
    "Description",
    "Name",
    "Rules",
    "Scope",
    "Tags",
    "VisibilityConfig",
];

pub(super) async fn create(account: &Arc<Account>, input: &Value) -> Answer {
    entities::create::<WebAcl>(account, &as_properties(input), &PROPERTIES).await
}

pub(super) async fn update(account: &Arc<Account>, input: &Value) -> Answer {
    let input = as_properties(input);
    entities::update::<WebAcl>(account, &input, &PROPERTIES, &["Name", "Scope", "Tags"]).await
}

pub(super) async fn delete(account: &Arc<Account>, input: &Value) -> Answer {
    entities::delete::<WebAcl>(account, input).await
}

pub(super) fn list(account: &Account, input: &List) -> Answer {
    entities::list::<WebAcl>(account, input, "WebACLs")
}

pub(super) fn get(account: &Account, input: &Value) -> Answer {
    if !input["ARN"].is_null() {
        return Err(AwsError::not_yet("ARN"));
    }
    let (_, item) = entities::find::<WebAcl>(account, input)?;
    Ok(json!({"WebACL": shown(&item), "LockToken": lock_token(&item)}))
}

pub(super) fn check_capacity(input: &Value) -> Answer {
    let rules = as_properties(&input["Rules"]);
    let rules: Vec<Rule> = serde_json::from_value(rules)
        .map_err(|err| AwsError::new("WAFInvalidParameterException", err.to_string()))?;
    Ok(json!({"Capacity": capacity(&rules)}))
}

/// A web ACL, as the API shows it.
pub(super) fn shown(item: &Item) -> Value {
    let mut shown = Map::new();
    let own = item.properties.as_object().into_iter().flatten();
    let own = own.filter(|(name, _)| !["Scope", "Tags"].contains(&name.as_str()));
    shown.extend(own.map(|(name, value)| (name.clone(), as_shown(value))));
    let rules = item.read::<WebAclProperties>().rules;
    shown.entry("Rules").or_insert_with(|| json!([]));
    let name = item.attribute("Name");
    let more = json!({
        "Name": name,
        "Id": item.attribute("Id"),
        "ARN": item.attribute("Arn"),
        "Capacity": capacity(&rules),
        "LabelNamespace": format!("awswaf:{ACCOUNT}:webacl:{name}:"),
        "ManagedByFirewallManager": false,
        "RetrofittedByFirewallManager": false,
    });
    shown.extend(more.as_object().cloned().unwrap_or_default());
    shown.into()
}

/// The web ACL with this ARN.
///
/// # Errors
/// It does not exist.
pub(super) fn by_arn(account: &Account, arn: &str) -> Result<Item, AwsError> {
    account
        .read(|state| {
            let found = named::by_arn(state, WebAcl::NAME, arn);
            found.map(|(_, item)| item.clone())
        })
        .ok_or_else(|| words::error(NONEXISTENT))
}

/// What the API calls `ARN`, CloudFormation calls `Arn`.
fn as_properties(input: &Value) -> Value {
    renamed(input, "ARN", "Arn")
}

fn as_shown(properties: &Value) -> Value {
    renamed(properties, "Arn", "ARN")
}

fn renamed(value: &Value, from: &str, to: &str) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| {
                let name = if name == from { to } else { name };
                (name.to_owned(), renamed(member, from, to))
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| renamed(item, from, to)).collect(),
        other => other.clone(),
    }
}
