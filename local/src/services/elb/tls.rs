//! TLS of an HTTPS listener.

use std::sync::Arc;

use tokio_rustls::rustls::crypto::aws_lc_rs::{default_provider, sign::any_supported_type};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};

use super::ssl_policies::{Versions, versions};
use crate::account::Account;
use crate::services::acm;

/// The configuration for these certificates, the default one first.
///
/// # Errors
/// One sentence if a certificate cannot be made.
pub(super) fn server_config(
    account: &Account,
    certificates: &[String],
    policy: &str,
    http2: bool,
) -> Result<Arc<ServerConfig>, String> {
    let keys: Result<Vec<_>, String> = certificates
        .iter()
        .filter_map(|arn| certified(account, arn).transpose())
        .collect();
    let accepted: &[&SupportedProtocolVersion] = match versions(policy) {
        Versions::Newest => &[&TLS13],
        Versions::Both => &[&TLS13, &TLS12],
        Versions::Older => &[&TLS12],
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(accepted)
        .map_err(|err| format!("the security policy {policy} cannot be used: {err}"))?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Certificates(keys?)));
    if http2 {
        config.alpn_protocols.push(b"h2".to_vec());
    }
    config.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(Arc::new(config))
}

/// The ARN of the certificate that a client gets: the first one that covers the name it asks for, or else
/// the default one.
pub(super) fn chosen(
    account: &Account,
    certificates: &[String],
    asked: Option<&str>,
) -> Option<String> {
    let asked = asked.unwrap_or_default().to_ascii_lowercase();
    let fits = |arn: &&String| match account.read(|state| acm::domains(state, arn)) {
        acm::Lookup::Issued(domains) => domains.iter().any(|domain| covers(domain, &asked)),
        _ => false,
    };
    let fitting = certificates.iter().find(fits);
    fitting.or(certificates.first()).cloned()
}

/// A certificate that was deleted in the meantime is `None`.
fn certified(account: &Account, arn: &str) -> Result<Option<Named>, String> {
    let acm::Lookup::Issued(domains) = account.read(|state| acm::domains(state, arn)) else {
        return Ok(None);
    };
    let issued = acm::issue(account, arn, &domains)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(issued.key));
    let key = any_supported_type(&key)
        .map_err(|err| format!("the key of the certificate {arn} cannot be used: {err}"))?;
    let chain = vec![CertificateDer::from(issued.certificate)];
    Ok(Some(Named {
        domains,
        key: Arc::new(CertifiedKey::new(chain, key)),
    }))
}

#[derive(Debug)]
struct Named {
    domains: Vec<String>,
    key: Arc<CertifiedKey>,
}

/// Chooses the certificate by the name that the client asks for. A client that asks for another name
/// or for none gets the default certificate.
#[derive(Debug)]
struct Certificates(Vec<Named>);

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asked = hello.server_name().map(str::to_ascii_lowercase);
        let fitting = asked.and_then(|asked| {
            let fits = |named: &&Named| named.domains.iter().any(|domain| covers(domain, &asked));
            self.0.iter().find(fits)
        });
        fitting
            .or(self.0.first())
            .map(|named| Arc::clone(&named.key))
    }
}

/// Whether a certificate for `domain`, such as `*.example.com`, is valid for the host.
fn covers(domain: &str, host: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    match domain.strip_prefix("*.") {
        Some(parent) => host.split_once('.').is_some_and(|(_, rest)| rest == parent),
        None => domain == host,
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_covers_one_label() {
        assert!(covers("*.example.com", "a.example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(covers("Example.com", "example.com"));
    }
}
