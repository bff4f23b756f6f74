//! Logins to the registry: user `AWS`, and a password that says who asked for it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use subtle::ConstantTimeEq as _;
use time::{Duration, OffsetDateTime};

use super::PASSWORD;
use crate::account::Account;
use crate::services::iam::{Known, Principal};

/// How long a login is valid.
pub(super) const VALID: Duration = Duration::hours(12);

/// A password for the principal: that of a session is a key id and its secret.
pub(super) fn password(account: &Account, principal: &Principal) -> String {
    if *principal == Principal::Developer {
        return PASSWORD.to_owned();
    }
    let issued = account.sessions.issue(principal.clone(), VALID);
    format!("{}.{}", issued.access_key_id, issued.secret_access_key)
}

/// Who logs in with this `Authorization` header.
pub(super) fn principal(account: &Account, header: &str) -> Option<Principal> {
    let login = BASE64_STANDARD
        .decode(header.strip_prefix("Basic ")?)
        .ok()?;
    let login = String::from_utf8(login).ok()?;
    let password = login.strip_prefix("AWS:")?;
    if password == PASSWORD {
        return Some(Principal::Developer);
    }
    let (id, secret) = password.split_once('.')?;
    let Known::Session(session) = account.sessions.find(id) else {
        return None;
    };
    let expected = session.credentials.secret_access_key.as_bytes();
    let is_right: bool = expected.ct_eq(secret.as_bytes()).into();
    let is_valid = session.credentials.expiration > OffsetDateTime::now_utc();
    (is_right && is_valid).then_some(session.principal)
}
