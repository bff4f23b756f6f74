//! Users who have logged in at an identity provider. The load balancer knows them, and vouches for them with a
//! signed header: `x-amzn-oidc-data`.
//!
//! Whoever reaches this service past the load balancer can send that header too, but cannot sign it.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html>

mod key;
mod keys;
mod options;
mod token;

use std::time::SystemTime;

use axum::http::{HeaderMap, HeaderName};
use tracing::warn;

pub use self::options::OidcOptions;

use self::keys::{PublicKeys, Unknown};
use self::token::{Expected, Token};
use super::role::Role;
use super::user::User;
use crate::error::WebError;

const DATA: HeaderName = HeaderName::from_static("x-amzn-oidc-data");

/// Believes one load balancer.
#[derive(Debug)]
pub(super) struct Vouched {
    expected: Expected,
    keys: PublicKeys,
}

impl Vouched {
    /// `None` if no load balancer is to be believed.
    pub(super) fn new(options: &OidcOptions) -> anyhow::Result<Option<Self>> {
        let Some(expected) = options.expected()? else {
            return Ok(None);
        };
        let keys = PublicKeys::new(options.keys_url(&expected.signer)?);
        Ok(Some(Self { expected, keys }))
    }

    /// Makes the client for the keys now, which takes a while.
    pub(super) fn make_client(&self) {
        self.keys.make_client();
    }

    /// The user for whom the load balancer vouches, who may read everything.
    pub(super) async fn user(&self, headers: &HeaderMap) -> Result<User, WebError> {
        let refused = |why: &str| {
            warn!(why, "a request without a login at the identity provider");
            WebError::NotLoggedIn
        };
        let mut all = headers.get_all(&DATA).iter();
        let (Some(data), None) = (all.next(), all.next()) else {
            return Err(refused("it has not exactly one header x-amzn-oidc-data"));
        };
        let token = data.to_str().ok().and_then(Token::read);
        let token = token.ok_or_else(|| refused("its header is no token"))?;
        // Only what is meant for this service is worth a look at the keys.
        self.expected.check(&token, now()).map_err(refused)?;
        let key = self.keys.get(token.key).await;
        let key = key.map_err(|unknown| match unknown {
            Unknown::Missing => refused("the load balancers have no such key"),
            Unknown::Unread(why) => WebError::Unchecked(why),
        })?;
        if !key.has_signed(&token) {
            return Err(refused("its signature is wrong"));
        }
        let name = token
            .user()
            .ok_or_else(|| refused("its user has no name"))?;
        Ok(User {
            name: name.into(),
            role: Role::Exporter,
        })
    }
}

/// In seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
