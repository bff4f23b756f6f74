//! The conditions of a rule, in the shape of the API, and whether a request meets them.

use std::net::IpAddr;

use axum::http::{HeaderMap, Method};
use serde::{Deserialize, Serialize};

use super::wildcard::matches;
use crate::aws::Block;

/// One condition. `DescribeRules` returns it unchanged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct Condition {
    pub(super) field: String,
    pub(super) values: Option<Vec<String>>,
    pub(super) host_header_config: Option<ValuesConfig>,
    pub(super) path_pattern_config: Option<ValuesConfig>,
    pub(super) http_header_config: Option<HttpHeaderConfig>,
    pub(super) query_string_config: Option<QueryStringConfig>,
    pub(super) http_request_method_config: Option<ValuesConfig>,
    pub(super) source_ip_config: Option<ValuesConfig>,
    pub(super) regex_values: Option<Vec<String>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct ValuesConfig {
    pub(super) values: Vec<String>,
    pub(super) regex_values: Option<Vec<String>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct HttpHeaderConfig {
    pub(super) http_header_name: String,
    pub(super) values: Vec<String>,
    pub(super) regex_values: Option<Vec<String>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct QueryStringConfig {
    pub(super) values: Vec<QueryStringKeyValue>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct QueryStringKeyValue {
    pub(super) key: Option<String>,
    pub(super) value: Option<String>,
}

/// The parts of a request that conditions look at.
pub(in crate::services::elb) struct Asked<'a> {
    pub(in crate::services::elb) method: &'a Method,
    /// Without the port.
    pub(in crate::services::elb) host: &'a str,
    pub(in crate::services::elb) path: &'a str,
    pub(in crate::services::elb) query: &'a str,
    pub(in crate::services::elb) headers: &'a HeaderMap,
    pub(in crate::services::elb) source: IpAddr,
}

impl Condition {
    /// The values of the condition, wherever they are given.
    pub(super) fn values(&self) -> &[String] {
        let config = match self.field.as_str() {
            "host-header" => self.host_header_config.as_ref(),
            "path-pattern" => self.path_pattern_config.as_ref(),
            "http-request-method" => self.http_request_method_config.as_ref(),
            "source-ip" => self.source_ip_config.as_ref(),
            _ => None,
        };
        let values = config.map(|config| config.values.as_slice());
        values.unwrap_or_else(|| self.values.as_deref().unwrap_or(&[]))
    }

    /// Whether the request meets it: any of its values is enough.
    pub(super) fn is_met(&self, asked: &Asked<'_>) -> bool {
        let any = |test: &dyn Fn(&str) -> bool| self.values().iter().any(|value| test(value));
        match self.field.as_str() {
            // Host names and header values are compared without case, paths with it
            // (user guide, "Condition types for listener rules").
            "host-header" => {
                let host = asked.host.to_ascii_lowercase();
                any(&|value| matches(&value.to_ascii_lowercase(), &host))
            }
            "path-pattern" => any(&|value| matches(value, asked.path)),
            "http-request-method" => any(&|value| value == asked.method.as_str()),
            "source-ip" => any(&|value| contains(value, asked.source)),
            "http-header" => self.header_is_met(asked),
            "query-string" => self.query_is_met(asked),
            _ => false,
        }
    }

    fn header_is_met(&self, asked: &Asked<'_>) -> bool {
        let Some(config) = &self.http_header_config else {
            return false;
        };
        let given = asked.headers.get_all(config.http_header_name.as_str());
        given.iter().any(|given| {
            let given = String::from_utf8_lossy(given.as_bytes()).to_ascii_lowercase();
            let mut values = config.values.iter();
            values.any(|value| matches(&value.to_ascii_lowercase(), &given))
        })
    }

    fn query_is_met(&self, asked: &Asked<'_>) -> bool {
        let Some(config) = &self.query_string_config else {
            return false;
        };
        let lower = |text: &str| text.to_ascii_lowercase();
        let pairs: Vec<(String, String)> = form_urlencoded::parse(asked.query.as_bytes())
            .map(|(key, value)| (lower(&key), lower(&value)))
            .collect();
        config.values.iter().any(|wanted| {
            let fits = |given: &str, wanted: Option<&String>| {
                wanted.is_none_or(|wanted| matches(&lower(wanted), given))
            };
            pairs.iter().any(|(key, value)| {
                fits(key, wanted.key.as_ref()) && fits(value, wanted.value.as_ref())
            })
        })
    }
}

fn contains(block: &str, source: IpAddr) -> bool {
    let IpAddr::V4(source) = source else {
        return false;
    };
    let source = Block::parse(&format!("{source}/32"));
    Block::parse(block).is_ok_and(|block| source.is_ok_and(|source| block.contains(source)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn met(condition: serde_json::Value) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert("user-agent", "Mozilla/5.0 Chrome".parse().unwrap());
        let asked = Asked {
            method: &Method::GET,
            host: "Shop.Example.com",
            path: "/img/Cat",
            query: "version=V1&x=%2A",
            headers: &headers,
            source: IpAddr::from([10, 0, 3, 7]),
        };
        serde_json::from_value::<Condition>(condition)
            .unwrap()
            .is_met(&asked)
    }

    #[test]
    fn each_field_looks_at_its_part_of_the_request() {
        for (condition, expected) in [
            (
                json!({"Field": "host-header", "Values": ["*.example.com"]}),
                true,
            ),
            (
                json!({"Field": "host-header", "HostHeaderConfig": {"Values": ["a.com", "shop.example.com"]}}),
                true,
            ),
            (
                json!({"Field": "host-header", "Values": ["example.com"]}),
                false,
            ),
            (json!({"Field": "path-pattern", "Values": ["/img/*"]}), true),
            (
                json!({"Field": "path-pattern", "Values": ["/IMG/*"]}),
                false,
            ),
            (
                json!({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/img/C?t"]}}),
                true,
            ),
            (
                json!({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "HEAD"]}}),
                true,
            ),
            (
                json!({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}}),
                false,
            ),
            (
                json!({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/22"]}}),
                true,
            ),
            (
                json!({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.1.0.0/16"]}}),
                false,
            ),
            (
                json!({"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "User-Agent", "Values": ["*chrome*"]}}),
                true,
            ),
            (
                json!({"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "Accept", "Values": ["*"]}}),
                false,
            ),
            (
                json!({"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "version", "Value": "v1"}]}}),
                true,
            ),
            (
                json!({"Field": "query-string", "QueryStringConfig": {"Values": [{"Value": "\\*"}]}}),
                true,
            ),
            (
                json!({"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "v1"}]}}),
                false,
            ),
        ] {
            assert_eq!(met(condition.clone()), expected, "{condition}");
        }
    }
}
