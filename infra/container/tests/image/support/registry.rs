//! A registry in memory, as far as a push needs one.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A registry that answers until it is dropped.
pub(crate) struct Registry {
    pub(crate) address: SocketAddr,
    state: Shared,
    server: JoinHandle<std::io::Result<()>>,
}

/// What a registry does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vice {
    /// Says that what it has is something else.
    LiesAboutDigest,
    /// Has something else, and says so.
    ChangesManifest,
    /// Lets nobody write.
    Forbids,
    /// Fails at the first uploads.
    Stumbles(usize),
    /// Lets no tag be written twice.
    Immutable,
}

#[derive(Default)]
struct Contents {
    root: &'static str,
    blobs: HashMap<String, Bytes>,
    manifests: HashMap<String, Bytes>,
    vice: Option<Vice>,
    stumbled: usize,
}

type Shared = Arc<Mutex<Contents>>;

impl Registry {
    /// One whose repository is `showtable`.
    pub(crate) async fn start(vice: Option<Vice>) -> Self {
        Self::start_for("/v2/showtable/", vice).await
    }

    /// One with another repository, by the path that its requests begin with.
    pub(crate) async fn start_for(root: &'static str, vice: Option<Vice>) -> Self {
        let contents = Contents {
            root,
            vice,
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

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.state.lock().unwrap()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(state): State<Shared>, method: Method, uri: Uri, body: Bytes) -> Response {
    let mut contents = state.lock().unwrap();
    let root = contents.root;
    let rest = uri.path().trim_start_matches(root);
    match (method, rest.split_once('/')) {
        (Method::GET, _) if uri.path() == "/v2/" => StatusCode::OK.into_response(),
        (Method::POST, _) if contents.vice == Some(Vice::Forbids) => {
            StatusCode::FORBIDDEN.into_response()
        }
        (Method::POST, _) => {
            let location = [("location", format!("{root}blobs/uploads/1"))];
            (StatusCode::ACCEPTED, location).into_response()
        }
        (Method::PUT, Some(("blobs", _))) => {
            let query = uri.query().unwrap_or_default().replace("%3A", ":");
            contents.upload(query.trim_start_matches("digest="), body)
        }
        (Method::PUT, Some(("manifests", tag))) => contents.put(tag, body),
        (_, Some(("blobs", digest))) if contents.blobs.contains_key(digest) => {
            StatusCode::OK.into_response()
        }
        (_, Some(("manifests", reference))) => contents.manifest(reference),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Contents {
    fn upload(&mut self, digest: &str, body: Bytes) -> Response {
        if matches!(self.vice, Some(Vice::Stumbles(times)) if self.stumbled < times) {
            self.stumbled += 1;
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        self.blobs.insert(digest.to_owned(), body);
        let location = [("location", format!("{}blobs/{digest}", self.root))];
        (StatusCode::CREATED, location).into_response()
    }

    fn put(&mut self, tag: &str, body: Bytes) -> Response {
        if self.vice == Some(Vice::Immutable) && self.manifests.contains_key(tag) {
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
        if self.vice == Some(Vice::ChangesManifest) {
            body.push(b'\n');
        }
        let digest = match self.vice {
            Some(Vice::LiesAboutDigest) => super::digest(b"something else"),
            _ => super::digest(&body),
        };
        ([("docker-content-digest", digest)], body).into_response()
    }
}
