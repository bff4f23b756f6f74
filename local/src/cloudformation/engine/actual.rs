//! What a resource is now, whoever has changed it.

use serde_json::{Value, json};

use crate::account::Account;
use crate::{dynamodb, ssm};

/// What a resource is now.
pub(super) enum Found {
    /// The local AWS cannot read resources of this type.
    Unsupported,
    Gone,
    Properties(Value),
}

/// Reads the resource `id`. Only the properties in `expected` are compared.
pub(super) async fn read(
    account: &Account,
    resource_type: &str,
    id: &str,
    expected: &Value,
) -> Found {
    let found = match resource_type {
        "AWS::DynamoDB::Table" => dynamodb::actual(account, id, expected).await,
        "AWS::SSM::Parameter" => account.read(|state| ssm::actual(state, id, expected)),
        _ => return Found::Unsupported,
    };
    found.map_or(Found::Gone, Found::Properties)
}

/// Whether the resource `id` exists.
pub(super) async fn exists(account: &Account, resource_type: &str, id: &str) -> bool {
    let found = read(account, resource_type, id, &json!({})).await;
    matches!(found, Found::Properties(_))
}

/// The property that identifies a resource of this type, if it can be imported.
pub(super) fn identifier(resource_type: &str) -> Option<&'static str> {
    match resource_type {
        "AWS::DynamoDB::Table" => Some("TableName"),
        "AWS::SSM::Parameter" => Some("Name"),
        _ => None,
    }
}
