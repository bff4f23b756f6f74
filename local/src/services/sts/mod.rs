//! Security Token Service: who the caller is, and credentials for sessions.

mod assume_role;
mod session_token;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;

use crate::account::Account;
use crate::aws::{ACCOUNT, Answer, AwsError, answer};
use crate::services::iam::{
    Access, Credentials, DEVELOPER_ID, Principal, caller, reference, user_id,
};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "AssumeRole" => answer(input, |input| assume_role::assume(account, &input)),
        "GetCallerIdentity" => answer(input, |Input {}| Ok(caller_identity(account))),
        "GetSessionToken" => answer(input, |input| session_token::get(account, &input)),
        _ => Err(AwsError::unknown_action("STS", action)),
    }
}

/// What an action needs; nothing for an action that IAM does not know. These actions need nothing of
/// the caller's policies: `GetCallerIdentity` and `GetSessionToken` by definition, and `AssumeRole`
/// looks at the trust policy, too.
pub(crate) fn needed(account: &Account, action: &str, _: &Value) -> Option<Vec<Access>> {
    match action {
        "AssumeRole" | "GetCallerIdentity" | "GetSessionToken" => Some(Vec::new()),
        _ => reference::needed(account, "sts", action, |_| Vec::new()),
    }
}

#[derive(Deserialize)]
struct Input {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CallerIdentity {
    account: &'static str,
    arn: String,
    user_id: String,
}

fn caller_identity(account: &Account) -> CallerIdentity {
    let caller = caller();
    CallerIdentity {
        account: ACCOUNT,
        arn: caller.arn(),
        user_id: match &caller {
            Principal::Developer => DEVELOPER_ID.to_owned(),
            Principal::Session(session) => user_id(account, session),
        },
    }
}

/// Credentials as the actions return them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CredentialsOutput {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: String,
}

impl From<Credentials> for CredentialsOutput {
    fn from(credentials: Credentials) -> Self {
        let whole_seconds = credentials.expiration.replace_nanosecond(0);
        let expiration = whole_seconds.unwrap_or(credentials.expiration);
        Self {
            access_key_id: credentials.access_key_id,
            secret_access_key: credentials.secret_access_key,
            session_token: credentials.session_token,
            expiration: expiration
                .format(&Rfc3339)
                .expect("the year is not beyond 9999"),
        }
    }
}
