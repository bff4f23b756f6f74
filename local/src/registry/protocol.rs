//! The protocol of registries, as far as pushing and pulling use it
//! (<https://github.com/opencontainers/distribution-spec>).

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::TryStreamExt as _;
use http_body_util::{BodyExt as _, Limited};
use serde_json::{Value, json};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

use super::{Manifest, PASSWORD, Repository, digest, digest_of_file};
use crate::account::{ACCOUNT, Account, seconds};
use crate::protocol::AwsError;

/// The largest manifest in bytes, as the specification has it.
const LARGEST_MANIFEST: usize = 4 * 1024 * 1024;

const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// Everything under `/v2/`. Bodies are written to disk as they come, whatever their size.
pub(crate) fn router() -> Router<Arc<Account>> {
    Router::new()
        .route("/v2/", any(handle))
        .route("/v2/{*path}", any(handle))
}

/// An error of the protocol: status, code and a sentence.
pub(crate) struct Refusal(StatusCode, &'static str, String);

impl From<Refusal> for AwsError {
    fn from(Refusal(_, code, sentence): Refusal) -> Self {
        let code = match code {
            "TAG_INVALID" => "ImageTagAlreadyExistsException",
            "MANIFEST_BLOB_UNKNOWN" => "LayersNotFoundException",
            _ => "InvalidParameterException",
        };
        Self::new(code, sentence)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"errors": [{"code": self.1, "message": self.2}]});
        (self.0, axum::Json(body)).into_response()
    }
}

async fn handle(State(account): State<Arc<Account>>, request: Request) -> Response {
    if !is_logged_in(request.headers()) {
        let mut refusal = Refusal(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "log in as AWS with the password that GetAuthorizationToken gives".into(),
        )
        .into_response();
        let realm = header::HeaderValue::from_static("Basic realm=\"local\"");
        refusal
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, realm);
        return refusal;
    }
    let path = request.uri().path().trim_start_matches("/v2/").to_owned();
    answer(&account, &path, request)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

fn is_logged_in(headers: &HeaderMap) -> bool {
    let login = format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("AWS:{PASSWORD}"))
    );
    headers
        .get(header::AUTHORIZATION)
        .is_some_and(|given| given == login.as_str())
}

async fn answer(account: &Account, path: &str, request: Request) -> Result<Response, Refusal> {
    if path.is_empty() {
        return Ok(StatusCode::OK.into_response());
    }
    let method = request.method().clone();
    if let Some((name, reference)) = path.rsplit_once("/manifests/") {
        ensure_repository(account, name)?;
        return match method {
            Method::PUT => put_manifest(account, name, reference, request).await,
            Method::GET | Method::HEAD => get_manifest(account, name, reference),
            _ => Err(not_allowed()),
        };
    }
    if let Some((name, id)) = path.rsplit_once("/blobs/uploads/") {
        ensure_repository(account, name)?;
        return upload(account, name, id, method, request).await;
    }
    if let Some((name, digest)) = path.rsplit_once("/blobs/") {
        ensure_repository(account, name)?;
        return match method {
            Method::GET | Method::HEAD => get_blob(account, digest, method == Method::HEAD).await,
            _ => Err(not_allowed()),
        };
    }
    Err(Refusal(
        StatusCode::NOT_FOUND,
        "UNSUPPORTED",
        format!("the local registry has no {path}"),
    ))
}

fn not_allowed() -> Refusal {
    Refusal(
        StatusCode::METHOD_NOT_ALLOWED,
        "UNSUPPORTED",
        "the local registry does not do that".into(),
    )
}

fn ensure_repository(account: &Account, name: &str) -> Result<(), Refusal> {
    if account.read(|state| state.repositories.0.contains_key(name)) {
        return Ok(());
    }
    Err(Refusal(
        StatusCode::NOT_FOUND,
        "NAME_UNKNOWN",
        format!(
            "The repository with name '{name}' does not exist in the registry with id '{ACCOUNT}'"
        ),
    ))
}

fn failed(error: &std::io::Error) -> Refusal {
    Refusal(
        StatusCode::INTERNAL_SERVER_ERROR,
        "UNKNOWN",
        format!("the local registry cannot write or read a file: {error}"),
    )
}

