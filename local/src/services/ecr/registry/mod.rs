//! The part of the registry protocol that pushing and pulling need
//! (<https://github.com/opencontainers/distribution-spec>).

mod blobs;
mod manifests;
mod permissions;
mod referrers;
mod refusal;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use self::refusal::Refusal;
use super::login;
use crate::account::{Account, TaskOrigin};
use crate::services::iam::Principal;

/// The header with the digest of a blob or manifest.
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// The header with the digest of the image that a pushed manifest belongs to.
const SUBJECT: HeaderName = HeaderName::from_static("oci-subject");

/// Everything under `/v2/`. Bodies of any size are streamed to disk.
pub(crate) fn router() -> Router<Arc<Account>> {
    Router::new()
        .route("/v2/", any(handle))
        .route("/v2/{*path}", any(handle))
}

async fn handle(State(account): State<Arc<Account>>, request: Request) -> Response {
    let login = request.headers().get(header::AUTHORIZATION);
    let login = login.and_then(|login| login.to_str().ok());
    let principal = login.and_then(|login| login::principal(&account, login));
    // A task logs in with what its role has got from GetAuthorizationToken.
    let is_from_task = request.extensions().get::<TaskOrigin>().is_some();
    let principal = principal.filter(|one| !is_from_task || *one != Principal::Developer);
    let Some(principal) = principal else {
        let mut refusal = Refusal(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "log in as AWS with the password that GetAuthorizationToken returns".into(),
        )
        .into_response();
        let realm = header::HeaderValue::from_static("Basic realm=\"local\"");
        refusal
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, realm);
        return refusal;
    };
    let path = request.uri().path().trim_start_matches("/v2/").to_owned();
    if let Err(refusal) = permissions::check(&account, &principal, request.method(), &path) {
        return refusal.into_response();
    }
    answer(&account, &path, request)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

async fn answer(account: &Account, path: &str, request: Request) -> Result<Response, Refusal> {
    if path.is_empty() {
        return Ok(StatusCode::OK.into_response());
    }
    let method = request.method().clone();
    if let Some((name, reference)) = path.rsplit_once("/manifests/") {
        ensure_repository(account, name)?;
        return match method {
            Method::PUT => manifests::put(account, name, reference, request).await,
            Method::GET | Method::HEAD => manifests::get(account, name, reference),
            _ => Err(Refusal::not_supported(&method, path)),
        };
    }
    if let Some((name, digest)) = path.rsplit_once("/referrers/") {
        ensure_repository(account, name)?;
        return match method {
            Method::GET => {
                referrers::list(account, name, digest, request.uri().query().unwrap_or(""))
            }
            _ => Err(Refusal::not_supported(&method, path)),
        };
    }
    if let Some((name, id)) = path.rsplit_once("/blobs/uploads/") {
        ensure_repository(account, name)?;
        return blobs::upload(account, name, id, method, request).await;
    }
    if let Some((name, digest)) = path.rsplit_once("/blobs/") {
        ensure_repository(account, name)?;
        return match method {
            Method::GET | Method::HEAD => blobs::get(account, digest, method == Method::HEAD).await,
            _ => Err(Refusal::not_supported(&method, path)),
        };
    }
    Err(Refusal::not_found(
        "UNSUPPORTED",
        format!("the local registry does not support {method} {path}"),
    ))
}

fn ensure_repository(account: &Account, name: &str) -> Result<(), Refusal> {
    if account.read(|state| state.repositories.get(name).is_some()) {
        return Ok(());
    }
    Err(Refusal::unknown_repository(name))
}
