//! A registry in memory, with the operations that a push needs.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A registry that runs until it is dropped.
pub(crate) struct Registry {
    pub(crate) address: SocketAddr,
    state: Shared,
    server: JoinHandle<std::io::Result<()>>,
}

/// The way in which a registry misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Claims another digest than that of its image.
    ClaimsAnotherDigest,
    /// Changes the manifest, and gives the digest of the changed one.
    ChangesManifest,
    /// Forbids every upload.
    Forbids,
    /// Fails the first uploads.
    FailsUploads(usize),
    /// Refuses the first requests of each kind as too many, also those for a token.
    Limits(usize),
    /// Asks for a pause at the first manifest.
    Pauses(Pause),
    /// Accepts each token for this number of requests.
    ExpiresTokens(usize),
    /// Asks for a login, and sends uploads to another host.
    UploadsAt(SocketAddr),
    /// Does not respond to an uploaded manifest.
    FallsSilent,
    /// Refuses to set a tag twice.
    Immutable,
}

/// How a registry asks for a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    Seconds(u64),
    /// By the date of its end, in seconds from now.
    Until(u64),
}

#[derive(Default)]
struct Contents {
    root: &'static str,
    blobs: HashMap<String, Bytes>,
    manifests: HashMap<String, Bytes>,
    fault: Option<Fault>,
    failed_uploads: usize,
    /// The number of requests of each kind.
    kinds: HashMap<String, usize>,
    logins: HashSet<String>,
    /// For how many more requests the last token is valid, and the number of tokens.
    credit: usize,
    tokens: usize,
    pause: Option<Instant>,
    early: usize,
}

type Shared = Arc<Mutex<Contents>>;

impl Registry {
    /// A registry with the repository `showtable`.
    pub(crate) async fn start(fault: Option<Fault>) -> Self {
        Self::start_for("/v2/showtable/", fault).await
    }

    /// A registry with another repository, given by the path of its requests.
    pub(crate) async fn start_for(root: &'static str, fault: Option<Fault>) -> Self {
        let contents = Contents {
            root,
            fault,
            ..Contents::default()
        };
        let state = Arc::new(Mutex::new(contents));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(state.clone());
        let server = tokio::spawn(async { axum::serve(listener, router).await });
        Self {
            address,
            state,
            server,
        }
    }

    pub(crate) fn has_blob(&self, digest: &str) -> bool {
        self.contents().blobs.contains_key(digest)
    }

    pub(crate) fn has_manifest(&self, reference: &str) -> bool {
        self.contents().manifests.contains_key(reference)
    }

    /// A blob by its digest.
    pub(crate) fn blob(&self, digest: &str) -> Option<Bytes> {
        self.contents().blobs.get(digest).cloned()
    }

    /// A manifest by its tag or digest.
    pub(crate) fn manifest_of(&self, reference: &str) -> Option<Bytes> {
        self.contents().manifests.get(reference).cloned()
    }

    /// The number of requests of each kind, for example `GET manifests/1`.
    pub(crate) fn kinds(&self) -> HashMap<String, usize> {
        self.contents().kinds.clone()
    }

    /// All values of the header `Authorization`.
    pub(crate) fn logins(&self) -> HashSet<String> {
        self.contents().logins.clone()
    }

    pub(crate) fn forget_logins(&self) {
        self.contents().logins.clear();
    }

    /// The number of requests during the pause.
    pub(crate) fn early(&self) -> usize {
        self.contents().early
    }

    /// The number of tokens.
    pub(crate) fn tokens(&self) -> usize {
        self.contents().tokens
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.state.lock().unwrap()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(state): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await;
    let Ok(body) = body else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let is_silent = {
        let contents = state.lock().unwrap();
        let is_manifest = parts.uri.path().contains("/manifests/");
        contents.fault == Some(Fault::FallsSilent) && is_manifest && parts.method == Method::PUT
    };
    if is_silent {
        std::future::pending::<()>().await;
    }
    let mut contents = state.lock().unwrap();
    if let Some(refused) = contents.refusal(&parts) {
        return refused;
    }
    contents.act(&parts, body)
}

fn too_many(retry_after: &str) -> Response {
    let envelope = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}"#;
    let headers = [("retry-after", retry_after)];
    (StatusCode::TOO_MANY_REQUESTS, headers, envelope).into_response()
}

fn login_first(challenge: String) -> Response {
    let headers = [("www-authenticate", challenge)];
    (StatusCode::UNAUTHORIZED, headers).into_response()
}

fn host(headers: &HeaderMap) -> &str {
    headers["host"].to_str().unwrap()
}