async fn get_blob(account: &Account, digest: &str, head: bool) -> Result<Response, Refusal> {
    let unknown = || {
        Refusal(
            StatusCode::NOT_FOUND,
            "BLOB_UNKNOWN",
            format!("there is no blob {digest}"),
        )
    };
    let path = account.blobs.blob(digest).ok_or_else(unknown)?;
    let file = File::open(path).await.map_err(|_| unknown())?;
    let size = file.metadata().await.map_err(|error| failed(&error))?.len();
    let body = if head {
        Body::empty()
    } else {
        // One piece at a time: an image need not fit into memory.
        Body::from_stream(futures_util::stream::try_unfold(file, async |mut file| {
            let mut piece = vec![0; 1 << 16];
            let read = tokio::io::AsyncReadExt::read(&mut file, &mut piece).await?;
            piece.truncate(read);
            Ok::<_, std::io::Error>((read > 0).then_some((piece, file)))
        }))
    };
    let headers = [
        (header::CONTENT_LENGTH, size.to_string()),
        (header::CONTENT_TYPE, "application/octet-stream".into()),
        (CONTENT_DIGEST, digest.to_owned()),
    ];
    Ok((headers, body).into_response())
}

/// Begins an upload, adds to it, or ends it, which checks the digest.
async fn upload(
    account: &Account,
    name: &str,
    id: &str,
    method: Method,
    request: Request,
) -> Result<Response, Refusal> {
    let id = match method {
        Method::POST if id.is_empty() => uuid::Uuid::new_v4().to_string(),
        Method::PATCH | Method::PUT => id.to_owned(),
        _ => return Err(not_allowed()),
    };
    let unknown = || {
        Refusal(
            StatusCode::NOT_FOUND,
            "BLOB_UPLOAD_UNKNOWN",
            format!("there is no upload {id}"),
        )
    };
    let path = account.blobs.upload(&id).ok_or_else(unknown)?;
    let query = request.uri().query().unwrap_or_default().to_owned();
    let wanted = form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "digest")
        .map(|(_, digest)| digest.into_owned());
    let mut options = OpenOptions::new();
    options.append(true).create(method == Method::POST);
    let file = options.open(&path).await.map_err(|_| unknown())?;
    let size = receive(file, request.into_body()).await?;
    if let Some(wanted) = wanted {
        keep(account, &path, &wanted).await?;
        let headers = [
            (header::LOCATION, format!("/v2/{name}/blobs/{wanted}")),
            (CONTENT_DIGEST, wanted),
        ];
        return Ok((StatusCode::CREATED, headers).into_response());
    }
    let headers = [
        (header::LOCATION, format!("/v2/{name}/blobs/uploads/{id}")),
        (header::RANGE, format!("0-{}", size.saturating_sub(1))),
    ];
    Ok((StatusCode::ACCEPTED, headers).into_response())
}

/// Adds a body to a file, and gives how many bytes are in it then.
async fn receive(mut file: File, body: Body) -> Result<u64, Refusal> {
    let mut pieces = body.into_data_stream();
    loop {
        match pieces.try_next().await {
            Ok(Some(piece)) => file
                .write_all(&piece)
                .await
                .map_err(|error| failed(&error))?,
            Ok(None) => break,
            Err(error) => {
                return Err(Refusal(
                    StatusCode::BAD_REQUEST,
                    "BLOB_UPLOAD_INVALID",
                    format!("the upload broke off: {error}"),
                ));
            }
        }
    }
    file.flush().await.map_err(|error| failed(&error))?;
    let metadata = file.metadata().await.map_err(|error| failed(&error))?;
    Ok(metadata.len())
}

/// Makes a blob of an upload, if its content is what it says.
async fn keep(account: &Account, upload: &Path, wanted: &str) -> Result<(), Refusal> {
    let source = upload.to_owned();
    let found = tokio::task::spawn_blocking(move || digest_of_file(&source)).await;
    let found = found
        .map_err(std::io::Error::other)
        .flatten()
        .map_err(|error| failed(&error))?;
    let blob = account.blobs.blob(wanted).filter(|_| found == wanted);
    let Some(blob) = blob else {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(upload).await;
        return Err(Refusal(
            StatusCode::BAD_REQUEST,
            "DIGEST_INVALID",
            format!("the content has the digest {found}, not {wanted}"),
        ));
    };
    fs::rename(upload, blob)
        .await
        .map_err(|error| failed(&error))
}

