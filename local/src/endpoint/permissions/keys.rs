//! The keys of users that services use for their callers: the caller needs a permission for the key,
//! and each service says in its own words that it is missing.

use serde_json::Value;

use crate::account::Account;
use crate::aws::AwsError;
use crate::aws::json::member;
use crate::services::iam::{Access, Principal};
use crate::services::kms::{Unusable, Usage};
use crate::services::{dynamodb, ecr, secretsmanager, sns, ssm};

/// Checks the use of the keys that an action needs.
///
/// # Errors
/// The service's error.
pub(super) fn check(
    account: &Account,
    principal: &Principal,
    (service, action): (&str, &str),
    input: &Value,
    needed: &[Access],
) -> Result<(), AwsError> {
    match service {
        "dynamodb" => of_tables(account, principal, action, input, needed),
        "ecr" if action == "CreateRepository" => {
            let key = input["encryptionConfiguration"]["kmsKey"].as_str();
            key.map_or(Ok(()), |key| ecr::check_key(account, principal, key))
                .map_err(|sentence| AwsError::new("KmsException", sentence))
        }
        "secretsmanager" => secretsmanager::check_keys(account, principal, action, input),
        "sns" if action == "Publish" || action == "PublishBatch" => {
            let topic = member(input, "TopicArn").unwrap_or("");
            sns::check_key(account, principal, topic)
        }
        "ssm" => ssm::check_keys(account, principal, action, input),
        _ => Ok(()),
    }
}

/// A table: whoever makes it lets DynamoDB use the key, and whoever reads or writes items must be able
/// to decrypt.
fn of_tables(
    account: &Account,
    principal: &Principal,
    action: &str,
    input: &Value,
    needed: &[Access],
) -> Result<(), AwsError> {
    let error = |unusable: Unusable| {
        let code = match unusable {
            Unusable::Denied(_) => "AccessDeniedException",
            Unusable::NotSymmetric(_) => "InternalServerError",
            _ => "ValidationException",
        };
        AwsError::new(code, dynamodb::key_sentence(&unusable))
    };
    if ["CreateTable", "UpdateTable"].contains(&action) {
        let key = input["SSESpecification"]["KMSMasterKeyId"].as_str();
        let checked = key.map_or(Ok(()), |key| {
            dynamodb::GRANTS.check(account, principal, key)
        });
        return checked.map_err(error);
    }
    for access in needed {
        let resource = access.resource.splitn(6, ':').nth(5).unwrap_or("");
        let key = account.read(|state| dynamodb::key_of(state, resource));
        let (Some((table, key)), true) = (key, dynamodb::is_about_items(&access.action)) else {
            continue;
        };
        let context = dynamodb::encryption_context(&table);
        let usage = Usage {
            service: "dynamodb",
            actions: &["kms:Decrypt"],
            context: &context,
        };
        usage.check(account, principal, &key).map_err(error)?;
    }
    Ok(())
}
