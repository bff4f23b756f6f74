//! The certificates of a listener.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::change;
use super::find::{all, exists};
use super::page::page;
use crate::account::Account;
use crate::aws::{Answer, AwsError};
use crate::resources::ResourceType as _;
use crate::services::elb::listener::ListenerProperties;
use crate::services::elb::listener_certificate::{self, ListenerCertificateProperties};
use crate::services::elb::{Listener, ListenerCertificate};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    listener_arn: String,
    certificates: Vec<Given>,
    marker: Option<String>,
    page_size: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Given {
    certificate_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    certificate_arn: String,
    is_default: bool,
}

pub(super) fn describe(account: &Account, input: &Input) -> Answer {
    let all = certificates(account, &input.listener_arn)?;
    let size = input.page_size.as_deref();
    let (certificates, next) = page(all, input.marker.as_deref(), size)?;
    Ok(json!({"Certificates": certificates, "NextMarker": next}))
}

fn certificates(account: &Account, listener: &str) -> Result<Vec<Listed>, AwsError> {
    let item = exists(account, Listener::NAME, "Listener", listener)?;
    let default = item.read::<ListenerProperties>();
    let mut listed: Vec<Listed> = default
        .certificates()
        .map(|certificate_arn| Listed {
            certificate_arn,
            is_default: true,
        })
        .collect();
    for (_, item) in lists(account, listener) {
        let more = item.arns().into_iter();
        listed.extend(more.map(|certificate_arn| Listed {
            certificate_arn,
            is_default: false,
        }));
    }
    Ok(listed)
}

fn lists(account: &Account, listener: &str) -> Vec<(String, ListenerCertificateProperties)> {
    let lists = all(account, ListenerCertificate::NAME).into_iter();
    lists
        .map(|(id, item)| (id, item.read::<ListenerCertificateProperties>()))
        .filter(|(_, list)| list.listener_arn == listener)
        .collect()
}

pub(super) async fn add(account: &Arc<Account>, input: &Input) -> Answer {
    let _turn = change::turn(account).await;
    let known = certificates(account, &input.listener_arn)?;
    let arns: Vec<&str> = input
        .certificates
        .iter()
        .map(|one| one.certificate_arn.as_str())
        .collect();
    let fresh = arns
        .iter()
        .filter(|arn| !known.iter().any(|one| one.certificate_arn == **arn));
    let fresh: Vec<Value> = fresh.map(|arn| json!({"CertificateArn": arn})).collect();
    if !fresh.is_empty() {
        let properties = Map::from_iter([
            ("ListenerArn".to_owned(), json!(input.listener_arn)),
            ("Certificates".to_owned(), json!(fresh)),
        ]);
        change::create::<ListenerCertificate>(account, properties, |state, properties| {
            listener_certificate::check(state, properties)
        })
        .await?;
    }
    let added = arns
        .iter()
        .map(|arn| json!({"CertificateArn": arn, "IsDefault": false}));
    Ok(json!({"Certificates": added.collect::<Vec<_>>()}))
}

pub(super) async fn remove(account: &Arc<Account>, input: &Input) -> Answer {
    let _turn = change::turn(account).await;
    let known = certificates(account, &input.listener_arn)?;
    let named = |arn: &str| {
        input
            .certificates
            .iter()
            .any(|one| one.certificate_arn == arn)
    };
    if known
        .iter()
        .any(|one| one.is_default && named(&one.certificate_arn))
    {
        return Err(AwsError::new(
            "OperationNotPermitted",
            "Default certificate cannot be removed",
        ));
    }
    for (id, list) in lists(account, &input.listener_arn) {
        let arns = list.arns();
        let kept: Vec<Value> = arns
            .iter()
            .filter(|arn| !named(arn))
            .map(|arn| json!({"CertificateArn": arn}))
            .collect();
        if kept.is_empty() {
            change::delete::<ListenerCertificate>(account, &id, "OperationNotPermitted").await?;
        } else if kept.len() < arns.len() {
            let changes = Map::from_iter([("Certificates".to_owned(), json!(kept))]);
            change::update_in_turn::<ListenerCertificate>(account, &id, changes, |_, _| Ok(()))
                .await?;
        }
    }
    Ok(json!({}))
}
