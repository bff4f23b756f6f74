//! The requests of the load balancer to the provider: a code becomes a token, and the token claims.

use std::net::IpAddr;
use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::net::lookup_host;

use crate::account::Account;
use crate::services::ec2;
use crate::services::elb::routing::OidcConfig;

/// How long the provider may take.
const TIME: Duration = Duration::from_secs(10);

/// The largest response that is read.
const LARGEST: usize = 64 * 1024;

/// Why a login failed, for the log of the local AWS.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// The provider does not answer: 500.
    Unreachable(String),
    /// It refuses: 561.
    Refused(String),
}

#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) access_token: String,
    id_token: String,
}

/// One of the account's load balancers.
pub(super) struct Balancer<'a> {
    pub(super) account: &'a Account,
    pub(super) arn: &'a str,
}

impl Balancer<'_> {
    /// Exchanges a code for tokens, and the tokens for claims.
    pub(super) async fn log_in(
        &self,
        config: &OidcConfig,
        code: &str,
        redirect_uri: &str,
    ) -> Result<(Map<String, Value>, String), Failed> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
        ];
        let secret = config.client_secret.as_deref().unwrap_or_default();
        let answer = self
            .ask(&config.token_endpoint, |client, url| {
                // RFC 6749, 2.3.1: both are encoded as in a form.
                let encoded = |text: &str| -> String {
                    form_urlencoded::byte_serialize(text.as_bytes()).collect()
                };
                let login = (encoded(&config.client_id), encoded(secret));
                let body = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(form)
                    .finish();
                client
                    .post(url)
                    .basic_auth(login.0, Some(login.1))
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(body)
            })
            .await?;
        let tokens: Tokens = serde_json::from_slice(&answer).map_err(|_| {
            Failed::Refused(format!(
                "{} returned no ID token and access token",
                config.token_endpoint
            ))
        })?;
        let subject = subject(config, &tokens.id_token)?;
        let token = tokens.access_token;
        let claims = self
            .ask(&config.user_info_endpoint, |client, url| {
                client.get(url).bearer_auth(&token)
            })
            .await?;
        let claims: Map<String, Value> = serde_json::from_slice(&claims).map_err(|_| {
            Failed::Refused(format!("{} returned no JSON", config.user_info_endpoint))
        })?;
        // OpenID Connect Core 5.3.2: the two must be the same.
        if claims.get("sub").and_then(Value::as_str) != Some(subject.as_str()) {
            let endpoint = &config.user_info_endpoint;
            return Err(Failed::Refused(format!(
                "{endpoint} is about another user than the ID token"
            )));
        }
        Ok((claims, token))
    }

    async fn ask(
        &self,
        endpoint: &str,
        request: impl FnOnce(&Client, Url) -> RequestBuilder,
    ) -> Result<Vec<u8>, Failed> {
        let unreachable = |why: String| Failed::Unreachable(format!("{endpoint}: {why}"));
        let url: Url = endpoint
            .parse()
            .map_err(|_| unreachable("this is no URL".into()))?;
        let address = resolve(&url).await.map_err(unreachable)?;
        self.reaches(&url, address).await.map_err(unreachable)?;
        let client = if address.is_loopback() {
            &ON_THIS_MACHINE
        } else {
            &ELSEWHERE
        };
        let asked = async {
            let response = request(client, url).send().await?;
            let status = response.status();
            Ok::<_, reqwest::Error>((status, body(response).await?))
        };
        let answered = asked.await.map_err(|err| {
            let cause = std::error::Error::source(&err).map(ToString::to_string);
            unreachable(cause.unwrap_or_else(|| err.to_string()))
        })?;
        match answered {
            (status, body) if status.is_success() => Ok(body),
            (status, body) => Err(Failed::Refused(format!(
                "{endpoint} answered {status}: {}",
                deploy::render::Shown(
                    String::from_utf8_lossy(&body)
                        .chars()
                        .take(300)
                        .collect::<String>()
                )
            ))),
        }
    }

    /// Whether the network lets the load balancer out. A provider on this machine stands for one in the
    /// internet: its port stands for 443, as those of load balancers do.
    async fn reaches(&self, url: &Url, address: IpAddr) -> Result<(), String> {
        let port = if address.is_loopback() {
            443
        } else {
            url.port_or_known_default().unwrap_or(443)
        };
        let reached = ec2::balancer_leaves(self.account, self.arn, address, port);
        let Err(blocked) = reached else {
            return Ok(());
        };
        self.account.pace.wait(TIME).await;
        Err(format!("{} {}", blocked.why, blocked.remedy))
    }
}

