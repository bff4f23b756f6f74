//! What the actions of DynamoDB are authorised for.
//!
//! Source: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/api-permissions-reference.html>.

mod keys;
mod partiql;
mod transactions;

use serde_json::Value;

use crate::account::Account;
use crate::aws::json::member;
use crate::services::iam::{Access, reference};

/// What an action needs; nothing for an action that IAM does not know.
pub(crate) fn needed(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    match action {
        "BatchGetItem" | "BatchWriteItem" => Some(batch(account, action, input)),
        "TransactGetItems" | "TransactWriteItems" => Some(transactions::needed(account, input)),
        "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction" => {
            Some(partiql::needed(account, input))
        }
        "DescribeEndpoints" => Some(vec![Access::new("dynamodb:DescribeEndpoints", "*")]),
        _ => on_table(account, action, input),
    }
}

fn on_table(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    let named = |kind: &str| match kind {
        "table" if member(input, "IndexName").is_some() => Vec::new(),
        "index" => index(account, input).into_iter().collect(),
        "table" => {
            let members = ["TableName", "TargetTableName", "ResourceArn"];
            reference::named(account, "dynamodb", kind, input, &members)
        }
        "stream" => reference::named(account, "dynamodb", kind, input, &["StreamArn"]),
        "backup" => reference::named(account, "dynamodb", kind, input, &["BackupArn"]),
        _ => Vec::new(),
    };
    let needed = reference::needed(account, "dynamodb", action, named)?;
    let context = keys::context(account, action, input);
    let needed = needed.into_iter().map(|access| Access {
        context: context.clone(),
        ..access
    });
    Some(needed.collect())
}

/// The table of a name or an ARN.
fn table(account: &Account, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    account.arn("dynamodb", &format!("table/{name}"))
}

fn index(account: &Account, input: &Value) -> Option<String> {
    let (table_name, index) = (member(input, "TableName")?, member(input, "IndexName")?);
    Some(format!("{}/index/{index}", table(account, table_name)))
}

fn batch(account: &Account, action: &str, input: &Value) -> Vec<Access> {
    let requests = input.get("RequestItems").and_then(Value::as_object);
    let tables = requests.into_iter().flatten();
    let needed = tables.map(|(name, requests)| Access {
        context: keys::of_batch(account, name, requests),
        ..Access::new(format!("dynamodb:{action}"), table(account, name))
    });
    needed.collect()
}
