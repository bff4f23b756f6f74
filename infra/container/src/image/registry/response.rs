//! Responses of a registry.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use connect::{Proxy, ProxyError};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Client, Request, StatusCode, Url};
use serde::Deserialize;

use super::failure::{Failure, Retry, is_transient, one_line};

/// Most registries send this header with every response.
const VERSION: HeaderName = HeaderName::from_static("docker-distribution-api-version");

/// A complete response of a registry.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) url: Url,
    pub(super) body: Bytes,
}

/// The errors in the body of a response.
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

impl Response {
    /// Sends a request, through the proxy if there is one. A transient status is a failure.
    pub(super) async fn to(
        http: &Client,
        request: Request,
        proxy: Option<Proxy>,
    ) -> Result<Self, Failure> {
        let response = async {
            let response = http.execute(request).await?;
            Ok(Self {
                status: response.status(),
                headers: response.headers().clone(),
                url: response.url().clone(),
                body: response.bytes().await?,
            })
        };
        let response = match (response.await, proxy) {
            (Ok(response), Some(proxy)) => response.not_of_proxy(proxy)?,
            (Ok(response), None) => response,
            (Err(err), proxy) => return Err(Failure::of_request(&err, proxy)),
        };
        if is_transient(response.status) {
            return Err(response.failure());
        }
        Ok(response)
    }

    /// Fails if the response seems to come from the proxy instead of the registry.
    fn not_of_proxy(self, proxy: Proxy) -> Result<Self, ProxyError> {
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

    /// Fails if the registry refused the request.
    pub(super) fn success(self) -> Result<Self, Failure> {
        if self.status.is_success() {
            Ok(self)
        } else {
            Err(self.failure())
        }
    }

    /// Like [`Self::success`], but `None` if the resource does not exist.
    pub(super) fn found(self) -> Result<Option<Self>, Failure> {
        if self.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        self.success().map(Some)
    }

    pub(super) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The failure of a response that violates the protocol.
    pub(super) fn unexpected(&self, reason: &str) -> Failure {
        Failure::new(Some(self.status), reason.to_owned())
    }

    fn failure(&self) -> Failure {
        let failure = Failure::new(Some(self.status), self.reason());
        if is_transient(self.status) {
            failure.with(Retry::After(retry_after(&self.headers)))
        } else {
            failure
        }
    }

    /// The status, and the errors that the registry names.
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

/// The pause that a response asks for: seconds, or a date on the clock of the registry. No pause if
/// it asks for none, or if the date has passed.
fn retry_after(headers: &HeaderMap) -> Duration {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let date = |text| httpdate::parse_http_date(text).ok();
    let Some(requested) = text(RETRY_AFTER).map(str::trim) else {
        return Duration::ZERO;
    };
    if let Ok(seconds) = requested.parse() {
        return Duration::from_secs(seconds);
    }
    let now = text(DATE).and_then(date).unwrap_or_else(SystemTime::now);
    date(requested)
        .and_then(|until| until.duration_since(now).ok())
        .unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(value: &str, date: Option<&str>) -> Duration {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers)
    }

    #[test]
    fn a_pause_is_given_in_seconds_or_until_a_date() {
        let minute = Duration::from_mins(1);
        assert_eq!(pause("60", None), minute);
        let date = "Fri, 31 Dec 1999 23:59:00 GMT";
        assert_eq!(pause("Sat, 01 Jan 2000 00:00:00 GMT", Some(date)), minute);
        for passed in ["Fri, 31 Dec 1999 23:58:00 GMT", "-1", "soon", ""] {
            assert_eq!(pause(passed, Some(date)), Duration::ZERO, "{passed}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), Duration::ZERO);
    }
}
