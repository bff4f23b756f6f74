//! Temporary credentials that the local AWS has issued.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use time::{Duration, OffsetDateTime};

use super::principal::Principal;
use crate::aws::suffix;

/// The beginning of the key ids that the local AWS issues. It tells them from credentials that a
/// developer brings along, which may be temporary ones of a real account.
const PREFIX: &str = "ASIALOCAL";

/// How long expired credentials are remembered, to say that they have expired.
const REMEMBERED: Duration = Duration::hours(1);

/// Temporary credentials, as programs get them.
#[derive(Clone)]
pub(crate) struct Credentials {
    /// Begins with `ASIA`.
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) session_token: String,
    pub(crate) expiration: OffsetDateTime,
}

/// Credentials and who uses them.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) principal: Principal,
    pub(crate) credentials: Credentials,
}

/// What is known of an access key id.
pub(crate) enum Known {
    Session(Box<Session>),
    /// The local AWS issued it once, in an earlier run or long ago.
    Forgotten,
    /// The local AWS did not issue it.
    Foreign,
}

/// The credentials that the local AWS has issued. They end with the local AWS: nothing is saved.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    /// Issues credentials that are valid for `duration`.
    pub(crate) fn issue(&self, principal: Principal, duration: Duration) -> Credentials {
        let now = OffsetDateTime::now_utc();
        let credentials = Credentials {
            access_key_id: format!("{PREFIX}{}", suffix(20 - PREFIX.len())),
            secret_access_key: random_text(30),
            session_token: random_text(270),
            expiration: now + duration,
        };
        let session = Session {
            principal,
            credentials: credentials.clone(),
        };
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| session.credentials.expiration + REMEMBERED > now);
        sessions.insert(credentials.access_key_id.clone(), session);
        credentials
    }

    /// Looks up an access key id.
    pub(crate) fn find(&self, access_key_id: &str) -> Known {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match sessions.get(access_key_id) {
            Some(session) => Known::Session(Box::new(session.clone())),
            None if access_key_id.starts_with(PREFIX) => Known::Forgotten,
            None => Known::Foreign,
        }
    }
}

/// Random text in base64, from this many bytes.
fn random_text(bytes: usize) -> String {
    use rand::RngExt as _;
    let mut random = rand::rng();
    let bytes: Vec<u8> = (0..bytes).map(|_| random.random()).collect();
    BASE64_STANDARD.encode(bytes)
}
