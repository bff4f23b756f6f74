//! Whether a certificate is issued: Route 53 must have the record of each of its domains.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::certificate::{Certificate, CertificateProperties};
use crate::account::{Account, Item, State};
use crate::aws::{ACCOUNT, now};
use crate::resources::ResourceType as _;
use crate::services::route53;

/// A certificate by its ARN.
pub(crate) enum Lookup {
    /// With its domains.
    Issued(Vec<String>),
    /// It waits for its validation.
    Pending,
    Missing,
}

/// The domains of the certificate with this ARN, if it is issued.
pub(crate) fn domains(state: &State, arn: &str) -> Lookup {
    let Some(item) = find(state, arn) else {
        return Lookup::Missing;
    };
    if is_issued(item) {
        Lookup::Issued(item.read::<CertificateProperties>().domains())
    } else {
        Lookup::Pending
    }
}

pub(super) fn find<'a>(state: &'a State, arn: &str) -> Option<&'a Item> {
    let item = state.inventory.get(arn)?;
    (item.resource_type == Certificate::NAME).then_some(item)
}

pub(super) fn is_issued(item: &Item) -> bool {
    item.attributes.contains_key("IssuedAt")
}

/// The CNAME record that proves that one has the domain: its name and its value. Both end with a dot.
pub(super) fn record(domain: &str) -> (String, String) {
    let domain = domain
        .trim_start_matches("*.")
        .trim_end_matches('.')
        .to_ascii_lowercase();
    let digits = |what: &str| {
        let hash = Sha256::digest(format!("{ACCOUNT} {what} {domain}"));
        let digits = hash.iter().map(|byte| format!("{byte:02x}"));
        digits.collect::<String>()
    };
    let (name, value) = (digits("name"), digits("value"));
    (
        format!("_{}.{domain}.", &name[..32]),
        format!("_{}.{}.acm-validations.aws.", &value[..32], &value[32..42]),
    )
}

/// Issues the certificates whose records exist by now.
pub(super) fn validate(account: &Account) {
    let pending = |state: &State| {
        let certificates = state.inventory.of_type(Certificate::NAME);
        let ready = certificates
            .filter(|(_, item)| !is_issued(item))
            .filter(|(_, item)| {
                let properties: CertificateProperties = item.read();
                properties.domains().iter().all(|domain| {
                    let (name, value) = record(domain);
                    route53::has_record(state, &name, "CNAME", &value)
                })
            });
        ready.map(|(arn, _)| arn.to_owned()).collect::<Vec<_>>()
    };
    if account.read(pending).is_empty() {
        return;
    }
    account.change(|state| {
        for arn in pending(state) {
            if let Some(item) = state.inventory.get_mut(Certificate::NAME, &arn) {
                let time = Value::from(now());
                item.attributes.insert("IssuedAt".into(), time);
            }
        }
    });
}