fn get_manifest(account: &Account, name: &str, reference: &str) -> Result<Response, Refusal> {
    let found = account.read(|state| {
        let repository = state.repositories.0.get(name)?;
        let digest = repository.digest(reference)?;
        Some((digest.to_owned(), repository.manifests[digest].clone()))
    });
    let (digest, manifest) = found.ok_or_else(|| {
        Refusal(
            StatusCode::NOT_FOUND,
            "MANIFEST_UNKNOWN",
            format!("Requested image not found: {name} {reference}"),
        )
    })?;
    let headers = [
        (header::CONTENT_TYPE, manifest.media_type),
        (CONTENT_DIGEST, digest),
    ];
    Ok((headers, manifest.text).into_response())
}

async fn put_manifest(
    account: &Account,
    name: &str,
    reference: &str,
    request: Request,
) -> Result<Response, Refusal> {
    let media_type = request.headers().get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().to_owned();
    let invalid = |sentence: String| Refusal(StatusCode::BAD_REQUEST, "MANIFEST_INVALID", sentence);
    let body = Limited::new(request.into_body(), LARGEST_MANIFEST);
    let body = body
        .collect()
        .await
        .map_err(|error| invalid(error.to_string()))?;
    let text = String::from_utf8(body.to_bytes().to_vec());
    let text = text.map_err(|error| invalid(error.to_string()))?;
    let found = digest(text.as_bytes());
    if reference.contains(':') && reference != found {
        return Err(Refusal(
            StatusCode::BAD_REQUEST,
            "DIGEST_INVALID",
            format!("the manifest has the digest {found}, not {reference}"),
        ));
    }
    let tag = (reference != found).then_some(reference);
    let manifest = new(account, media_type, text)?;
    account.change(|state| {
        let repository = state.repositories.0.get_mut(name);
        repository.map_or(Ok(()), |found_in| {
            add(found_in, name, tag, &found, manifest)
        })
    })?;
    let headers = [
        (header::LOCATION, format!("/v2/{name}/manifests/{found}")),
        (CONTENT_DIGEST, found),
    ];
    Ok((StatusCode::CREATED, headers).into_response())
}

/// A manifest that is pushed now.
pub(crate) fn new(
    account: &Account,
    media_type: String,
    text: String,
) -> Result<Manifest, Refusal> {
    Ok(Manifest {
        size: size(account, &text)?,
        media_type,
        text,
        pushed: seconds(),
    })
}

/// The bytes of all layers; all blobs that a manifest names must be there.
fn size(account: &Account, manifest: &str) -> Result<u64, Refusal> {
    let invalid = |sentence: String| Refusal(StatusCode::BAD_REQUEST, "MANIFEST_INVALID", sentence);
    let manifest: Value =
        serde_json::from_str(manifest).map_err(|error| invalid(error.to_string()))?;
    let layers = manifest["layers"].as_array();
    let layers =
        layers.ok_or_else(|| invalid("the local registry keeps images only, no lists".into()))?;
    let mut size = 0;
    for part in layers.iter().chain([&manifest["config"]]) {
        let digest = part["digest"].as_str().unwrap_or_default();
        let blob = account.blobs.blob(digest).filter(|path| path.is_file());
        if blob.is_none() {
            return Err(Refusal(
                StatusCode::BAD_REQUEST,
                "MANIFEST_BLOB_UNKNOWN",
                format!("Layer {digest} is not there: push it first"),
            ));
        }
        size += part["size"].as_u64().unwrap_or_default();
    }
    Ok(size)
}

/// Adds an image, or a tag to one that is there.
pub(crate) fn add(
    repository: &mut Repository,
    name: &str,
    tag: Option<&str>,
    digest: &str,
    manifest: Manifest,
) -> Result<(), Refusal> {
    if let Some(tag) = tag {
        let other = repository.tags.get(tag).filter(|known| *known != digest);
        if other.is_some() && repository.immutable_tags {
            return Err(Refusal(
                StatusCode::BAD_REQUEST,
                "TAG_INVALID",
                format!(
                    "The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten because the tag is immutable."
                ),
            ));
        }
        repository.tags.insert(tag.to_owned(), digest.to_owned());
    }
    repository
        .manifests
        .entry(digest.to_owned())
        .or_insert(manifest);
    crate::ecr::expire(repository);
    Ok(())
}
