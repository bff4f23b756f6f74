//! HTTPS: the domain and its hosted zone, the record that validates a certificate, and the warning
//! about a page without it.

mod plain;
mod validation;
mod zone;

pub(crate) use plain::{approve_plain_http, warning};
pub(crate) use validation::record_to_make;
pub(crate) use zone::with_hosted_zone;

/// The parameters of the template that turn HTTPS on.
pub(crate) const DOMAIN: &str = "DomainName";
pub(crate) const HOSTED_ZONE: &str = "HostedZoneId";
pub(crate) const CERTIFICATE: &str = "CertificateArn";
