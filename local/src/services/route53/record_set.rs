//! `AWS::Route53::RecordSet`.

use serde::Deserialize;
use serde_json::json;

use super::change::{Action, apply};
use super::zones::{Record, absolute, zone_id};
use crate::account::State;
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct RecordSet;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RecordSetProperties {
    hosted_zone_id: Option<String>,
    hosted_zone_name: Option<String>,
    #[serde(flatten)]
    record: Record,
}

impl RecordSetProperties {
    fn record(&self) -> Record {
        self.record.clone().kept()
    }

    /// The record in this zone, unless it names one of its own.
    pub(super) fn in_zone(&self, (id, name): (&Option<String>, &Option<String>)) -> Self {
        let is_set = self.hosted_zone_id.is_some() || self.hosted_zone_name.is_some();
        let own = (&self.hosted_zone_id, &self.hosted_zone_name);
        let (id, name) = if is_set { own } else { (id, name) };
        Self {
            hosted_zone_id: id.clone(),
            hosted_zone_name: name.clone(),
            record: self.record.clone(),
        }
    }

    /// What tells it from the other records of its zone.
    pub(super) fn key(&self) -> String {
        self.record().key()
    }

    /// The id of the zone.
    fn zone(&self, state: &State) -> Result<String, String> {
        if let Some(id) = &self.hosted_zone_id {
            return Ok(zone_id(id).to_owned());
        }
        let name = absolute(self.hosted_zone_name.as_deref().unwrap_or(""));
        let mut named = state.zones.iter().filter(|(_, zone)| zone.name == name);
        match (named.next(), named.next()) {
            (Some((id, _)), None) => Ok(id.clone()),
            (None, _) => Err(format!("No hosted zones named {name} found")),
            _ => Err(format!("More than one hosted zones with name {name}")),
        }
    }
}

impl ResourceType for RecordSet {
    const NAME: &'static str = "AWS::Route53::RecordSet";
    const SCHEMA: &'static str = include_str!("record_set.json");
    type Properties = RecordSetProperties;

    async fn create(request: &Request, properties: &RecordSetProperties) -> Result<Made, String> {
        let record = properties.record();
        let name = record.name.trim_end_matches('.').to_owned();
        // Records of two types can have one name.
        let long = format!("{name}|{}", record.key());
        let is_taken = |id: &str| {
            request
                .account
                .read(|state| state.inventory.has(Self::NAME, id))
        };
        let id = if is_taken(&name) { long } else { name };
        Ok(Made::new(id, json!({})))
    }

    async fn start(
        request: &Request,
        properties: &RecordSetProperties,
        _: &str,
    ) -> Result<(), String> {
        change(request, Action::Create, properties)
    }

    async fn update(
        request: &Request,
        before: &RecordSetProperties,
        properties: &RecordSetProperties,
    ) -> Result<(), String> {
        change(request, Action::Upsert, properties)?;
        if before.record().key() == properties.record().key() {
            return Ok(());
        }
        change(request, Action::Delete, before)
    }

    async fn delete(request: &Request, properties: &RecordSetProperties) -> Result<(), String> {
        remove(request, properties)
    }
}

/// Deletes a record if it is still as it was written.
pub(super) fn remove(request: &Request, properties: &RecordSetProperties) -> Result<(), String> {
    let record = properties.record();
    let exists = request.account.read(|state| {
        let zone = properties.zone(state).ok();
        let zone = zone.and_then(|zone| state.zones.get(&zone));
        zone.is_some_and(|zone| zone.records.get(&record.key()) == Some(&record))
    });
    if exists {
        change(request, Action::Delete, properties)?;
    }
    Ok(())
}

pub(super) fn change(
    request: &Request,
    action: Action,
    properties: &RecordSetProperties,
) -> Result<(), String> {
    let changed = request.account.change(|state| {
        let zone = properties.zone(state)?;
        apply(state, &zone, action, &properties.record())
    });
    changed.map_err(|message| refusal(&message, "Route53", 400))
}
