//! Errors of the registry's protocol.

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::aws::ACCOUNT;
use crate::services::ecr::images::Rejection;

/// An error: status, code and a sentence.
#[derive(Debug)]
pub(super) struct Refusal(
    pub(super) StatusCode,
    pub(super) &'static str,
    pub(super) String,
);

impl Refusal {
    /// A mistake in the client's request.
    pub(super) fn bad(code: &'static str, sentence: String) -> Self {
        Self(StatusCode::BAD_REQUEST, code, sentence)
    }

    pub(super) fn too_large(most: u64) -> Self {
        let sentence = format!("a layer has at most {} MiB", most >> 20);
        Self(StatusCode::PAYLOAD_TOO_LARGE, "SIZE_INVALID", sentence)
    }

    pub(super) fn too_many(sentence: String) -> Self {
        Self(StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS", sentence)
    }

    pub(super) fn not_found(code: &'static str, sentence: String) -> Self {
        Self(StatusCode::NOT_FOUND, code, sentence)
    }

    pub(super) fn unknown_repository(name: &str) -> Self {
        Self::not_found(
            "NAME_UNKNOWN",
            format!(
                "The repository with name '{name}' does not exist in the registry with id '{ACCOUNT}'"
            ),
        )
    }

    pub(super) fn not_supported(method: &Method, path: &str) -> Self {
        Self(
            StatusCode::METHOD_NOT_ALLOWED,
            "UNSUPPORTED",
            format!("the local registry does not support {method} {path}"),
        )
    }

    /// A file of the registry could not be written or read.
    pub(super) fn failed(err: &std::io::Error) -> Self {
        Self(
            StatusCode::INTERNAL_SERVER_ERROR,
            "UNKNOWN",
            format!("the local registry cannot write or read a file: {err}"),
        )
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Invalid(sentence) => Self::bad("MANIFEST_INVALID", sentence),
            Rejection::UnknownBlob(sentence) => Self::bad("MANIFEST_BLOB_UNKNOWN", sentence),
            Rejection::ImmutableTag(sentence) => Self::bad("TAG_INVALID", sentence),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"errors": [{"code": self.1, "message": self.2}]});
        (self.0, axum::Json(body)).into_response()
    }
}
