//! The session of a user: encrypted cookies in the browser.

use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, HeaderValue, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::keys::{Keys, keys};
use crate::account::Account;
use crate::services::elb::proxy::cookies::cookie;
use crate::services::elb::proxy::sticky::digest;
use crate::services::elb::routing::OidcConfig;

/// Most browsers limit a cookie to 4 KB, its name and attributes included.
const LONGEST_COOKIE: usize = 3900;

/// How many cookies a session can have: enough for [`LARGEST`].
const MOST_COOKIES: usize = 8;

/// ELB user guide: "If the total size of the user claims and access token received from the `IdP` is
/// greater than 11K bytes in size, the load balancer returns an HTTP 500 error to the client".
const LARGEST: usize = 11 * 1024;

/// What the provider says about a user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::services::elb::proxy) struct Session {
    /// The mark of the provider that the user logged in to.
    provider: String,
    pub(super) subject: String,
    pub(super) claims: Map<String, Value>,
    pub(super) access_token: String,
    /// In seconds since 1970.
    expires: u64,
}

/// A mark of a provider and of this app there. A session of another one is worth nothing.
pub(super) fn mark(config: &OidcConfig) -> String {
    digest(&format!("{}\n{}", config.issuer, config.client_id))
}

pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

impl Session {
    /// A new session; `None` if the provider says too much.
    pub(super) fn begin(
        config: &OidcConfig,
        claims: Map<String, Value>,
        access_token: String,
    ) -> Option<Self> {
        let size = Value::Object(claims.clone()).to_string().len() + access_token.len();
        let subject = claims.get("sub").and_then(Value::as_str);
        let subject = subject.unwrap_or_default().to_owned();
        (size <= LARGEST).then(|| Self {
            provider: mark(config),
            subject,
            claims,
            access_token,
            expires: now() + config.session_timeout(),
        })
    }

    /// The session in the cookies of a request, unless it is over.
    pub(super) fn read(
        account: &Account,
        balancer: &str,
        config: &OidcConfig,
        headers: &HeaderMap,
    ) -> Option<Self> {
        let part = |number| cookie(headers, &format!("{}-{number}", config.cookie()));
        let text: String = (0..MOST_COOKIES).map_while(part).collect();
        let session: Self = keys(account).open(&purpose(balancer), &text)?;
        (session.provider == mark(config) && session.expires > now()).then_some(session)
    }

    /// The cookies of the session. Those that an earlier one may have had in addition are taken away.
    pub(super) fn set_cookies(
        &self,
        keys: &Keys,
        balancer: &str,
        config: &OidcConfig,
        headers: &mut HeaderMap,
    ) -> Option<()> {
        let text = keys.seal(&purpose(balancer), self)?;
        let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(self.expires);
        let count = text.len().div_ceil(LONGEST_COOKIE);
        let mut parts = text.as_bytes().chunks(LONGEST_COOKIE);
        for number in 0..MOST_COOKIES {
            let (value, expires) = match parts.next() {
                Some(part) => (std::str::from_utf8(part).ok()?, expires),
                // The first one that is not used ends the session.
                None if number < 2 || number == count => ("", SystemTime::UNIX_EPOCH),
                None => break,
            };
            let name = format!("{}-{number}", config.cookie());
            add(headers, &name, value, expires)?;
        }
        parts.next().is_none().then_some(())
    }
}

/// A session is good for one load balancer.
fn purpose(balancer: &str) -> String {
    format!("session {balancer}")
}

pub(super) fn add(
    headers: &mut HeaderMap,
    name: &str,
    value: &str,
    expires: SystemTime,
) -> Option<()> {
    let expires = httpdate::fmt_http_date(expires);
    let cookie = format!("{name}={value}; Expires={expires}; Path=/; Secure; HttpOnly");
    headers.append(header::SET_COOKIE, HeaderValue::from_str(&cookie).ok()?);
    Some(())
}
