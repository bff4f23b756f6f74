//! `GetAuthorizationToken`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError, seconds};
use crate::services::ecr::login::{VALID, password};
use crate::services::iam::caller;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Input {
    registry_ids: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    authorization_data: [Authorization; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Authorization {
    authorization_token: String,
    expires_at: f64,
    proxy_endpoint: String,
}

pub(super) fn token(account: &Account, input: &Input) -> Result<Output, AwsError> {
    if input.registry_ids.iter().any(|id| id != ACCOUNT) {
        return Err(AwsError::unsupported(
            "a login to the registry of another account",
        ));
    }
    let password = password(account, &caller());
    Ok(Output {
        authorization_data: [Authorization {
            authorization_token: BASE64_STANDARD.encode(format!("AWS:{password}")),
            expires_at: seconds() + VALID.as_seconds_f64(),
            proxy_endpoint: account.endpoint_url(),
        }],
    })
}
