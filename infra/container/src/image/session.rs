//! The part of the distribution protocol that a push needs:
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>
//!
//! Every request goes through [`retried`]. The login goes to the registry and to the address that
//! it names for tokens, and nowhere else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deploy::Output;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
};
use reqwest::{Body, Client, Method, Proxy, RequestBuilder, StatusCode, Url};
use serde::Deserialize;
use tokio::sync::Notify;

use super::answer::{Answer, Failure};
use super::challenge::Challenge;
use super::registry::{CONNECT, Registry};
use super::retry::retried;
use super::{Blob, Login, digest};

const USER_AGENT: &str = concat!("go-on-aws/", env!("CARGO_PKG_VERSION"));
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
/// Everything that a tag may stand for: a registry need not know an image by a type that is not
/// asked for.
const MANIFESTS: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

/// A registry that has been spoken to.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    registry: &'a Registry,
    output: Output,
    http: Client,
    base: Url,
    authorization: Mutex<Option<HeaderValue>>,
    /// Another piece of a body has been taken: the line is alive.
    moved: Arc<Notify>,
}

/// A manifest as a registry has it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) bytes: bytes::Bytes,
    /// The digest that the registry says it has.
    pub(crate) claimed: Option<String>,
}

/// What the address for tokens answers with: either name, or both with the same value.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl<'a> Session<'a> {
    /// Logs in where the registry asks for it.
    pub(crate) async fn open(registry: &'a Registry, output: Output) -> Result<Self, Failure> {
        let base: Url = registry.url().parse().map_err(|err| Failure::ours(&err))?;
        let http = Client::builder()
            .user_agent(USER_AGENT)
            .proxy(Proxy::custom(proxy_of))
            .connect_timeout(CONNECT);
        let session = Self {
            registry,
            output,
            http: http.build()?,
            base,
            authorization: Mutex::default(),
            moved: Arc::default(),
        };
        let base = &session.base;
        let answer = session.send(|| session.request(Method::GET, base)).await?;
        // Not every registry has something else to say here.
        if answer.status == StatusCode::UNAUTHORIZED {
            answer.success()?;
        }
        Ok(session)
    }

    /// The digest of the manifest that has a tag.
    pub(crate) async fn digest_of(&self, tag: &str) -> Result<Option<String>, Failure> {
        let url = self.address(&format!("manifests/{tag}"))?;
        let head = || self.request(Method::HEAD, &url).header(ACCEPT, MANIFESTS);
        let Some(answer) = self.send(head).await?.found()? else {
            return Ok(None);
        };
        if let Some(digest) = answer.header(&CONTENT_DIGEST) {
            return Ok(Some(digest.to_owned()));
        }
        let get = || self.request(Method::GET, &url).header(ACCEPT, MANIFESTS);
        let found = self.send(get).await?.found()?;
        Ok(found.map(|answer| digest::of(&answer.body)))
    }

    /// The manifest with a tag or a digest.
    pub(crate) async fn manifest(
        &self,
        reference: &str,
        media_type: &'static str,
    ) -> Result<Found, Failure> {
        let url = self.address(&format!("manifests/{reference}"))?;
        let get = || self.request(Method::GET, &url).header(ACCEPT, media_type);
        let answer = self.send(get).await?.success()?;
        Ok(Found {
            claimed: answer.header(&CONTENT_DIGEST).map(str::to_owned),
            bytes: answer.body,
        })
    }

    /// Stores a manifest under a tag.
    pub(crate) async fn put_manifest(&self, tag: &str, manifest: &Blob) -> Result<(), Failure> {
        let url = self.address(&format!("manifests/{tag}"))?;
        let put = || {
            self.request(Method::PUT, &url)
                .header(CONTENT_TYPE, manifest.media_type)
                .body(manifest.bytes.clone())
        };
        self.send(put).await?.success().map(drop)
    }

    /// Sends a blob if the registry lacks it, and returns whether it did.
    ///
    /// `body` begins to read the blob, and is given what it calls for each piece.
    pub(crate) async fn upload(
        &self,
        blob: &Blob,
        body: impl Fn(Arc<Notify>) -> Body,
    ) -> Result<bool, Failure> {
        let present = self.address(&format!("blobs/{}", blob.digest))?;
        let uploads = self.address("blobs/uploads/")?;
        retried(self.registry, self.output, || async {
            // Asked before every attempt: what broke may have been the answer alone.
            let head = self.send(|| self.request(Method::HEAD, &present)).await?;
            if head.found()?.is_some() {
                return Ok(false);
            }
            // Anew for every attempt: the registry may have taken a part of the last one.
            let begin = || {
                self.request(Method::POST, &uploads)
                    .header(CONTENT_LENGTH, 0)
            };
            let mut place = location(&self.send(begin).await?.success()?)?;
            place.query_pairs_mut().append_pair("digest", &blob.digest);
            let put = || {
                self.request(Method::PUT, &place)
                    .header(CONTENT_TYPE, "application/octet-stream")
                    .header(CONTENT_LENGTH, blob.bytes.len())
                    .body(body(self.moved.clone()))
            };
            self.once(put).await?.success()?;
            Ok(true)
        })
        .await
    }

    fn address(&self, path: &str) -> Result<Url, Failure> {
        let path = format!("{}/{path}", self.registry.reference.repository());
        self.base.join(&path).map_err(|err| Failure::ours(&err))
    }

    /// A request, with the login if it goes to the registry itself.
    fn request(&self, method: Method, url: &Url) -> RequestBuilder {
        let request = self.http.request(method, url.clone());
        match &*self.authorization() {
            Some(value) if self.is_own(url) => request.header(AUTHORIZATION, value),
            _ => request,
        }
    }

    fn is_own(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    fn authorization(&self) -> MutexGuard<'_, Option<HeaderValue>> {
        let lock = self.authorization.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(&self, request: impl Fn() -> RequestBuilder) -> Result<Answer, Failure> {
        retried(self.registry, self.output, || self.once(&request)).await
    }

    /// A request, and again with a new login if the last one has expired or was never asked for.
    async fn once(&self, request: impl Fn() -> RequestBuilder) -> Result<Answer, Failure> {
        let answer = self.exchange(request()).await?;
        let is_asked = answer.status == StatusCode::UNAUTHORIZED && self.is_own(&answer.url);
        if is_asked && self.log_in(&answer).await? {
            return self.exchange(request()).await;
        }
        Ok(answer)
    }

    async fn exchange(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        let (http, request) = request.build_split();
        let request = request?;
        let proxy = connect::Proxy::of(request.url().as_str())?;
        let silent = Failure::silent(proxy.as_ref(), self.registry.patience);
        tokio::select! {
            answer = Answer::to(&http, request, proxy) => answer,
            () = self.silence() => Err(silent),
        }
    }

    async fn silence(&self) {
        let patience = self.registry.patience;
        while tokio::time::timeout(patience, self.moved.notified())
            .await
            .is_ok()
        {}
    }

    /// Does what an answer asks for, and returns whether that makes a difference.
    async fn log_in(&self, answer: &Answer) -> Result<bool, Failure> {
        let login = &self.registry.login;
        let mut value = match (Challenge::of(answer), login) {
            (Some(Challenge::Bearer(address)), _) => self.token(answer, address).await?,
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

    /// A token for pushing to the repository.
    async fn token(&self, asked: &Answer, mut address: Url) -> Result<HeaderValue, Failure> {
        if self.base.scheme() == "https" && address.scheme() != "https" {
            let reason = format!("it wants the login sent to {address}, without TLS");
            return Err(asked.unexpected(&reason));
        }
        let repository = self.registry.reference.repository();
        let scope = format!("repository:{repository}:pull,push");
        address.query_pairs_mut().append_pair("scope", &scope);
        let request = || self.registry.login.sign(self.http.get(address.clone()));
        let answer = retried(self.registry, self.output, || self.exchange(request()));
        let answer = answer.await?.success()?;
        let given: Option<Token> = serde_json::from_slice(&answer.body).ok();
        let token = given.and_then(|given| given.token.or(given.access_token));
        let value = token.and_then(|token| format!("Bearer {token}").parse().ok());
        value.ok_or_else(|| answer.unexpected("it gave no token for the login"))
    }
}

/// The proxy for an address, by which a request may also be led elsewhere.
fn proxy_of(address: &Url) -> Option<String> {
    let proxy = connect::Proxy::of(address.as_str()).ok()?;
    proxy.map(|proxy| proxy.url().to_owned())
}

/// Where an upload goes, which need not be the registry itself.
fn location(answer: &Answer) -> Result<Url, Failure> {
    let place = answer.header(&LOCATION);
    place
        .and_then(|place| answer.url.join(place).ok())
        .ok_or_else(|| answer.unexpected("it did not say where an upload goes"))
}
