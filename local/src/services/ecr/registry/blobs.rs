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
use crate::account::{Account, check_room};
use crate::services::ecr::blobs::digest_of_file;

/// The largest layer of ECR, in MiB: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html>
const LARGEST: u64 = 52_000;

/// How many bytes are written between two looks at the disk.
const BETWEEN: u64 = 64 << 20;

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
    if method == Method::POST {
        account.blobs.admit_upload().map_err(Refusal::too_many)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(method == Method::POST);
    let file = options.open(&path).await.map_err(|_| unknown())?;
    let size = receive(file, &path, request.into_body(), LARGEST << 20).await?;
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

/// Appends a body to the file at `path`, which may have `most` bytes. Returns the new size of the file.
async fn receive(mut file: File, path: &Path, body: Body, most: u64) -> Result<u64, Refusal> {
    let failed = |err: std::io::Error| Refusal::failed(&err);
    let mut pieces = body.into_data_stream();
    let mut size = file.metadata().await.map_err(failed)?.len();
    let mut looked = None;
    loop {
        match pieces.try_next().await {
            Ok(Some(piece)) => {
                size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
                if size > most {
                    return Err(Refusal::too_large(most));
                }
                if looked.is_none_or(|looked| size - looked >= BETWEEN) {
                    check_room(path).map_err(failed)?;
                    looked = Some(size);
                }
                file.write_all(&piece).await.map_err(failed)?;
            }
            Ok(None) => break,
            Err(err) => {
                let sentence = format!("the upload broke off: {err}");
                return Err(Refusal::bad("BLOB_UPLOAD_INVALID", sentence));
            }
        }
    }
    file.flush().await.map_err(failed)?;
    Ok(size)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_upload_in_parts_is_never_larger_than_a_layer_may_be() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("upload");
        let append = async |text: &'static str| {
            let mut options = OpenOptions::new();
            let file = options.append(true).create(true).open(&path).await.unwrap();
            receive(file, &path, Body::from(text), 8).await
        };
        assert_eq!(append("12345").await.unwrap(), 5);
        assert_eq!(append("678").await.unwrap(), 8);
        let refused = append("9").await.unwrap_err();
        assert_eq!(refused.0, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(std::fs::read(&path).unwrap(), b"12345678");
    }
}
