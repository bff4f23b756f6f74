//! What web ACLs and IP sets have in common: names, ids and ARNs.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::account::{Account, Item, State};
use crate::resources::{Made, Request};

/// A new resource: `NAME|ID|SCOPE` is its physical id. `kind` is `webacl` or `ipset`.
pub(super) fn made(request: &Request, kind: &str, name: Option<&str>) -> Made {
    let name = request.name(name);
    let id = uuid::Uuid::new_v4().to_string();
    let arn = request
        .account
        .arn("wafv2", &format!("regional/{kind}/{name}/{id}"));
    let attributes = json!({"Arn": arn, "Id": id, "Name": name});
    Made::new(format!("{name}|{id}|REGIONAL"), attributes)
}

/// The resource with this ARN, and its physical id.
pub(super) fn by_arn<'a>(state: &'a State, kind: &str, arn: &str) -> Option<(&'a str, &'a Item)> {
    let mut items = state.inventory.of_type(kind);
    items.find(|(_, item)| item.attribute("Arn") == arn)
}

/// The resource with the name, the id and the scope of an input, and its physical id.
pub(super) fn by_name(account: &Account, kind: &str, input: &Value) -> Option<(String, Item)> {
    let member = |name: &str| input[name].as_str().unwrap_or("");
    let id = format!("{}|{}|{}", member("Name"), member("Id"), member("Scope"));
    account.read(|state| {
        let item = state.inventory.get_of(kind, &id)?;
        Some((id.clone(), item.clone()))
    })
}

/// A token that differs after each change, with which a client says what it has seen. It has the form
/// of a UUID.
pub(super) fn lock_token(item: &Item) -> String {
    let digest = Sha256::digest(format!("{}{}", item.attribute("Id"), item.properties));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Uuid::from_bytes(bytes).to_string()
}

/// The members that every list shows of a resource.
pub(super) fn summary(item: &Item) -> Value {
    json!({
        "Name": item.attribute("Name"),
        "Id": item.attribute("Id"),
        "Description": item.properties["Description"].as_str().unwrap_or(""),
        "LockToken": lock_token(item),
        "ARN": item.attribute("Arn"),
    })
}
