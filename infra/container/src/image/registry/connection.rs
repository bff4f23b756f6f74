//! Requests to a registry, with login, retries and proxy.
//!
//! Every request goes through [`retried`]. The login is sent to the registry and to the address that
//! the registry names for tokens, and to no other host.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deploy::Output;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Method, Proxy, RequestBuilder, StatusCode, Url};
use serde::Deserialize;
use tokio::sync::Notify;

use super::challenge::Challenge;
use super::failure::Failure;
use super::limits::CONNECT_TIMEOUT;
use super::login::Login;
use super::response::Response;
use super::retry::retried;
use super::target::Registry;

const USER_AGENT: &str = concat!("go-on-aws/", env!("CARGO_PKG_VERSION"));

/// A connection to a registry.
#[derive(Debug)]
pub(super) struct Connection<'a> {
    pub(super) registry: &'a Registry,
    output: Output,
    http: Client,
    base: Url,
    authorization: Mutex<Option<HeaderValue>>,
    /// Notified when a piece of a body is sent: the connection is not silent.
    pub(super) piece_sent: Arc<Notify>,
}

/// The response with a token: it has either name, or both with the same value.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl<'a> Connection<'a> {
    /// Connects, and logs in if the registry asks for it.
    pub(super) async fn open(registry: &'a Registry, output: Output) -> Result<Self, Failure> {
        let base = registry.url().parse();
        let base: Url = base.map_err(|err| Failure::from_cause(&err))?;
        let http = Client::builder()
            .user_agent(USER_AGENT)
            .proxy(Proxy::custom(proxy_of))
            .connect_timeout(CONNECT_TIMEOUT);
        let connection = Self {
            registry,
            output,
            http: http.build()?,
            base,
            authorization: Mutex::default(),
            piece_sent: Arc::default(),
        };
        let base = &connection.base;
        let hello = || connection.request(Method::GET, base);
        let response = connection.send(hello).await?;
        // Some registries answer this request with an error, although a push works.
        if response.status == StatusCode::UNAUTHORIZED {
            response.success()?;
        }
        Ok(connection)
    }

    /// The address of a resource of the repository.
    pub(super) fn address(&self, path: &str) -> Result<Url, Failure> {
        let path = format!("{}/{path}", self.registry.reference.repository());
        let url = self.base.join(&path);
        url.map_err(|err| Failure::from_cause(&err))
    }

    /// A request, with the login if it goes to the registry itself.
    pub(super) fn request(&self, method: Method, url: &Url) -> RequestBuilder {
        let request = self.http.request(method, url.clone());
        match &*self.authorization() {
            Some(value) if self.is_registry(url) => request.header(AUTHORIZATION, value),
            _ => request,
        }
    }

    /// Sends a request, and repeats it after transient failures.
    pub(super) async fn send(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Response, Failure> {
        self.retried(|| self.send_once(&request)).await
    }

    /// Repeats an attempt of several requests after transient failures.
    pub(super) async fn retried<T, F>(&self, attempt: impl FnMut() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        retried(self.registry, self.output, attempt).await
    }

    /// Sends a request; if it needs a new login, logs in and sends it once more.
    pub(super) async fn send_once(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Response, Failure> {
        let response = self.exchange(request()).await?;
        let needs_login =
            response.status == StatusCode::UNAUTHORIZED && self.is_registry(&response.url);
        if needs_login && self.log_in(&response).await? {
            return self.exchange(request()).await;
        }
        Ok(response)
    }

    async fn exchange(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let (http, request) = request.build_split();
        let request = request?;
        let proxy = connect::Proxy::of(request.url().as_str())?;
        let silence = Failure::silence(proxy.as_ref(), self.registry.max_wait);
        tokio::select! {
            response = Response::to(&http, request, proxy) => response,
            () = self.silence() => Err(silence),
        }
    }

    /// Returns when no piece of a body was sent for too long.
    async fn silence(&self) {
        let max_wait = self.registry.max_wait;
        while tokio::time::timeout(max_wait, self.piece_sent.notified())
            .await
            .is_ok()
        {}
    }

    /// Logs in as the response demands, and returns whether a new request may now succeed.
    async fn log_in(&self, response: &Response) -> Result<bool, Failure> {
        let login = &self.registry.login;
        let mut value = match (Challenge::of(response), login) {
            (Some(Challenge::Bearer(address)), _) => self.token(response, address).await?,
            (Some(Challenge::Basic), Login::Password { .. }) if self.authorization().is_none() => {
                let signed = login.sign(self.http.get(self.base.clone())).build()?;
                match signed.headers().get(AUTHORIZATION) {
                    Some(value) => value.clone(),
                    None => return Ok(false),
                }
            }
            _ => return Ok(false),
        };
        value.set_sensitive(true);
        *self.authorization() = Some(value);
        Ok(true)
    }

    /// Gets a token for pushing to the repository.
    async fn token(&self, demand: &Response, mut address: Url) -> Result<HeaderValue, Failure> {
        if self.base.scheme() == "https" && address.scheme() != "https" {
            let reason =
                format!("it asks for the login over an unencrypted connection ({address})");
            return Err(demand.unexpected(&reason));
        }
        let repository = self.registry.reference.repository();
        let scope = format!("repository:{repository}:pull,push");
        address.query_pairs_mut().append_pair("scope", &scope);
        let request = || self.registry.login.sign(self.http.get(address.clone()));
        let response = self.retried(|| self.exchange(request()));
        let response = response.await?.success()?;
        let given: Option<Token> = serde_json::from_slice(&response.body).ok();
        let token = given.and_then(|given| given.token.or(given.access_token));
        let value = token.and_then(|token| format!("Bearer {token}").parse().ok());
        value.ok_or_else(|| response.unexpected("it gave no token for the login"))
    }

    fn is_registry(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    fn authorization(&self) -> MutexGuard<'_, Option<HeaderValue>> {
        let lock = self.authorization.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }
}

/// The proxy for an address. Redirects are sent through it too.
fn proxy_of(address: &Url) -> Option<String> {
    let proxy = connect::Proxy::of(address.as_str()).ok()?;
    proxy.map(|proxy| proxy.url().to_owned())
}
