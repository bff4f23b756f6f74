use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use connect::{Proxy, ProxyError};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::{Client, Request, StatusCode, Url};
use serde::Deserialize;

use super::registry::CONNECT;
use super::retry::{Retry, retry_after};

/// What most registries say of themselves in every answer.
const VERSION: HeaderName = HeaderName::from_static("docker-distribution-api-version");

/// An answer of a registry, which has arrived as a whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) url: Url,
    pub(crate) body: Bytes,
}

/// Why a request did not get what it asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The status of the answer, if there was one.
    pub(crate) status: Option<StatusCode>,
    pub(crate) reason: String,
    pub(crate) retry: Retry,
    /// The proxy that stands in the way, if it is one.
    pub(crate) proxy: Option<Box<ProxyError>>,
}

/// The errors in the body of an answer.
#[derive(Deserialize)]
struct Envelope {
    errors: Vec<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    message: Option<String>,
}

/// Whether the same request may get another status in a moment.
pub(crate) const fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

impl Answer {
    /// Makes a request, by way of the proxy if there is one; a status that passes by itself is a
    /// failure.
    pub(crate) async fn to(
        http: &Client,
        request: Request,
        proxy: Option<Proxy>,
    ) -> Result<Self, Failure> {
        let answer = async {
            let response = http.execute(request).await?;
            Ok(Self {
                status: response.status(),
                headers: response.headers().clone(),
                url: response.url().clone(),
                body: response.bytes().await?,
            })
        };
        let answer = match (answer.await, proxy) {
            (Ok(answer), Some(proxy)) => answer.of_registry(proxy)?,
            (Ok(answer), None) => answer,
            (Err(err), proxy) => return Err(Failure::new(&err, proxy)),
        };
        if is_passing(answer.status.as_u16()) {
            return Err(answer.failure());
        }
        Ok(answer)
    }

    /// Fails where it is not the registry that answered, as it seems.
    fn of_registry(self, proxy: Proxy) -> Result<Self, ProxyError> {
        let media_type = self.header(&CONTENT_TYPE);
        let is_html = media_type.is_some_and(|media_type| media_type.starts_with("text/html"));
        if self.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            Err(ProxyError::Login(proxy))
        } else if is_html && !self.headers.contains_key(&VERSION) {
            Err(ProxyError::Answered(proxy, self.status.as_u16()))
        } else {
            Ok(self)
        }
    }

    /// Fails where the request was refused.
    pub(crate) fn success(self) -> Result<Self, Failure> {
        if self.status.is_success() {
            Ok(self)
        } else {
            Err(self.failure())
        }
    }

    /// Nothing where what was asked for is missing.
    pub(crate) fn found(self) -> Result<Option<Self>, Failure> {
        if self.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        self.success().map(Some)
    }

    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The failure of an answer that the protocol does not know.
    pub(crate) fn unexpected(&self, reason: &str) -> Failure {
        Failure {
            status: Some(self.status),
            reason: reason.to_owned(),
            retry: Retry::Never,
            proxy: None,
        }
    }

    fn failure(&self) -> Failure {
        Failure {
            status: Some(self.status),
            reason: self.reason(),
            retry: if is_passing(self.status.as_u16()) {
                Retry::After(retry_after(&self.headers))
            } else {
                Retry::Never
            },
            proxy: None,
        }
    }

    /// The status, and what the registry says about it.
    fn reason(&self) -> String {
        let envelope: Option<Envelope> = serde_json::from_slice(&self.body).ok();
        let problems = envelope.map_or_else(Vec::new, |envelope| envelope.errors);
        let problems = problems.into_iter().map(|problem| match problem.message {
            Some(message) => format!("{}: {message}", problem.code),
            None => problem.code,
        });
        let problems: Vec<_> = problems.collect();
        if problems.is_empty() {
            return self.status.to_string();
        }
        one_line(&format!("{} ({})", self.status, problems.join(", ")))
    }
}

impl Failure {
    /// The failure of a registry that has been silent for too long.
    pub(crate) fn silent(proxy: Option<&Proxy>, patience: Duration) -> Self {
        let failure = match proxy {
            Some(proxy) => ProxyError::Silent(proxy.clone()).into(),
            None => Self {
                status: None,
                reason: "no answer came".to_owned(),
                retry: Retry::Never,
                proxy: None,
            },
        };
        failure.with(Retry::Silent(patience))
    }

    fn new(err: &reqwest::Error, proxy: Option<Proxy>) -> Self {
        match proxy {
            Some(proxy) if err.is_timeout() => Self::silent(Some(&proxy), CONNECT),
            Some(proxy) => ProxyError::new(proxy, err, false).into(),
            None => Self::ours(err).with(retry(err)),
        }
    }

    /// A failure of this side.
    pub(crate) fn ours(err: &(dyn Error + 'static)) -> Self {
        Self {
            status: None,
            reason: root(err),
            retry: Retry::Never,
            proxy: None,
        }
    }

    pub(crate) fn with(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(err: reqwest::Error) -> Self {
        Self::new(&err, None)
    }
}

impl From<ProxyError> for Failure {
    fn from(err: ProxyError) -> Self {
        Self {
            status: None,
            reason: one_line(&err.to_string()),
            retry: if err.is_transient() {
                Retry::After(Duration::ZERO)
            } else {
                Retry::Never
            },
            proxy: Some(Box::new(err)),
        }
    }
}

fn retry(err: &reqwest::Error) -> Retry {
    if err.is_builder() || err.is_redirect() || is_of_tls(err) {
        Retry::Never
    } else if err.is_timeout() {
        Retry::Silent(CONNECT)
    } else {
        Retry::After(Duration::ZERO)
    }
}

/// Whether the certificate or another part of TLS is wrong, which does not pass.
fn is_of_tls(err: &reqwest::Error) -> bool {
    causes(err)
        .filter_map(|err| err.downcast_ref::<io::Error>())
        .any(|err| err.kind() == io::ErrorKind::InvalidData)
}

/// The innermost message: the outer ones only say that a request has failed.
fn root(err: &(dyn Error + 'static)) -> String {
    let text = causes(err).last().map(ToString::to_string);
    one_line(&text.unwrap_or_default())
}

fn causes<'a>(err: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(err), |&err| err.source())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
