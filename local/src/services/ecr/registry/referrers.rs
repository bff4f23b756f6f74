//! The list of what is attached to an image:
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers>.

use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Refusal;
use crate::account::Account;
use crate::services::ecr::blobs::is_digest;
use crate::services::ecr::referrers::referrers;

const FILTERS_APPLIED: HeaderName = HeaderName::from_static("oci-filters-applied");
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// All at once: a repository on one machine has few.
pub(super) fn list(
    account: &Account,
    name: &str,
    digest: &str,
    query: &str,
) -> Result<Response, Refusal> {
    if !is_digest(digest) {
        let sentence = format!("{digest} is no digest");
        return Err(Refusal::bad("DIGEST_INVALID", sentence));
    }
    let wanted = form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "artifactType")
        .map(|(_, wanted)| wanted.into_owned());
    let mut found = account.read(|state| {
        let repository = state.repositories.get(name);
        repository.map(|repository| referrers(repository, digest))
    });
    let found = found.get_or_insert_default();
    if let Some(wanted) = &wanted {
        found.retain(|one| one.artifact_type == *wanted);
    }
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": found});
    let mut response = ([(header::CONTENT_TYPE, INDEX)], index.to_string()).into_response();
    if wanted.is_some() {
        let filter = header::HeaderValue::from_static("artifactType");
        response.headers_mut().insert(FILTERS_APPLIED, filter);
    }
    Ok(response)
}
