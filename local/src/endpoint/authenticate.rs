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
) -> Result<Principal, AwsError> {
    let family = Family::of(&signed.service);
    let session = match account.sessions.find(&signed.access_key_id) {
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
