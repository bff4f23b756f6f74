//! The settings of an action of type `authenticate-oidc`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

/// `API_AuthenticateOidcActionConfig`: "The default is 604800 seconds (7 days)."
pub(super) const LONGEST_SESSION: u64 = 604_800;

/// A provider of `OpenID Connect`, and how the load balancer uses it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct OidcConfig {
    pub(in crate::services::elb) issuer: String,
    pub(in crate::services::elb) authorization_endpoint: String,
    pub(in crate::services::elb) token_endpoint: String,
    pub(in crate::services::elb) user_info_endpoint: String,
    pub(in crate::services::elb) client_id: String,
    pub(in crate::services::elb) client_secret: Option<String>,
    pub(super) session_cookie_name: Option<String>,
    pub(super) scope: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) session_timeout: Option<u64>,
    pub(super) authentication_request_extra_params: Option<BTreeMap<String, String>>,
    pub(super) on_unauthenticated_request: Option<String>,
    pub(super) use_existing_client_secret: Option<bool>,
}

/// What happens to a request without a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::elb) enum Unauthenticated {
    Deny,
    Allow,
    Authenticate,
}

impl OidcConfig {
    pub(in crate::services::elb) fn cookie(&self) -> &str {
        let name = self.session_cookie_name.as_deref();
        name.unwrap_or("AWSELBAuthSessionCookie")
    }

    pub(in crate::services::elb) fn scope(&self) -> &str {
        self.scope.as_deref().unwrap_or("openid")
    }

    /// How long a session lasts, in seconds.
    pub(in crate::services::elb) fn session_timeout(&self) -> u64 {
        self.session_timeout.unwrap_or(LONGEST_SESSION)
    }

    pub(in crate::services::elb) fn unauthenticated(&self) -> Unauthenticated {
        match self.on_unauthenticated_request.as_deref() {
            Some("deny") => Unauthenticated::Deny,
            Some("allow") => Unauthenticated::Allow,
            _ => Unauthenticated::Authenticate,
        }
    }

    /// The query parameters that the address of the provider gets in addition.
    pub(in crate::services::elb) fn extra(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.authentication_request_extra_params.iter().flatten();
        all.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// As `Describe` actions show it: with its defaults, and never with the secret.
    /// Source: <https://github.com/floci-io/floci/issues/3663>,
    /// <https://github.com/ansible/ansible/issues/41861>
    pub(super) fn described(self) -> Self {
        Self {
            client_secret: None,
            use_existing_client_secret: None,
            session_cookie_name: Some(self.cookie().to_owned()),
            scope: Some(self.scope().to_owned()),
            session_timeout: Some(self.session_timeout()),
            on_unauthenticated_request: self
                .on_unauthenticated_request
                .or_else(|| Some("authenticate".to_owned())),
            ..self
        }
    }
}

/// A template writes the time-out as a text, the API as a number.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Number(u64),
        Text(String),
    }
    match Option::<Given>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Given::Number(number)) => Ok(Some(number)),
        Some(Given::Text(text)) => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
}
