//! What can go wrong with a request, as the user reads it.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use thiserror::Error;

use crate::aws::{Failure, Kind};

/// An error of a request. The user reads its `Display`.
#[derive(Clone, Debug, Error)]
pub(crate) enum WebError {
    #[error("Log in with a name and password of this service.")]
    Unauthorized,
    #[error(
        "This service lets in only who has logged in at its identity provider: open its address in a browser, which leads there."
    )]
    NotLoggedIn,
    /// With what only the log may say.
    #[error("The login cannot be checked now: load this page again in a moment.")]
    Unchecked(String),
    #[error(
        "Your account may not read the whole table: choose a limit of at most 1000 items, or ask for the role exporter."
    )]
    NotAllowed,
    #[error("This page does not exist: find the items from the start page.")]
    NotFound,
    #[error("No item has this key: it may have been deleted. Find the items from the start page.")]
    NoItem,
    #[error(
        "This address does not support the HTTP method of the request: start from the start page."
    )]
    MethodNotAllowed,
    #[error("{0}")]
    BadRequest(Cow<'static, str>),
    #[error("The request is too large: its body may have at most 64 KB.")]
    TooLarge,
    #[error("The request took too long to arrive: send it again.")]
    TooSlow,
    #[error("AWS did not answer in time: load this page again in a moment.")]
    Late,
    #[error("Too many failed logins: try again in {0} seconds.")]
    TooManyLogins(u64),
    #[error("This service has too much to do: try again in a few seconds.")]
    Busy,
    #[error(transparent)]
    Aws(#[from] Failure),
    #[error("Something went wrong. Load this page again; the log has the details.")]
    Internal(String),
}

impl WebError {
    pub(crate) const fn bad_request(sentence: &'static str) -> Self {
        Self::BadRequest(Cow::Borrowed(sentence))
    }

    /// The task that wrote the answer ended before the answer did.
    pub(crate) fn interrupted() -> Self {
        Self::Internal("the task that wrote the answer ended early".to_owned())
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized | Self::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Self::NotAllowed => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NoItem => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Late => StatusCode::GATEWAY_TIMEOUT,
            Self::TooManyLogins(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unchecked(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Aws(failure) => failure.status(),
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What only the log may say; `None` if the request itself is wrong.
    pub(crate) fn detail(&self) -> Option<&str> {
        match self {
            Self::Aws(failure) => Some(failure.detail()),
            Self::Late => Some("the calls of this page took longer than PAGE_TIME together"),
            Self::Internal(detail) | Self::Unchecked(detail) => Some(detail),
            _ => None,
        }
    }

    /// Whether AWS refused the parameters of the call.
    pub(crate) fn is_rejected(&self) -> bool {
        matches!(self, Self::Aws(failure) if failure.kind() == Kind::Rejected)
    }
}

/// A template could not be filled in.
impl From<askama::Error> for WebError {
    fn from(err: askama::Error) -> Self {
        Self::Internal(format!("the page cannot be written: {err}"))
    }
}

/// Only status and headers. The page with the sentence needs the request, so `web` makes it.
impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let headers = response.headers_mut();
        match self {
            Self::Unauthorized => {
                let challenge =
                    HeaderValue::from_static(r#"Basic realm="showtable", charset="UTF-8""#);
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
            Self::TooManyLogins(seconds) => {
                headers.insert(header::RETRY_AFTER, seconds.into());
            }
            _ if self.status() == StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}
