//! Blobs: reading, and uploading in one or several parts.

use std::path::Path;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt as _;
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

use super::{CONTENT_DIGEST, Refusal};
use crate::account::Account;
use crate::services::ecr::blobs::digest_of_file;

pub(super) async fn get(account: &Account, digest: &str, head: bool) -> Result<Response, Refusal> {
    let unknown = || Refusal::not_found("BLOB_UNKNOWN", format!("there is no blob {digest}"));
    let path = account.blobs.blob(digest).ok_or_else(unknown)?;
    let file = File::open(path).await.map_err(|_| unknown())?;
    let size = file
        .metadata()
        .await
        .map_err(|err| Refusal::failed(&err))?
        .len();
    let body = if head {
        Body::empty()
    } else {
        // Streamed, because an image may not fit into memory.
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

/// Begins an upload, appends to it, or finishes it, which checks the digest.
pub(super) async fn upload(
    account: &Account,
    name: &str,
    id: &str,
    method: Method,
    request: Request,
) -> Result<Response, Refusal> {
    let id = match method {
        Method::POST if id.is_empty() => uuid::Uuid::new_v4().to_string(),
        Method::PATCH | Method::PUT => id.to_owned(),
        _ => {
            return Err(Refusal::not_supported(
                &method,
                &format!("{name}/blobs/uploads/{id}"),
            ));
        }
    };
    let unknown = || Refusal::not_found("BLOB_UPLOAD_UNKNOWN", format!("there is no upload {id}"));
    let path = account.blobs.upload(&id).ok_or_else(unknown)?;
    let query = request.uri().query().unwrap_or("").to_owned();
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

/// Appends a body to a file. Returns the new size of the file.
async fn receive(mut file: File, body: Body) -> Result<u64, Refusal> {
    let mut pieces = body.into_data_stream();
    loop {
        match pieces.try_next().await {
            Ok(Some(piece)) => file
                .write_all(&piece)
                .await
                .map_err(|err| Refusal::failed(&err))?,
            Ok(None) => break,
            Err(err) => {
                let sentence = format!("the upload broke off: {err}");
                return Err(Refusal::bad("BLOB_UPLOAD_INVALID", sentence));
            }
        }
    }
    file.flush().await.map_err(|err| Refusal::failed(&err))?;
    let metadata = file.metadata().await.map_err(|err| Refusal::failed(&err))?;
    Ok(metadata.len())
}

/// Turns a finished upload into a blob, after checking its digest.
async fn keep(account: &Account, upload: &Path, wanted: &str) -> Result<(), Refusal> {
    let source = upload.to_owned();
    let found = tokio::task::spawn_blocking(move || digest_of_file(&source)).await;
    let found = found
        .map_err(std::io::Error::other)
        .flatten()
        .map_err(|err| Refusal::failed(&err))?;
    let blob = account.blobs.blob(wanted).filter(|_| found == wanted);
    let Some(blob) = blob else {
        // An upload cannot be continued with another digest. The next start also removes it.
        let _ = fs::remove_file(upload).await;
        return Err(Refusal::bad(
            "DIGEST_INVALID",
            format!("the content has the digest {found}, not {wanted}"),
        ));
    };
    fs::rename(upload, blob)
        .await
        .map_err(|err| Refusal::failed(&err))
}
