//! IP sets.

use std::sync::Arc;

use serde_json::{Value, json};

use super::entities::{self, List};
use crate::account::Account;
use crate::aws::Answer;
use crate::services::wafv2::IpSet;
use crate::services::wafv2::named::lock_token;

const PROPERTIES: [&str; 6] = [
    "Addresses",
    "Description",
    "IPAddressVersion",
    "Name",
    "Scope",
    "Tags",
];

pub(super) async fn create(account: &Arc<Account>, input: &Value) -> Answer {
    entities::create::<IpSet>(account, input, &PROPERTIES).await
}

pub(super) async fn update(account: &Arc<Account>, input: &Value) -> Answer {
    let kept = ["Name", "Scope", "Tags", "IPAddressVersion"];
    entities::update::<IpSet>(account, input, &PROPERTIES, &kept).await
}

pub(super) async fn delete(account: &Arc<Account>, input: &Value) -> Answer {
    entities::delete::<IpSet>(account, input).await
}

pub(super) fn list(account: &Account, input: &List) -> Answer {
    entities::list::<IpSet>(account, input, "IPSets")
}

pub(super) fn get(account: &Account, input: &Value) -> Answer {
    let (_, item) = entities::find::<IpSet>(account, input)?;
    let set = json!({
        "Name": item.attribute("Name"),
        "Id": item.attribute("Id"),
        "ARN": item.attribute("Arn"),
        "Description": item.properties["Description"].as_str().unwrap_or(""),
        "IPAddressVersion": item.properties["IPAddressVersion"],
        "Addresses": item.properties["Addresses"],
    });
    Ok(json!({"IPSet": set, "LockToken": lock_token(&item)}))
}
