//! Failed requests, and whether to repeat them.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use connect::{Proxy, ProxyError};
use reqwest::StatusCode;

use super::limits::CONNECT_TIMEOUT;
use crate::image::Error;

/// Why a request failed.
#[derive(Debug)]
pub(super) struct Failure {
    /// The status of the response, if there was one.
    pub(super) status: Option<StatusCode>,
    pub(super) reason: String,
    pub(super) retry: Retry,
    /// The failure of the proxy, if a proxy caused this one.
    pub(super) proxy: Option<Box<ProxyError>>,
}

/// Whether and when a failed request may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    /// Never: it would fail again, or has failed too often.
    Never,
    /// After at least this pause.
    After(Duration),
    /// At once: the timeout of this length counts as the pause.
    AfterTimeout(Duration),
    /// The registry asks for this pause, which is longer than a push waits.
    PauseTooLong(Duration),
}

/// Returns whether the same request may soon get another status.
pub(super) const fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500..)
}

impl Failure {
    pub(super) fn new(status: Option<StatusCode>, reason: String) -> Self {
        Self {
            status,
            reason,
            retry: Retry::Never,
            proxy: None,
        }
    }

    /// The failure of a registry, or of the proxy before it, that did not respond for `time`.
    pub(super) fn silence(proxy: Option<&Proxy>, time: Duration) -> Self {
        let failure = match proxy {
            Some(proxy) => ProxyError::Silent(proxy.clone()).into(),
            None => Self::new(None, "no response came".to_owned()),
        };
        failure.with(Retry::AfterTimeout(time))
    }

    /// The failure of a request that got no response.
    pub(super) fn of_request(err: &reqwest::Error, proxy: Option<Proxy>) -> Self {
        match proxy {
            Some(proxy) if err.is_timeout() => Self::silence(Some(&proxy), CONNECT_TIMEOUT),
            Some(proxy) => ProxyError::new(proxy, err, false).into(),
            None => Self::from_cause(err).with(retry(err)),
        }
    }

    /// A failure without a response, described by its innermost cause.
    pub(super) fn from_cause(err: &(dyn StdError + 'static)) -> Self {
        Self::new(None, innermost_message(err))
    }

    pub(super) fn with(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// Converts the failure to the error that is shown to the user.
    pub(super) fn into_error(self, registry: &str, repository: &str) -> Error {
        let registry = registry.to_owned();
        if let Some(err) = self.proxy {
            return Error::Proxy { registry, err };
        }
        if let Retry::PauseTooLong(pause) = self.retry {
            let pause = deploy::duration::words(pause.as_secs());
            return Error::Limited { registry, pause };
        }
        let (reason, repository) = (self.reason, repository.to_owned());
        match self.status {
            Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => Error::Forbidden {
                registry,
                repository,
            },
            Some(StatusCode::NOT_FOUND) => Error::NoRepository {
                registry,
                repository,
            },
            Some(status) if !is_transient(status) => Error::Refused { registry, reason },
            Some(_) | None => Error::Interrupted { registry, reason },
        }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(err: reqwest::Error) -> Self {
        Self::of_request(&err, None)
    }
}

impl From<ProxyError> for Failure {
    fn from(err: ProxyError) -> Self {
        let retry = if err.is_transient() {
            Retry::After(Duration::ZERO)
        } else {
            Retry::Never
        };
        Self {
            status: None,
            reason: one_line(&err.to_string()),
            retry,
            proxy: Some(Box::new(err)),
        }
    }
}

fn retry(err: &reqwest::Error) -> Retry {
    if err.is_builder() || err.is_redirect() || is_of_tls(err) || is_refused(err) {
        Retry::Never
    } else if err.is_timeout() {
        Retry::AfterTimeout(CONNECT_TIMEOUT)
    } else {
        Retry::After(Duration::ZERO)
    }
}

/// Returns whether no program listens at the address, which hardly changes within the time of the
/// retries.
fn is_refused(err: &reqwest::Error) -> bool {
    causes(err)
        .filter_map(|err| err.downcast_ref::<io::Error>())
        .any(|err| err.kind() == io::ErrorKind::ConnectionRefused)
}

/// Returns whether the certificate or another part of TLS is wrong, which a retry cannot change.
fn is_of_tls(err: &reqwest::Error) -> bool {
    causes(err)
        .filter_map(|err| err.downcast_ref::<io::Error>())
        .any(|err| err.kind() == io::ErrorKind::InvalidData)
}

/// The message of the innermost cause: the outer ones say only that a request has failed.
fn innermost_message(err: &(dyn StdError + 'static)) -> String {
    let innermost = causes(err).last().unwrap_or(err);
    one_line(&innermost.to_string())
}

fn causes<'a>(
    err: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(err), |&err| err.source())
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
