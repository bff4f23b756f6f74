//! `AWS::Route53::HostedZone`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::zones::{Record, Zone, absolute};
use crate::account::State;
use crate::aws::suffix;
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct HostedZone;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct HostedZoneProperties {
    name: String,
    hosted_zone_config: Option<Config>,
    #[serde(rename = "VPCs")]
    vpcs: Vec<Value>,
    hosted_zone_tags: Vec<Tag>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

impl HostedZoneProperties {
    fn tags(&self) -> BTreeMap<String, String> {
        let tags = self.hosted_zone_tags.iter();
        tags.map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Config {
    comment: Option<String>,
}

impl ResourceType for HostedZone {
    const NAME: &'static str = "AWS::Route53::HostedZone";
    const SCHEMA: &'static str = include_str!("hosted_zone.json");
    type Properties = HostedZoneProperties;

    async fn create(_: &Request, properties: &HostedZoneProperties) -> Result<Made, String> {
        if !valid_name(&properties.name) {
            return Err(refused(&format!(
                "{} is not a valid domain name",
                properties.name
            )));
        }
        let id = format!("Z{}", suffix(20));
        let servers = if properties.vpcs.is_empty() {
            name_servers()
        } else {
            Vec::new()
        };
        Ok(Made::new(
            id.clone(),
            json!({"Id": id, "NameServers": servers}),
        ))
    }

    fn record(
        state: &mut State,
        properties: &HostedZoneProperties,
        id: &str,
    ) -> Result<(), String> {
        let comment = properties.hosted_zone_config.as_ref();
        let comment = comment.and_then(|config| config.comment.clone());
        let mut zone = new_zone(&properties.name, comment, properties.vpcs.clone());
        zone.tags = properties.tags();
        state.zones.insert(id.to_owned(), zone);
        Ok(())
    }

    fn updated(request: &Request, properties: &HostedZoneProperties) {
        let comment = properties.hosted_zone_config.as_ref();
        let comment = comment.and_then(|config| config.comment.clone());
        request.account.change(|state| {
            if let Some(zone) = state.zones.get_mut(&request.physical_id) {
                zone.comment = comment;
                zone.tags = properties.tags();
            }
        });
    }

    async fn delete(request: &Request, _: &HostedZoneProperties) -> Result<(), String> {
        request
            .account
            .change(|state| remove_zone(state, &request.physical_id))
            .map_err(|message| refused(&message))
    }
}

/// Whether a name consists of labels of 1 to 63 characters.
pub(super) fn valid_name(name: &str) -> bool {
    let is_label = |label: &str| (1..=63).contains(&label.len());
    let name = name.trim_end_matches('.');
    name.len() <= 255 && name.split('.').all(is_label)
}

fn refused(message: &str) -> String {
    refusal(message, "Route53", 400)
}

/// # Errors
/// Route 53's message for a zone that still has records.
pub(super) fn remove_zone(state: &mut State, id: &str) -> Result<(), String> {
    let is_required = |record: &Record| ["NS", "SOA"].contains(&record.r#type.as_str());
    let Some(zone) = state.zones.get(id) else {
        return Ok(());
    };
    if !zone.records.values().all(is_required) {
        return Err(
            "The specified hosted zone contains non-required resource record sets  and so cannot be deleted."
                .into(),
        );
    }
    state.zones.remove(id);
    Ok(())
}

/// A zone with the records that every zone has.
pub(super) fn new_zone(name: &str, comment: Option<String>, vpcs: Vec<Value>) -> Zone {
    let name = absolute(name);
    let servers = name_servers();
    let record = |kind: &str, ttl: u64, values: Vec<String>| Record {
        name: name.clone(),
        r#type: kind.to_owned(),
        ttl: Some(ttl.into()),
        resource_records: Some(values),
        ..Record::default()
    };
    let dotted = servers.iter().map(|server| format!("{server}.")).collect();
    let soa = format!(
        "{}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400",
        servers[0]
    );
    let records = [record("NS", 172_800, dotted), record("SOA", 900, vec![soa])];
    Zone {
        comment,
        vpcs,
        tags: BTreeMap::new(),
        caller_reference: uuid::Uuid::new_v4().to_string(),
        name_servers: servers,
        records: records.into_iter().map(|one| (one.key(), one)).collect(),
        name,
    }
}

fn name_servers() -> Vec<String> {
    [
        ("000", "com"),
        ("512", "net"),
        ("1024", "org"),
        ("1536", "co.uk"),
    ]
    .map(|(number, end)| format!("ns-{number}.awsdns-00.{end}"))
    .to_vec()
}
