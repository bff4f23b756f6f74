//! Who signed a request.

use time::{Duration, OffsetDateTime};

use super::family::Family;
use super::scope::Signed;
use super::signature::{self, Covered};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::iam::{Known, Principal, Session};

/// How far the clock of a client may be wrong.
const SKEW: Duration = Duration::minutes(15);

/// Finds out whose key signed the request. Credentials that the local AWS issued must be used with
/// their secret and token, before they expire. All other credentials are the developer's, whatever
/// they are.
///
/// # Errors
/// AWS's error for a signature that is wrong or old, or credentials that are not valid.
pub(super) fn authenticate(
    account: &Account,
    signed: &Signed,
    request: &Covered<'_>,
    is_from_task: bool,
) -> Result<Principal, AwsError> {
    let family = Family::of(&signed.service);
    let session = match account.sessions.find(&signed.access_key_id) {
        // A task has the credentials of its role, and no others.
        Known::Foreign if is_from_task => return Err(family.invalid_token()),
        Known::Foreign => return Ok(Principal::Developer),
        Known::Forgotten => return Err(family.invalid_token()),
        Known::Session(session) => session,
    };
    check(&session, signed, request, family)?;
    Ok(session.principal)
}

fn check(
    session: &Session,
    signed: &Signed,
    request: &Covered<'_>,
    family: Family,
) -> Result<(), AwsError> {
    let now = OffsetDateTime::now_utc();
    if signed.token.as_ref() != Some(&session.credentials.session_token) {
        return Err(family.invalid_token());
    }
    if session.credentials.expiration < now {
        return Err(family.expired_token());
    }
    let Some(time) = signature::time(signed) else {
        return Err(family.wrong_signature());
    };
    if let Some(sentence) = outside_of_time(signed, time, now) {
        return Err(family.wrong_time(sentence));
    }
    if !signature::fits(signed, request, &session.credentials.secret_access_key) {
        return Err(family.wrong_signature());
    }
    Ok(())
}

/// AWS's sentence if the request is signed too long ago, or in the future.
fn outside_of_time(signed: &Signed, time: OffsetDateTime, now: OffsetDateTime) -> Option<String> {
    let lasts = signed
        .expires
        .map_or(SKEW, |seconds| Duration::seconds(seconds.into()));
    let given = &signed.time;
    if time + lasts < now {
        let (oldest, now) = (basic(now - lasts), basic(now));
        let minutes = lasts.whole_minutes();
        return Some(format!(
            "Signature expired: {given} is now earlier than {oldest} ({now} - {minutes} min.)"
        ));
    }
    if time > now + SKEW {
        let (newest, now) = (basic(now + SKEW), basic(now));
        return Some(format!(
            "Signature not yet current: {given} is still later than {newest} ({now} + 15 min.)"
        ));
    }
    None
}

/// The time as signatures have it.
fn basic(time: OffsetDateTime) -> String {
    let format = time::macros::format_description!("[year][month][day]T[hour][minute][second]Z");
    time.format(format)
        .expect("a time has all parts of the format")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Method, Uri};

    use super::*;
    use crate::account::testing::account;
    use crate::services::iam::RoleSession;

    /// Authenticates a request that is signed at `signed_at`, with credentials that end at `ends`;
    /// both relative to now. `expires` is for a presigned URL.
    async fn attempt(
        signed_at: Duration,
        ends: Duration,
        expires: Option<u32>,
    ) -> Result<Principal, AwsError> {
        let account = account().await;
        let principal = Principal::Session(RoleSession::new("arn:aws:iam::1:role/r", "s"));
        let credentials = account.sessions.issue(principal, ends);
        let time = basic(OffsetDateTime::now_utc() + signed_at);
        let mut signed = Signed {
            access_key_id: credentials.access_key_id,
            day: time[..8].to_owned(),
            region: "eu-central-1".into(),
            service: "ssm".into(),
            headers: vec!["host".into()],
            signature: String::new(),
            time,
            token: Some(credentials.session_token),
            expires,
        };
        let request = Covered {
            method: &Method::POST,
            uri: &Uri::from_static("/"),
            headers: &HeaderMap::new(),
            body: b"{}",
        };
        let secret = &credentials.secret_access_key;
        signed.signature = signature::sign(&signed, &request, secret).unwrap();
        authenticate(&account, &signed, &request, true)
    }

    #[tokio::test]
    async fn a_signature_and_credentials_last_for_some_time() {
        let hour = Duration::HOUR;
        let minutes = |minutes: i64| Duration::minutes(minutes);
        assert!(attempt(Duration::ZERO, hour, None).await.is_ok());
        assert!(attempt(minutes(-14), hour, None).await.is_ok());
        assert!(attempt(minutes(14), hour, None).await.is_ok());
        assert!(attempt(minutes(-30), hour, Some(3600)).await.is_ok());
        let rows = [
            (
                minutes(-16),
                hour,
                None,
                "InvalidSignatureException",
                "Signature expired: ",
            ),
            (
                minutes(16),
                hour,
                None,
                "InvalidSignatureException",
                "Signature not yet current: ",
            ),
            (
                minutes(-2),
                hour,
                Some(60),
                "InvalidSignatureException",
                "Signature expired: ",
            ),
            (
                Duration::ZERO,
                minutes(-1),
                None,
                "ExpiredTokenException",
                "The security token included in the request is expired",
            ),
        ];
        for (signed_at, ends, expires, code, message) in rows {
            let err = attempt(signed_at, ends, expires).await.unwrap_err();
            assert_eq!(err.code, code, "{err:?}");
            assert!(err.message.starts_with(message), "{err:?}");
        }
    }
}
