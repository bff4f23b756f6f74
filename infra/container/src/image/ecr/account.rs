//! The login for ECR.

use aws_sdk_ecr::Client;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deploy::Clients;

use super::error::denied;
use crate::image::{Error, Login};

/// The registry of the AWS account, with a login that is valid for twelve hours.
pub(super) struct Account {
    pub(super) host: String,
    /// Whether the registry speaks HTTP without TLS, as the local AWS does.
    pub(super) is_plain: bool,
    pub(super) login: Login,
}

pub(super) async fn log_in(clients: &Clients) -> Result<Account, Error> {
    let ecr = Client::new(clients.config());
    let response = ecr.get_authorization_token().send().await;
    let response = response.map_err(|err| denied("ecr:GetAuthorizationToken", err.into()))?;
    let mut data = response.authorization_data().iter();
    data.next()
        .and_then(|data| account(data.proxy_endpoint()?, data.authorization_token()?))
        .ok_or(Error::NoEcrLogin)
}

/// Decodes the login. The scheme of the endpoint says whether the registry speaks TLS.
fn account(endpoint: &str, token: &str) -> Option<Account> {
    let (scheme, host) = endpoint.split_once("://")?;
    let decoded = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (username, password) = decoded.split_once(':')?;
    Some(Account {
        host: host.trim_end_matches('/').to_owned(),
        is_plain: scheme == "http",
        login: Login::Password {
            username: username.to_owned(),
            password: password.into(),
        },
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn the_endpoint_names_the_host_and_the_scheme() {
        let token = STANDARD.encode("AWS:secret:with:colons");
        let found = account("http://127.0.0.1:4566", &token).unwrap();
        assert_eq!(
            (found.host.as_str(), found.is_plain),
            ("127.0.0.1:4566", true)
        );
        let Login::Password { username, password } = found.login else {
            panic!("a password is expected");
        };
        assert_eq!(username, "AWS");
        assert_eq!(password.expose_secret(), "secret:with:colons");
        let host = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
        let found = account(&format!("https://{host}"), &token).unwrap();
        assert_eq!((found.host.as_str(), found.is_plain), (host, false));
        assert!(account(&format!("https://{host}"), "not base64").is_none());
    }
}
