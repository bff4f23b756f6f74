//! The keys of users that encrypt tables.

use crate::aws::ACCOUNT;
use crate::services::kms::{Unusable, Usage};

/// What the caller needs of a key to encrypt a table with it. Source:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html>.
pub(crate) const GRANTS: Usage<'static> = Usage {
    service: "dynamodb",
    actions: &["kms:DescribeKey", "kms:CreateGrant"],
    context: &[],
};

/// DynamoDB's sentence for a key that cannot be used: measured (finding DDB-TABLE-461 of
/// ack-api-quirks, October 2026), and in <https://github.com/aws/aws-cdk/issues/18616>.
pub(crate) fn key_sentence(unusable: &Unusable) -> String {
    let (code, sentence) = match unusable {
        Unusable::NotSymmetric(_) => (
            "ValidationException",
            "EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.".to_owned(),
        ),
        other => other.of_kms(),
    };
    let (kind, exception) = match unusable {
        Unusable::Denied(_) => ("access denied", "AWSKMSException"),
        Unusable::Disabled(_) => ("disabled", "DisabledException"),
        Unusable::NotSymmetric(_) => ("internal", "AWSKMSException"),
        Unusable::PendingDeletion(_) => ("invalid state", "KMSInvalidStateException"),
        Unusable::Missing(_) => ("validation", "NotFoundException"),
    };
    let what = match unusable {
        Unusable::Missing(_) | Unusable::NotSymmetric(_) => format!("KMS {kind} error"),
        _ => format!("KMS key {kind} error"),
    };
    let request = uuid::Uuid::new_v4();
    format!(
        "{what}: com.amazonaws.services.kms.model.{exception}: {sentence} (Service: AWSKMS; Status Code: 400; Error Code: {code}; Request ID: {request}; Proxy: null)"
    )
}

/// Whether an action is about items, which are encrypted.
pub(crate) fn is_about_items(action: &str) -> bool {
    let name = action.trim_start_matches("dynamodb:");
    let is_item = name.ends_with("Item") || name.starts_with("PartiQL");
    is_item || ["Query", "Scan", "ConditionCheckItem"].contains(&name)
}

/// The pairs with which DynamoDB encrypts a table.
pub(crate) fn encryption_context(table: &str) -> [(&'static str, String); 2] {
    [
        ("aws:dynamodb:tableName", table.to_owned()),
        ("aws:dynamodb:subscriberId", ACCOUNT.to_owned()),
    ]
}
