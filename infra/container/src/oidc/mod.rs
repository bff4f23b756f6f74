//! Login at an identity provider: what it says about itself, and what the stack needs for it.

mod discovery;
mod provider;

pub(crate) use provider::{login, with_provider};

/// The parameters of the template.
pub(crate) const ISSUER: &str = "OidcIssuer";
pub(crate) const AUTHORIZATION_ENDPOINT: &str = "OidcAuthorizationEndpoint";
pub(crate) const TOKEN_ENDPOINT: &str = "OidcTokenEndpoint";
pub(crate) const USER_INFO_ENDPOINT: &str = "OidcUserInfoEndpoint";
pub(crate) const CLIENT_ID: &str = "OidcClientId";
pub(crate) const SECRET: &str = "OidcSecret";

/// All of them. Without a provider, all are empty.
pub(crate) const PARAMETERS: [&str; 6] = [
    ISSUER,
    AUTHORIZATION_ENDPOINT,
    TOKEN_ENDPOINT,
    USER_INFO_ENDPOINT,
    CLIENT_ID,
    SECRET,
];