impl Contents {
    fn refusal(&mut self, parts: &Parts) -> Option<Response> {
        let rest = parts.uri.path().trim_start_matches(self.root);
        // All digests count as one kind.
        let kind = rest.split("sha256:").next().unwrap_or(rest);
        let seen = self.kinds.entry(format!("{} {kind}", parts.method));
        let seen = seen.or_default();
        *seen += 1;
        let authorization = parts.headers.get("authorization");
        let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
        self.logins.extend(authorization.clone());
        match self.fault? {
            Fault::Limits(times) if *seen <= times => Some(too_many("0")),
            Fault::Limits(_) | Fault::ExpiresTokens(_) => {
                self.want_token(parts, authorization.as_deref())
            }
            Fault::UploadsAt(_) if authorization.is_none() => {
                Some(login_first("Basic realm=\"test\"".to_owned()))
            }
            Fault::Pauses(pause)
                if rest.starts_with("manifests/") && parts.method == Method::PUT =>
            {
                self.want_pause(pause)
            }
            _ => None,
        }
    }

    fn want_token(&mut self, parts: &Parts, authorization: Option<&str>) -> Option<Response> {
        if parts.uri.path() == "/token" {
            let query = parts.uri.query().unwrap_or("");
            assert!(query.contains("service=test"), "{query}");
            let scope = "scope=repository%3Ashowtable%3Apull%2Cpush";
            assert!(query.contains(scope), "{query}");
            self.tokens += 1;
            self.credit = match self.fault {
                Some(Fault::ExpiresTokens(requests)) => requests,
                _ => usize::MAX,
            };
            let token = format!(r#"{{"token":"{0}","access_token":"{0}"}}"#, self.tokens);
            return Some(token.into_response());
        }
        if authorization == Some(&format!("Bearer {}", self.tokens)) && self.credit > 0 {
            self.credit -= 1;
            return None;
        }
        let host = host(&parts.headers);
        let realm = format!(r#"Bearer realm="http://{host}/token",service="test""#);
        Some(login_first(realm))
    }

    /// A date has whole seconds, so the pause until it is up to one second shorter.
    fn want_pause(&mut self, pause: Pause) -> Option<Response> {
        let (least, text) = match pause {
            Pause::Seconds(seconds) => (seconds, seconds.to_string()),
            Pause::Until(seconds) => {
                let date = SystemTime::now() + Duration::from_secs(seconds);
                (seconds - 1, httpdate::fmt_http_date(date))
            }
        };
        match self.pause {
            None => {
                self.pause = Some(Instant::now() + Duration::from_secs(least));
                Some(too_many(&text))
            }
            Some(end) if Instant::now() < end => {
                self.early += 1;
                Some(too_many(&text))
            }
            Some(_) => None,
        }
    }

    fn act(&mut self, parts: &Parts, body: Bytes) -> Response {
        let (root, uri) = (self.root, &parts.uri);
        let rest = uri.path().trim_start_matches(root);
        match (&parts.method, rest.split_once('/')) {
            (&Method::GET, _) if uri.path() == "/v2/" => StatusCode::OK.into_response(),
            (&Method::POST, _) if self.fault == Some(Fault::Forbids) => {
                StatusCode::FORBIDDEN.into_response()
            }
            (&Method::POST, _) => {
                let host = match self.fault {
                    Some(Fault::UploadsAt(address)) => format!("http://{address}"),
                    _ => String::new(),
                };
                let location = [("location", format!("{host}{root}blobs/uploads/1?state=a"))];
                (StatusCode::ACCEPTED, location).into_response()
            }
            (&Method::PUT, Some(("blobs", _))) => {
                let query = uri.query().unwrap_or("").replace("%3A", ":");
                self.upload(query.trim_start_matches("state=a&digest="), body)
            }
            (&Method::PUT, Some(("manifests", tag))) => self.put(tag, body),
            (_, Some(("blobs", digest))) if self.blobs.contains_key(digest) => {
                StatusCode::OK.into_response()
            }
            (_, Some(("manifests", reference))) => self.manifest(reference),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn upload(&mut self, digest: &str, body: Bytes) -> Response {
        if matches!(self.fault, Some(Fault::FailsUploads(times)) if self.failed_uploads < times) {
            self.failed_uploads += 1;
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        if super::digest(&body) != digest {
            return StatusCode::BAD_REQUEST.into_response();
        }
        self.blobs.insert(digest.to_owned(), body);
        let location = [("location", format!("{}blobs/{digest}", self.root))];
        (StatusCode::CREATED, location).into_response()
    }

    fn put(&mut self, tag: &str, body: Bytes) -> Response {
        if self.fault == Some(Fault::Immutable) && self.manifests.contains_key(tag) {
            return StatusCode::BAD_REQUEST.into_response();
        }
        let digest = super::digest(&body);
        self.manifests.insert(digest.clone(), body.clone());
        self.manifests.insert(tag.to_owned(), body);
        let location = [("location", format!("{}manifests/{digest}", self.root))];
        (StatusCode::CREATED, location).into_response()
    }

    fn manifest(&self, reference: &str) -> Response {
        let Some(body) = self.manifests.get(reference) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let mut body = body.to_vec();
        if self.fault == Some(Fault::ChangesManifest) {
            body.push(b'\n');
        }
        let digest = match self.fault {
            Some(Fault::ClaimsAnotherDigest) => super::digest(b"something else"),
            _ => super::digest(&body),
        };
        ([("docker-content-digest", digest)], body).into_response()
    }
}
