//! Security Token Service: who the caller is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::Account;
use crate::aws::{ACCOUNT, Answer, AwsError, PARTITION, answer};

/// Answers an action.
pub(crate) fn handle(_: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "GetCallerIdentity" => answer(input, |Input {}| Ok(caller_identity())),
        _ => Err(AwsError::unknown_action("STS", action)),
    }
}

#[derive(Deserialize)]
struct Input {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CallerIdentity {
    account: &'static str,
    arn: String,
    user_id: &'static str,
}

fn caller_identity() -> CallerIdentity {
    CallerIdentity {
        account: ACCOUNT,
        arn: format!("arn:{PARTITION}:iam::{ACCOUNT}:user/local"),
        user_id: "AIDALOCALLOCALLOCAL00",
    }
}
