//! Manifests: read and pushed.

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt as _, Limited};

use super::{CONTENT_DIGEST, Refusal, SUBJECT};
use crate::account::Account;
use crate::services::ecr::blobs::digest;
use crate::services::ecr::images;
use crate::services::ecr::referrers::About;

/// The largest manifest in bytes, as the specification says.
const LARGEST: usize = 4 * 1024 * 1024;

pub(super) fn get(account: &Account, name: &str, reference: &str) -> Result<Response, Refusal> {
    let found = account.read(|state| {
        let repository = state.repositories.get(name)?;
        let digest = repository.digest(reference)?;
        Some((digest.to_owned(), repository.manifests[digest].clone()))
    });
    let (digest, manifest) = found.ok_or_else(|| {
        Refusal::not_found(
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

pub(super) async fn put(
    account: &Account,
    name: &str,
    reference: &str,
    request: Request,
) -> Result<Response, Refusal> {
    let media_type = request.headers().get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or("").to_owned();
    let invalid = |sentence: String| Refusal::bad("MANIFEST_INVALID", sentence);
    let body = Limited::new(request.into_body(), LARGEST);
    let body = body
        .collect()
        .await
        .map_err(|err| invalid(err.to_string()))?;
    let text = String::from_utf8(body.to_bytes().to_vec());
    let text = text.map_err(|err| invalid(err.to_string()))?;
    let found = digest(text.as_bytes());
    if reference.contains(':') && reference != found {
        return Err(Refusal::bad(
            "DIGEST_INVALID",
            format!("the manifest has the digest {found}, not {reference}"),
        ));
    }
    let about = About::of(&text);
    let tag = (reference != found).then_some(reference);
    let manifest = images::manifest(account, media_type, text)?;
    account.change(|state| {
        let repository = state.repositories.get_mut(name);
        // It existed when the request arrived, but may have been deleted since.
        let repository = repository.ok_or_else(|| Refusal::unknown_repository(name))?;
        Ok::<_, Refusal>(images::add(repository, name, tag, &found, manifest)?)
    })?;
    let headers = [
        (header::LOCATION, format!("/v2/{name}/manifests/{found}")),
        (CONTENT_DIGEST, found),
    ];
    let mut response = (StatusCode::CREATED, headers).into_response();
    let subject = about.subject().and_then(|digest| digest.parse().ok());
    if let Some(subject) = subject {
        response.headers_mut().insert(SUBJECT, subject);
    }
    Ok(response)
}
