//! The certificate authority of the local AWS, which issues the certificates that listeners use.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::account::Account;

/// How long a certificate of ACM is valid (ACM user guide: "13 months (395 days)").
const VALID: Duration = Duration::days(395);

/// How long the authority is valid.
const AUTHORITY_VALID: Duration = Duration::days(3650);

/// The names of this machine. A browser that trusts the authority accepts each certificate for them,
/// too: the address of a load balancer is on 127.0.0.1.
const THIS_MACHINE: [&str; 2] = ["127.0.0.1", "localhost"];

/// The certificate and the key of the authority, in PEM.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AuthorityFiles {
    certificate: String,
    key: String,
}

/// A certificate with its key, both in DER.
#[derive(Clone)]
pub(crate) struct Issued {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

/// The certificates that were issued, by ARN.
#[derive(Default)]
pub(crate) struct Authority(Mutex<HashMap<String, Issued>>);

/// The certificate of the authority, in PEM. The first call makes the authority.
///
/// # Errors
/// One sentence if the keys cannot be made.
pub(crate) fn authority_certificate(account: &Account) -> Result<String, String> {
    files(account).map(|files| files.certificate)
}

/// The certificate with this ARN for `domains`. A second call returns the same.
///
/// # Errors
/// One sentence if it cannot be made.
pub(crate) fn issue(account: &Account, arn: &str, domains: &[String]) -> Result<Issued, String> {
    let mut all = account
        .authority
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.get(arn) {
        return Ok(known.clone());
    }
    let files = files(account)?;
    let issued = sign(&files, domains)
        .map_err(|err| format!("the local AWS cannot make the certificate {arn}: {err}"))?;
    all.insert(arn.to_owned(), issued.clone());
    Ok(issued)
}

fn sign(files: &AuthorityFiles, domains: &[String]) -> Result<Issued, rcgen::Error> {
    let issuer = Issuer::new(authority_params(), KeyPair::from_pem(&files.key)?);
    let mut names = domains.to_vec();
    names.extend(THIS_MACHINE.map(str::to_owned));
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = named(domains.first().map_or("localhost", String::as_str));
    params.not_before = OffsetDateTime::now_utc() - Duration::DAY;
    params.not_after = OffsetDateTime::now_utc() + VALID;
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;
    Ok(Issued {
        certificate: certificate.der().to_vec(),
        key: key.serialize_der(),
    })
}

fn files(account: &Account) -> Result<AuthorityFiles, String> {
    if let Some(known) = account.read(|state| state.authority.clone()) {
        return Ok(known);
    }
    let made = make().map_err(|err| format!("the local AWS cannot make its authority: {err}"))?;
    // Two calls at the same time agree on one authority.
    Ok(account.change(|state| state.authority.get_or_insert(made).clone()))
}

fn make() -> Result<AuthorityFiles, rcgen::Error> {
    let key = KeyPair::generate()?;
    let certificate = authority_params().self_signed(&key)?;
    Ok(AuthorityFiles {
        certificate: certificate.pem(),
        key: key.serialize_pem(),
    })
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named("The local AWS");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = OffsetDateTime::now_utc() - Duration::DAY;
    params.not_after = OffsetDateTime::now_utc() + AUTHORITY_VALID;
    params
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

/// The certificate with this ARN in PEM.
///
/// # Errors
/// One sentence if it cannot be made.
pub(super) fn certificate_pem(
    account: &Account,
    arn: &str,
    domains: &[String],
) -> Result<String, String> {
    let issued = issue(account, arn, domains)?;
    let text = STANDARD.encode(&issued.certificate);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    Ok(format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    ))
}
