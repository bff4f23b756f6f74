//! What a provider says about itself
//! (`OpenID` Connect Discovery 1.0: <https://openid.net/specs/openid-connect-discovery-1_0.html>).

use std::time::Duration;

use connect::{Getter, is_on_this_machine};
use reqwest::Url;
use serde::Deserialize;

use crate::Error;

/// How long the provider may take.
const TIME: Duration = Duration::from_secs(10);
/// The largest description that is read.
const LARGEST: usize = 256 * 1024;

/// The part of the description that a load balancer needs.
#[derive(Debug, Deserialize, PartialEq)]
pub(super) struct Provider {
    pub(super) issuer: String,
    #[serde(default)]
    pub(super) authorization_endpoint: String,
    #[serde(default)]
    pub(super) token_endpoint: String,
    #[serde(default)]
    pub(super) userinfo_endpoint: String,
}

/// Asks the provider.
pub(super) async fn discover(getter: &Getter, issuer: &str) -> Result<Provider, Error> {
    let named = Url::parse(issuer).ok();
    let is_issuer = |url: &Url| url.scheme() == "https" && url.query().is_none();
    if !named.as_ref().is_some_and(is_issuer) {
        return Err(Error::NoIssuer(issuer.to_owned()));
    }
    let url = format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    );
    let unreachable = |reason: String| Error::ProviderUnreachable {
        url: url.clone(),
        reason,
    };
    let answer = tokio::time::timeout(TIME, getter.get(&url, LARGEST)).await;
    let answer = answer.map_err(|_| unreachable("no answer within 10 s".to_owned()))?;
    let (status, body) = answer.map_err(|err| unreachable(err.to_string()))?;
    if status != 200 {
        return Err(unreachable(format!("the status is {status}")));
    }
    read(issuer, &body).map_err(|what| Error::ProviderUnusable { url, what })
}

/// Reads a description. Fails with what is wrong with it.
fn read(issuer: &str, body: &[u8]) -> Result<Provider, String> {
    let provider: Provider = serde_json::from_slice(body)
        .map_err(|_| "is not the description of an identity provider".to_owned())?;
    if provider.issuer.trim_end_matches('/') != issuer.trim_end_matches('/') {
        return Err(format!("describes another issuer, {}", provider.issuer));
    }
    for (name, endpoint) in [
        ("authorization_endpoint", &provider.authorization_endpoint),
        ("token_endpoint", &provider.token_endpoint),
        ("userinfo_endpoint", &provider.userinfo_endpoint),
    ] {
        if endpoint.is_empty() {
            return Err(format!("names no {name}, which a load balancer needs"));
        }
        let url = Url::parse(endpoint)
            .ok()
            .filter(|url| url.scheme() == "https");
        let url = url.ok_or_else(|| format!("names an {name} without HTTPS, {endpoint}"))?;
        // The load balancer calls it, and its security group opens 443. A browser may go anywhere.
        let is_called = name != "authorization_endpoint";
        if is_called && url.port().is_some() && !is_on_this_machine(endpoint) {
            return Err(format!(
                "names a {name} on another port than 443, {endpoint}"
            ));
        }
    }
    Ok(provider)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn description(changes: Value) -> Vec<u8> {
        let mut description = json!({
            "issuer": "https://id.example.com/",
            "authorization_endpoint": "https://id.example.com:8443/auth",
            "token_endpoint": "https://id.example.com/token",
            "userinfo_endpoint": "https://id.example.com/me",
            "jwks_uri": "https://id.example.com/keys",
        });
        let Value::Object(changes) = changes else {
            unreachable!("an object");
        };
        description
            .as_object_mut()
            .expect("an object")
            .extend(changes);
        description.to_string().into_bytes()
    }

    #[test]
    fn the_issuer_is_as_the_provider_writes_it() {
        for given in ["https://id.example.com", "https://id.example.com/"] {
            let provider = read(given, &description(json!({}))).expect("a provider");
            assert_eq!(provider.issuer, "https://id.example.com/");
        }
        let here = json!({"token_endpoint": "https://127.0.0.1:9443/token"});
        read("https://id.example.com", &description(here)).expect("a provider on this machine");
    }

    #[test]
    fn what_a_load_balancer_cannot_use_is_named() {
        for (changes, expected) in [
            (
                json!({"issuer": "https://evil.example.com"}),
                "another issuer",
            ),
            (json!({"userinfo_endpoint": ""}), "no userinfo_endpoint"),
            (
                json!({"token_endpoint": "http://id.example.com/token"}),
                "without HTTPS",
            ),
            (
                json!({"token_endpoint": "https://id.example.com:8443/token"}),
                "port than 443",
            ),
            (json!({"issuer": 7}), "is not the description"),
        ] {
            let read = read("https://id.example.com", &description(changes));
            let what = read.expect_err("refused");
            assert!(what.contains(expected), "{what}");
        }
        assert!(read("https://id.example.com", b"<html>").is_err());
    }

    #[tokio::test]
    async fn a_mistake_in_the_option_is_one_sentence() {
        for issuer in [
            "id.example.com",
            "http://id.example.com",
            "https://a/?x=1",
            "",
        ] {
            let err = discover(&Getter::new(), issuer).await.expect_err("refused");
            assert!(
                err.to_string().contains("write --oidc as https://HOST"),
                "{err}"
            );
        }
        let nowhere = discover(&Getter::new(), "https://127.0.0.1:1").await;
        let err = nowhere.expect_err("nobody listens").to_string();
        assert!(err.contains("cannot be read"), "{err}");
        assert!(err.ends_with("check the URL of --oidc"), "{err}");
    }
}
