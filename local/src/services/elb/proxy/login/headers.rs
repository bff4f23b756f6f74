//! The headers that tell a target who the user is.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::keys::keys;
use super::session::{Session, now};
use crate::account::Account;
use crate::services::elb::routing::OidcConfig;

const DATA: HeaderName = HeaderName::from_static("x-amzn-oidc-data");
const IDENTITY: HeaderName = HeaderName::from_static("x-amzn-oidc-identity");
const ACCESS_TOKEN: HeaderName = HeaderName::from_static("x-amzn-oidc-accesstoken");

/// How long a signature is valid, in seconds. AWS documents the field `exp`, but no time.
const VALID: u64 = 120;

/// The user of a request.
pub(in crate::services::elb::proxy) struct User {
    pub(super) config: Arc<OidcConfig>,
    /// `None` if the action lets everybody through.
    pub(super) session: Option<Session>,
}

impl User {
    /// Says who the user is, in place of what the client says about itself.
    pub(in crate::services::elb::proxy) fn identify(
        &self,
        account: &Account,
        balancer: &str,
        headers: &mut HeaderMap,
    ) {
        for name in [DATA, IDENTITY, ACCESS_TOKEN] {
            headers.remove(name);
        }
        if let Some(session) = &self.session {
            identify(account, balancer, &self.config, session, headers);
        }
    }
}

fn identify(
    account: &Account,
    balancer: &str,
    config: &OidcConfig,
    session: &Session,
    headers: &mut HeaderMap,
) {
    let keys = keys(account);
    let expires = now() + VALID;
    let header = json!({
        "typ": "JWT",
        "kid": keys.id(),
        "alg": "ES256",
        "iss": config.issuer,
        "client": config.client_id,
        "signer": balancer,
        "exp": expires,
    });
    let mut claims = session.claims.clone();
    claims.insert("exp".into(), expires.into());
    claims.insert("iss".into(), config.issuer.clone().into());
    let token = keys.token(&header, &Value::Object(claims));
    for (name, value) in [
        (DATA, token.as_deref().unwrap_or_default()),
        (IDENTITY, &session.subject),
        (ACCESS_TOKEN, &session.access_token),
    ] {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            headers.insert(name, value);
        }
    }
}
