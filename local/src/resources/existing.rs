//! The names that resources of the account have already.

use serde_json::Value;

use super::schema::schema;
use super::table::handler;
use crate::account::{Account, State};

/// The identifier in the properties of a new resource, if a resource of this type has it already.
pub(crate) fn conflict(
    account: &Account,
    state: &State,
    resource_type: &str,
    properties: &Value,
) -> Option<String> {
    let [name] = schema(resource_type)?.identifier(properties)?[..] else {
        return None;
    };
    let exists = state.inventory.has(resource_type, name)
        || handler(resource_type)?.exists(account, state, name);
    exists.then(|| name.to_owned())
}
