//! The attributes of a listener that name or set a header.
//!
//! Source: user guide for Application Load Balancers, "HTTP header modification", and the service
//! model (`ListenerAttribute`).

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::attributes::Attribute;

/// Each attribute for a header of responses, with the header that the load balancer sets.
const RESPONSE: [(&str, &str); 10] = [
    (
        "routing.http.response.strict_transport_security.header_value",
        "strict-transport-security",
    ),
    (
        "routing.http.response.access_control_allow_origin.header_value",
        "access-control-allow-origin",
    ),
    (
        "routing.http.response.access_control_allow_methods.header_value",
        "access-control-allow-methods",
    ),
    (
        "routing.http.response.access_control_allow_headers.header_value",
        "access-control-allow-headers",
    ),
    (
        "routing.http.response.access_control_allow_credentials.header_value",
        "access-control-allow-credentials",
    ),
    (
        "routing.http.response.access_control_expose_headers.header_value",
        "access-control-expose-headers",
    ),
    (
        "routing.http.response.access_control_max_age.header_value",
        "access-control-max-age",
    ),
    (
        "routing.http.response.content_security_policy.header_value",
        "content-security-policy",
    ),
    (
        "routing.http.response.x_content_type_options.header_value",
        "x-content-type-options",
    ),
    (
        "routing.http.response.x_frame_options.header_value",
        "x-frame-options",
    ),
];

const TLS_VERSION: &str = "routing.http.request.x_amzn_tls_version.header_name";
const TLS_CIPHER: &str = "routing.http.request.x_amzn_tls_cipher_suite.header_name";

/// The attributes for headers of requests.
const REQUEST: [&str; 8] = [
    TLS_VERSION,
    TLS_CIPHER,
    "routing.http.request.x_amzn_mtls_clientcert.header_name",
    "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name",
    "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name",
    "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
    "routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
    "routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
];

/// Whether a listener has an attribute with this key that names or sets a header.
pub(super) fn is_header(key: &str) -> bool {
    REQUEST.contains(&key) || RESPONSE.iter().any(|(known, _)| *known == key)
}

/// What the attributes of a listener change in headers.
pub(super) struct Headers {
    /// The names under which a target sees the version and the cipher of TLS.
    pub(super) tls_version: HeaderName,
    pub(super) tls_cipher: HeaderName,
    response: Vec<(HeaderName, HeaderValue)>,
}

impl Headers {
    pub(super) fn of(given: &[Attribute]) -> Self {
        let value = |key: &str| {
            let given = given.iter().find(|attribute| attribute.key == key)?;
            Some(given.value.as_str()).filter(|value| !value.is_empty())
        };
        let name = |key, default| {
            let given = value(key).and_then(|name| name.parse().ok());
            given.unwrap_or(HeaderName::from_static(default))
        };
        let response = RESPONSE.iter().filter_map(|(key, header)| {
            let value = HeaderValue::from_str(value(key)?).ok()?;
            Some((HeaderName::from_static(header), value))
        });
        Self {
            tls_version: name(TLS_VERSION, "x-amzn-tls-version"),
            tls_cipher: name(TLS_CIPHER, "x-amzn-tls-cipher-suite"),
            response: response.collect(),
        }
    }

    /// Sets the headers of a response. A value of the target is replaced.
    pub(super) fn set(&self, headers: &mut HeaderMap) {
        headers.extend(self.response.iter().cloned());
    }
}
