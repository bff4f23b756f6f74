//! What ELB refuses in a listener, in its own words.

use super::attributes::LISTENER;
use super::listener::{Listener, ListenerProperties};
use super::load_balancer::LoadBalancer;
use super::routing::{Place, check_actions};
use super::ssl_policies::is_policy;
use crate::account::State;
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::acm;

/// The quota "Listeners per Application Load Balancer".
const MOST_LISTENERS: usize = 50;

/// Checks the properties of a new listener, or of the existing one with the ARN `own`.
///
/// # Errors
/// The code and message of ELB.
pub(super) fn check_listener(
    state: &State,
    properties: &ListenerProperties,
    own: Option<&str>,
) -> Result<(), AwsError> {
    let balancer = properties.load_balancer_arn.as_str();
    if !state.inventory.has(LoadBalancer::NAME, balancer) {
        return Err(AwsError::new(
            "LoadBalancerNotFound",
            format!("Load balancer '{balancer}' not found"),
        ));
    }
    let Some(protocol) = properties.protocol.as_deref() else {
        return Err(AwsError::validation(
            "A listener protocol must be specified",
        ));
    };
    // As users of Terraform see it for the protocols of another type of load balancer.
    if !["HTTP", "HTTPS"].contains(&protocol) {
        return Err(AwsError::validation(format!(
            "Listener protocol '{protocol}' must be one of 'HTTPS, HTTP'"
        )));
    }
    let Some(port) = properties.port else {
        return Err(AwsError::validation("A listener port must be specified"));
    };
    check_others(state, properties, port, own)?;
    check_tls(state, properties)?;
    LISTENER.check(&properties.listener_attributes)?;
    let place = Place {
        load_balancer: balancer,
        protocol,
        port,
    };
    check_actions(state, &place, &properties.default_actions)
}

fn check_others(
    state: &State,
    properties: &ListenerProperties,
    port: u64,
    own: Option<&str>,
) -> Result<(), AwsError> {
    let balancer = properties.load_balancer_arn.as_str();
    let listeners = state.inventory.of_type(Listener::NAME);
    let others: Vec<ListenerProperties> = listeners
        .filter(|(arn, _)| Some(*arn) != own)
        .map(|(_, item)| item.read::<ListenerProperties>())
        .filter(|other| other.load_balancer_arn == balancer)
        .collect();
    if others.iter().any(|other| other.port == Some(port)) {
        return Err(AwsError::new(
            "DuplicateListener",
            format!("A listener already exists on this port for this load balancer '{balancer}'"),
        ));
    }
    if others.len() >= MOST_LISTENERS {
        return Err(AwsError::new(
            "TooManyListeners",
            format!(
                "The maximum number of listeners has been reached on load balancer '{balancer}'"
            ),
        ));
    }
    Ok(())
}

fn check_tls(state: &State, properties: &ListenerProperties) -> Result<(), AwsError> {
    let certificates: Vec<String> = properties.certificates().collect();
    if !properties.is_tls() {
        // Both as users see them for TCP listeners: https://github.com/USEPA/webcms/pull/526
        if properties.ssl_policy.is_some() {
            return Err(AwsError::validation(
                "An SSL policy cannot be specified for HTTP listeners",
            ));
        }
        if !certificates.is_empty() {
            return Err(AwsError::validation(
                "Certificates cannot be specified for HTTP listeners",
            ));
        }
        return Ok(());
    }
    // https://github.com/pulumi/pulumi/issues/15712
    if certificates.is_empty() {
        return Err(AwsError::validation(
            "A certificate must be specified for HTTPS listeners",
        ));
    }
    if certificates.len() > 1 {
        return Err(AwsError::validation(
            "Up to one certificate can be specified for a listener",
        ));
    }
    if properties
        .mutual_authentication
        .as_ref()
        .is_some_and(|mutual| {
            mutual
                .get("Mode")
                .and_then(serde_json::Value::as_str)
                .unwrap_or("off")
                != "off"
        })
    {
        return Err(AwsError::validation(
            "the local AWS does not do MutualAuthentication of a listener yet",
        ));
    }
    if properties
        .alpn_policy
        .as_ref()
        .is_some_and(|policy| !policy.is_empty())
    {
        return Err(AwsError::new(
            "ALPNPolicyNotSupported",
            "ALPN policies are supported for TLS listeners only",
        ));
    }
    if !is_policy(properties.ssl_policy()) {
        return Err(AwsError::new(
            "SSLPolicyNotFound",
            format!("SSL policy '{}' not found", properties.ssl_policy()),
        ));
    }
    certificates
        .iter()
        .try_for_each(|arn| check_certificate(state, arn))
}

/// Whether the ARN is of a certificate, and of this region.
/// The words: <https://github.com/badmintoncryer/cdk-preflight>
fn check_certificate_arn(arn: &str) -> Result<(), AwsError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let fits = match parts.as_slice() {
        ["arn", _, "acm", _, _, name] => name.starts_with("certificate/"),
        ["arn", _, "iam", _, _, name] => name.starts_with("server-certificate/"),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "Certificate ARN '{arn}' is not valid"
    )))
}

/// # Errors
/// A certificate that does not exist or is not issued. Both messages are public:
/// <https://github.com/hashicorp/terraform-provider-aws/issues/11334> and
/// <https://github.com/hashicorp/terraform-provider-aws/issues/41789>.
pub(super) fn check_certificate(state: &State, arn: &str) -> Result<(), AwsError> {
    check_certificate_arn(arn)?;
    match acm::domains(state, arn) {
        acm::Lookup::Issued(_) => Ok(()),
        acm::Lookup::Pending => Err(AwsError::new(
            "UnsupportedCertificate",
            format!(
                "The certificate '{arn}' must have a fully-qualified domain name, a supported signature, and a supported key size."
            ),
        )),
        acm::Lookup::Missing => Err(AwsError::new(
            "CertificateNotFound",
            format!("Certificate '{arn}' not found"),
        )),
    }
}
