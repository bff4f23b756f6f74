//! Who may pass, and the way to the provider and back.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use rand::distr::{Alphanumeric, SampleString as _};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::headers::User;
use super::keys::keys;
use super::provider::{Balancer, Failed};
use super::session::{Session, add, mark, now};
use crate::account::Account;
use crate::services::elb::live::Live;
use crate::services::elb::proxy::answers::{page, titled};
use crate::services::elb::proxy::cookies::cookie;
use crate::services::elb::routing::{OidcConfig, Unauthenticated};

/// Where the provider sends the user back to.
pub(in crate::services::elb::proxy) const CALLBACK: &str = "/oauth2/idpresponse";

/// The cookie of AWS that binds an answer of the provider to the browser that asked. Without it the answer
/// is a 401, so that nobody can be logged in as somebody else by a link.
const NONCE: &str = "AWSALBAuthNonce";

/// ELB user guide, "Login timeout": "a client has 15 minutes to log in".
const LOGIN_TIME: u64 = 15 * 60;

/// The purpose of what goes to the provider and comes back unchanged.
const STATE: &str = "state";

/// What becomes of a request.
pub(in crate::services::elb::proxy) enum Verdict {
    Pass(User),
    Answer(Response<Body>),
}

/// What the load balancer wants to know again when the user comes back.
#[derive(Serialize, Deserialize)]
struct State {
    provider: String,
    url: String,
    nonce: String,
    begun: u64,
}

/// Decides about a request by its session.
pub(in crate::services::elb::proxy) fn judge<B>(
    account: &Account,
    live: &Live,
    config: &Arc<OidcConfig>,
    request: &Request<B>,
) -> Verdict {
    let session = Session::read(account, &live.load_balancer, config, request.headers());
    let user = |session| User {
        config: Arc::clone(config),
        session,
    };
    if session.is_some() {
        return Verdict::Pass(user(session));
    }
    match config.unauthenticated() {
        Unauthenticated::Allow => Verdict::Pass(user(None)),
        Unauthenticated::Deny => Verdict::Answer(unauthorized(live)),
        Unauthenticated::Authenticate => {
            let answer = to_provider(account, config, request);
            Verdict::Answer(answer.unwrap_or_else(|| bare(live, StatusCode::BAD_REQUEST)))
        }
    }
}

/// Sends the user to the provider.
fn to_provider<B>(
    account: &Account,
    config: &OidcConfig,
    request: &Request<B>,
) -> Option<Response<Body>> {
    let authority = authority(request)?;
    let path = request.uri().path_and_query()?;
    let nonce = Alphanumeric.sample_string(&mut rand::rng(), 16);
    let state = State {
        provider: mark(config),
        url: format!("https://{authority}{path}"),
        nonce: nonce.clone(),
        begun: now(),
    };
    let mut url: Url = config.authorization_endpoint.parse().ok()?;
    url.query_pairs_mut()
        .append_pair("client_id", &config.client_id)
        .append_pair("redirect_uri", &callback_of(&authority))
        .append_pair("response_type", "code")
        .append_pair("scope", config.scope())
        .append_pair("state", &keys(account).seal(STATE, &state)?)
        .extend_pairs(config.extra());
    let mut response = redirect(url.as_str())?;
    let expires = SystemTime::now() + Duration::from_secs(LOGIN_TIME);
    add(response.headers_mut(), NONCE, &nonce, expires)?;
    Some(response)
}

/// Answers the request with which the provider sends the user back; `None` if the listener logs nobody in.
pub(in crate::services::elb::proxy) async fn call_back<B>(
    account: &Account,
    live: &Live,
    request: &Request<B>,
) -> Option<Response<Body>> {
    live.routes.logins().next()?;
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let given = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query);
        let found = pairs.find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    };
    let state = given("state").and_then(|text| keys(account).open::<State>(STATE, &text));
    let nonce = cookie(request.headers(), NONCE);
    let state = state.filter(|state| {
        let is_in_time = now() < state.begun + LOGIN_TIME;
        is_in_time && nonce.as_deref() == Some(&state.nonce)
    });
    let config = state.as_ref().and_then(|state| {
        let mut logins = live.routes.logins();
        logins
            .find(|config| mark(config) == state.provider)
            .cloned()
    });
    let (Some(state), Some(config)) = (state, config) else {
        return Some(unauthorized(live));
    };
    if let Some(error) = given("error") {
        let why = format!("the provider says {error}");
        return Some(failed(live, &Failed::Refused(why)));
    }
    let Some(code) = given("code") else {
        return Some(unauthorized(live));
    };
    let authority = authority(request).unwrap_or_default();
    Some(
        arrive(
            account,
            live,
            &config,
            &state.url,
            &code,
            &callback_of(&authority),
        )
        .await,
    )
}

/// Begins the session of a user who comes back with a code.
async fn arrive(
    account: &Account,
    live: &Live,
    config: &Arc<OidcConfig>,
    url: &str,
    code: &str,
    callback: &str,
) -> Response<Body> {
    let arn = live.load_balancer.as_str();
    let balancer = Balancer { account, arn };
    let (claims, token) = match balancer.log_in(config, code, callback).await {
        Ok(known) => known,
        Err(why) => return failed(live, &why),
    };
    let Some(session) = Session::begin(config, claims, token) else {
        live.counts.logins_too_large.add(1);
        tracing::warn!("a user has claims and a token of more than 11 KB together");
        return bare(live, StatusCode::INTERNAL_SERVER_ERROR);
    };
    let begun = redirect(url).and_then(|mut response| {
        session.set_cookies(keys(account), arn, config, response.headers_mut())?;
        Some(response)
    });
    live.counts.logins.add(1);
    begun.unwrap_or_else(|| bare(live, StatusCode::INTERNAL_SERVER_ERROR))
}

fn failed(live: &Live, why: &Failed) -> Response<Body> {
    match why {
        Failed::Unreachable(why) => {
            live.counts.login_errors.add(1);
            tracing::warn!("the load balancer gets no answer from the identity provider: {why}");
            bare(live, StatusCode::INTERNAL_SERVER_ERROR)
        }
        Failed::Refused(why) => {
            live.counts.login_failures.add(1);
            tracing::warn!("the login failed: {why}");
            let status = StatusCode::from_u16(561).unwrap_or(StatusCode::UNAUTHORIZED);
            titled(
                status,
                "561 Authentication Error",
                live.settings.server_header,
            )
        }
    }
}

fn unauthorized(live: &Live) -> Response<Body> {
    let title = "401 Authorization Required";
    titled(StatusCode::UNAUTHORIZED, title, live.settings.server_header)
}

fn bare(live: &Live, status: StatusCode) -> Response<Body> {
    page(status, live.settings.server_header)
}

fn redirect(url: &str) -> Option<Response<Body>> {
    let mut response = page(StatusCode::FOUND, true);
    let url = HeaderValue::from_str(url).ok()?;
    response.headers_mut().insert(header::LOCATION, url);
    Some(response)
}

/// The host of the request, with its port.
fn authority<B>(request: &Request<B>) -> Option<String> {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let of_uri = || request.uri().authority().map(ToString::to_string);
    host.map(str::to_owned).or_else(of_uri)
}

fn callback_of(authority: &str) -> String {
    format!("https://{authority}{CALLBACK}")
}
