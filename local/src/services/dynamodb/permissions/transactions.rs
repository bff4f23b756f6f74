//! Transactions: each part is authorised as an action of its own.

use serde_json::Value;

use super::{keys, table};
use crate::account::Account;
use crate::aws::json::member;
use crate::services::iam::Access;

/// The parts of a transaction, and the action that each is authorised as.
const PARTS: [(&str, &str, &str); 5] = [
    ("Get", "dynamodb:GetItem", "Key"),
    ("Put", "dynamodb:PutItem", "Item"),
    ("Update", "dynamodb:UpdateItem", "Key"),
    ("Delete", "dynamodb:DeleteItem", "Key"),
    ("ConditionCheck", "dynamodb:ConditionCheckItem", "Key"),
];

pub(super) fn needed(account: &Account, input: &Value) -> Vec<Access> {
    let items = input.get("TransactItems").and_then(Value::as_array);
    let items = items.into_iter().flatten();
    let needed = items.flat_map(|item| {
        PARTS.iter().filter_map(|(part, action, key)| {
            let request = item.get(part)?;
            let name = member(request, "TableName")?;
            let key = request.get(key).unwrap_or(&Value::Null);
            Some(Access {
                context: keys::of_item(account, name, key),
                ..Access::new(*action, table(account, name))
            })
        })
    });
    needed.collect()
}
