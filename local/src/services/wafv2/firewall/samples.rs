//! The requests that `GetSampledRequests` shows.

use std::collections::VecDeque;

use axum::http::{HeaderMap, HeaderValue};
use time::OffsetDateTime;

use super::Inspected;

/// How many requests are kept.
const MOST: usize = 1000;

/// A request that a rule has decided.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) time: OffsetDateTime,
    /// The ARN of the web ACL, and the metric of the rule.
    pub(crate) acl: String,
    pub(crate) metric: String,
    /// `ALLOW`, `BLOCK` or `COUNT`.
    pub(crate) action: &'static str,
    /// `AWS#GROUP#RULE`, if it was a rule of a group.
    pub(crate) rule_in_group: Option<String>,
    /// What the rule of the group does if it is not overridden.
    pub(crate) overridden: Option<&'static str>,
    pub(crate) status: Option<u16>,
    pub(crate) client: String,
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) version: String,
    pub(crate) headers: HeaderMap,
}

#[derive(Default)]
pub(super) struct Samples(VecDeque<Sample>);

impl Samples {
    pub(super) fn add(&mut self, sample: Sample) {
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back(sample);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Sample> {
        self.0.iter()
    }
}

impl Sample {
    pub(super) fn of(
        request: &Inspected<'_>,
        acl: &str,
        metric: &str,
        action: &'static str,
    ) -> Self {
        let uri = if request.query.is_empty() {
            request.path.to_owned()
        } else {
            format!("{}?{}", request.path, request.query)
        };
        Self {
            time: OffsetDateTime::now_utc(),
            acl: acl.to_owned(),
            metric: metric.to_owned(),
            action,
            rule_in_group: None,
            overridden: None,
            status: None,
            client: request.client.to_string(),
            method: request.method.to_owned(),
            uri,
            version: format!("{:?}", request.version),
            headers: request.headers.clone(),
        }
    }

    /// Puts AWS WAF's own word in place of a header.
    pub(super) fn hide(&mut self, header: &str) {
        let header = header.to_ascii_lowercase();
        let own = self.headers.iter_mut();
        for (_, value) in own.filter(|(name, _)| name.as_str() == header) {
            *value = HeaderValue::from_static("REDACTED");
        }
    }
}
