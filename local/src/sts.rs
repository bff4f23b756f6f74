//! Security Token Service: who the caller is.

use serde_json::json;

use crate::account::ACCOUNT;
use crate::protocol::{Answer, AwsError};

/// Answers an action of the API.
pub(crate) fn handle(action: &str) -> Answer {
    match action {
        "GetCallerIdentity" => Ok(json!({
            "Account": ACCOUNT,
            "Arn": format!("arn:aws:iam::{ACCOUNT}:user/local"),
            "UserId": "AIDALOCALLOCALLOCAL00",
        })),
        _ => Err(AwsError::unknown_action("STS", action)),
    }
}
