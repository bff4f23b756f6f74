//! `AWS::ElasticLoadBalancingV2::ListenerCertificate`: more certificates of an HTTPS listener.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::check_listener::check_certificate;
use super::listener::{Certificate, Listener, ListenerProperties};
use super::live::refresh;
use super::refused;
use crate::account::{Account, State};
use crate::aws::{AwsError, hex_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct ListenerCertificate;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ListenerCertificateProperties {
    pub(super) listener_arn: String,
    pub(super) certificates: Vec<Certificate>,
}

impl ListenerCertificateProperties {
    /// The ARNs of the certificates.
    pub(super) fn arns(&self) -> Vec<String> {
        let certificates = self.certificates.iter();
        certificates
            .filter_map(|one| one.certificate_arn.clone())
            .collect()
    }
}

impl ResourceType for ListenerCertificate {
    const NAME: &'static str = "AWS::ElasticLoadBalancingV2::ListenerCertificate";
    const SCHEMA: &'static str = include_str!("listener_certificate.json");
    type Properties = ListenerCertificateProperties;

    async fn create(
        request: &Request,
        properties: &ListenerCertificateProperties,
    ) -> Result<Made, String> {
        request
            .account
            .read(|state| check(state, properties))
            .map_err(refused)?;
        let id = format!("{}|{}", properties.listener_arn, hex_id(8));
        Ok(Made::new(id.clone(), json!({"Id": id})))
    }

    async fn start(
        request: &Request,
        properties: &ListenerCertificateProperties,
        _: &str,
    ) -> Result<(), String> {
        refresh(&request.account, &properties.listener_arn, None)
    }

    async fn restore(
        account: &Arc<Account>,
        _: &str,
        properties: &ListenerCertificateProperties,
    ) -> Result<(), String> {
        refresh(account, &properties.listener_arn, None)
    }

    async fn update(
        request: &Request,
        _: &ListenerCertificateProperties,
        properties: &ListenerCertificateProperties,
    ) -> Result<(), String> {
        request
            .account
            .read(|state| check(state, properties))
            .map_err(refused)
    }

    fn updated(request: &Request, properties: &ListenerCertificateProperties) {
        if let Err(reason) = refresh(&request.account, &properties.listener_arn, None) {
            tracing::warn!("{reason}");
        }
    }

    async fn delete(
        request: &Request,
        properties: &ListenerCertificateProperties,
    ) -> Result<(), String> {
        let without = Some(request.physical_id.as_str());
        refresh(&request.account, &properties.listener_arn, without)
    }
}

/// # Errors
/// The code and message of ELB.
pub(super) fn check(
    state: &State,
    properties: &ListenerCertificateProperties,
) -> Result<(), AwsError> {
    let arn = &properties.listener_arn;
    let listener = state.inventory.of_type(Listener::NAME);
    let Some((_, listener)) = listener.into_iter().find(|(known, _)| *known == arn) else {
        return Err(AwsError::new(
            "ListenerNotFound",
            format!("Listeners '{arn}' not found"),
        ));
    };
    if !listener.read::<ListenerProperties>().is_tls() {
        return Err(AwsError::validation(
            "Certificates cannot be specified for HTTP listeners",
        ));
    }
    let arns = properties.arns();
    arns.iter()
        .try_for_each(|arn| check_certificate(state, arn))
}