async fn resolve(url: &Url) -> Result<IpAddr, String> {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut found = lookup_host((host, 443))
        .await
        .map_err(|err| format!("its name cannot be resolved ({err})"))?;
    let first = found.next().map(|address| address.ip());
    first.ok_or_else(|| "its name has no address".to_owned())
}

/// AWS demands a certificate of a public authority. A provider on this machine cannot have one, and
/// nobody stands between, so its certificate is not checked.
static ON_THIS_MACHINE: LazyLock<Client> = LazyLock::new(|| client(true));
static ELSEWHERE: LazyLock<Client> = LazyLock::new(|| client(false));

fn client(is_on_this_machine: bool) -> Client {
    let builder = Client::builder()
        .timeout(TIME)
        .redirect(Policy::none())
        .pool_max_idle_per_host(0)
        .tls_danger_accept_invalid_certs(is_on_this_machine);
    let builder = if is_on_this_machine {
        builder.no_proxy()
    } else {
        builder
    };
    builder.build().expect("these settings fit together")
}

async fn body(mut response: reqwest::Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            body.truncate(LARGEST);
            break;
        }
    }
    Ok(body)
}

/// The user of an ID token that the provider itself has just sent over TLS, which stands for checking
/// its signature (`OpenID` Connect Core 3.1.3.7).
fn subject(config: &OidcConfig, token: &str) -> Result<String, Failed> {
    let refused = |what: &str| Failed::Refused(format!("the ID token {what}"));
    let payload = token.split('.').nth(1).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('='));
    let claims = payload
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let claims: Value = claims.ok_or_else(|| refused("cannot be read"))?;
    if claims["iss"].as_str() != Some(&config.issuer) {
        return Err(refused("is of another issuer"));
    }
    let audience = &claims["aud"];
    let is_ours = |one: &Value| one.as_str() == Some(&config.client_id);
    let many = audience.as_array();
    if !is_ours(audience) && !many.is_some_and(|many| many.iter().any(is_ours)) {
        return Err(refused("is for another client"));
    }
    if claims["exp"]
        .as_u64()
        .is_none_or(|end| end <= super::session::now())
    {
        return Err(refused("has expired"));
    }
    let subject = claims["sub"].as_str();
    subject
        .map(str::to_owned)
        .ok_or_else(|| refused("has no sub"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_token_must_be_of_the_issuer_and_for_the_client() {
        let config: OidcConfig =
            serde_json::from_value(json!({"Issuer": "https://id", "ClientId": "app"})).unwrap();
        let end = super::super::session::now() + 60;
        for (claims, expected) in [
            (
                json!({"iss": "https://id", "aud": "app", "exp": end, "sub": "anna"}),
                None,
            ),
            (
                json!({"iss": "https://id", "aud": ["x", "app"], "exp": end, "sub": "anna"}),
                None,
            ),
            (
                json!({"iss": "https://evil", "aud": "app", "exp": end, "sub": "anna"}),
                Some("another issuer"),
            ),
            (
                json!({"iss": "https://id", "aud": "other", "exp": end, "sub": "anna"}),
                Some("another client"),
            ),
            (
                json!({"iss": "https://id", "exp": end, "sub": "anna"}),
                Some("another client"),
            ),
            (
                json!({"iss": "https://id", "aud": "app", "exp": 1, "sub": "anna"}),
                Some("expired"),
            ),
            (
                json!({"iss": "https://id", "aud": "app", "exp": end}),
                Some("no sub"),
            ),
        ] {
            let token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims.to_string()));
            match (subject(&config, &token), expected) {
                (Ok(subject), None) => assert_eq!(subject, "anna"),
                (Err(Failed::Refused(why)), Some(expected)) => assert!(why.contains(expected)),
                (other, expected) => panic!("{claims}: {other:?}, not {expected:?}"),
            }
        }
        for token in ["", "a", "a.b", "a.!!.c"] {
            assert!(subject(&config, token).is_err(), "{token}");
        }
    }
}
