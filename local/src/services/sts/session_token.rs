//! `GetSessionToken`.

use serde::{Deserialize, Serialize};
use time::Duration;

use super::CredentialsOutput;
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::iam::{Principal, caller};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    duration_seconds: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    credentials: CredentialsOutput,
}

pub(super) fn get(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let caller = caller();
    if caller != Principal::Developer {
        // Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>.
        let sentence = "Cannot call GetSessionToken with session credentials";
        return Err(AwsError::new("AccessDenied", sentence).with_status(403));
    }
    let given = input
        .duration_seconds
        .as_ref()
        .and_then(|text| text.parse().ok());
    let duration = Duration::seconds(given.unwrap_or(43_200));
    Ok(Output {
        credentials: account.sessions.issue(caller, duration).into(),
    })
}
