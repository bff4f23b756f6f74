//! `AWS::CertificateManager::Certificate`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::validation::{find, is_issued, record, validate};
use crate::account::Account;
use crate::aws::{AwsError, now};
use crate::resources::{Made, Request, ResourceType, refusal};
use crate::services::route53;

/// How long ACM waits for the records (ACM user guide: "72 hours").
const VALIDATION: Duration = Duration::from_hours(72);

/// The shortest time to wait at any pace, so that one can add a record by hand.
const SHORTEST_VALIDATION: Duration = Duration::from_secs(20);

/// How often to look for the records.
const INTERVAL: Duration = Duration::from_millis(50);

/// The quota "Domain names per ACM certificate".
const MOST_DOMAINS: usize = 10;

pub(crate) struct Certificate;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct CertificateProperties {
    pub(super) domain_name: String,
    pub(super) subject_alternative_names: Vec<String>,
    pub(super) domain_validation_options: Vec<DomainValidationOption>,
    pub(super) validation_method: Option<String>,
    pub(super) key_algorithm: Option<String>,
    certificate_authority_arn: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DomainValidationOption {
    pub(super) domain_name: String,
    pub(super) hosted_zone_id: Option<String>,
}

impl CertificateProperties {
    /// All domains, each once.
    pub(super) fn domains(&self) -> Vec<String> {
        let mut domains = vec![self.domain_name.clone()];
        for domain in &self.subject_alternative_names {
            if !domains.contains(domain) {
                domains.push(domain.clone());
            }
        }
        domains
    }
}

impl ResourceType for Certificate {
    const NAME: &'static str = "AWS::CertificateManager::Certificate";
    const SCHEMA: &'static str = include_str!("certificate.json");
    const USUAL_DURATION: Duration = Duration::from_mins(1);
    type Properties = CertificateProperties;

    async fn create(request: &Request, properties: &CertificateProperties) -> Result<Made, String> {
        check(properties).map_err(|err| refusal(&err.message, "Acm", err.status))?;
        let resource = format!("certificate/{}", uuid::Uuid::new_v4());
        let arn = request.account.arn("acm", &resource);
        let attributes = json!({"CertificateArn": arn, "CreatedAt": now()});
        Ok(Made::new(arn, attributes))
    }

    async fn start(
        request: &Request,
        properties: &CertificateProperties,
        _: &str,
    ) -> Result<(), String> {
        for option in &properties.domain_validation_options {
            if let Some(zone) = &option.hosted_zone_id {
                let (name, value) = record(&option.domain_name);
                route53::put_record(&request.account, zone, &name, "CNAME", &value)?;
            }
        }
        validate(&request.account);
        Ok(())
    }

    fn awaits(properties: &CertificateProperties) -> Option<String> {
        let unvalidated = properties.domains().into_iter().filter(|domain| {
            let mut options = properties.domain_validation_options.iter();
            !options.any(|option| option.domain_name == *domain && option.hosted_zone_id.is_some())
        });
        let records: Vec<String> = unvalidated.map(|domain| dns_record(&domain)).collect();
        (!records.is_empty()).then(|| records.join(", "))
    }

    /// Waits for the records of all domains.
    async fn settle(request: &Request) -> Result<(), String> {
        let account = &request.account;
        let longest = account.pace.shrink(VALIDATION).max(SHORTEST_VALIDATION);
        let issued = async {
            while !is_valid(account, &request.physical_id) {
                tokio::time::sleep(INTERVAL).await;
            }
        };
        tokio::time::timeout(longest, issued)
            .await
            .map_err(|_| unvalidated(request))
    }

    async fn delete(request: &Request, _: &CertificateProperties) -> Result<(), String> {
        let arn = &request.physical_id;
        let listeners = [
            "AWS::ElasticLoadBalancingV2::Listener",
            "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        ];
        let is_used = request
            .account
            .read(|state| !state.inventory.users(arn, &listeners).is_empty());
        if is_used {
            return Err(refusal(
                &format!("Certificate {arn} is in use."),
                "Acm",
                400,
            ));
        }
        Ok(())
    }
}

fn is_valid(account: &Account, arn: &str) -> bool {
    validate(account);
    account.read(|state| find(state, arn).is_none_or(is_issued))
}

/// The record that validates a domain, as CloudFormation names it in its events.
fn dns_record(domain: &str) -> String {
    let (name, value) = record(domain);
    format!("Content of DNS Record is: {{Name: {name},Type: CNAME,Value: {value}}}")
}

fn unvalidated(request: &Request) -> String {
    let properties: CertificateProperties =
        serde_json::from_value(request.properties.clone()).unwrap_or_default();
    let records: Vec<String> = properties
        .domains()
        .iter()
        .map(|domain| dns_record(domain))
        .collect();
    format!(
        "Certificate request timed out: its validation records are in no hosted zone. {}",
        records.join(", ")
    )
}

/// # Errors
/// The code and message of ACM.
pub(super) fn check(properties: &CertificateProperties) -> Result<(), AwsError> {
    let refused = |message: String| Err(AwsError::new("ValidationException", message));
    if properties.certificate_authority_arn.is_some() {
        return refused(
            "the local AWS does not do private certificates (CertificateAuthorityArn) yet".into(),
        );
    }
    // A template without ValidationMethod asks for EMAIL.
    if properties.validation_method.as_deref() != Some("DNS") {
        return refused(
            "the local AWS does not do validation by EMAIL yet: set ValidationMethod to DNS".into(),
        );
    }
    let domains = properties.domains();
    if let Some(wrong) = domains.iter().find(|domain| !is_domain(domain)) {
        // The pattern of DomainName in the service model.
        return refused(format!(
            "1 validation error detected: Value '{wrong}' at 'domainName' failed to satisfy constraint: Member must satisfy regular expression pattern: (\\*\\.)?(((?!-)[A-Za-z0-9-]{{0,62}}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{{1,62}}[A-Za-z0-9])"
        ));
    }
    if domains.len() > MOST_DOMAINS {
        return Err(AwsError::new(
            "LimitExceededException",
            format!(
                "Error: you have reached your limit of {MOST_DOMAINS} domains in a certificate."
            ),
        ));
    }
    let options = properties.domain_validation_options.iter();
    let unknown = options
        .map(|option| &option.domain_name)
        .find(|domain| !domains.contains(domain));
    match unknown {
        Some(unknown) => Err(AwsError::new(
            "InvalidDomainValidationOptionsException",
            format!(
                "Domain validation options contain the domain {unknown}, which is not in the certificate."
            ),
        )),
        None => Ok(()),
    }
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain
        .strip_prefix("*.")
        .unwrap_or(domain)
        .split('.')
        .collect();
    let is_label = |label: &&str| {
        let mut letters = label.chars();
        (1..=63).contains(&label.len())
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.len() <= 253 && labels.len() >= 2 && labels.iter().all(is_label)
}

#[cfg(test)]
mod tests {
    use super::is_domain;

    #[test]
    fn domains_have_at_least_two_labels() {
        for (domain, expected) in [
            ("example.com", true),
            ("*.example.com", true),
            ("a.*.example.com", false),
            ("localhost", false),
            ("-a.example.com", false),
            ("example.com.", false),
        ] {
            assert_eq!(is_domain(domain), expected, "{domain}");
        }
    }
}
