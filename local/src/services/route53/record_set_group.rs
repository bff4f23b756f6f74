//! `AWS::Route53::RecordSetGroup`.

use serde::Deserialize;
use serde_json::json;

use super::change::Action;
use super::record_set::{RecordSetProperties, change, remove};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct RecordSetGroup;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RecordSetGroupProperties {
    hosted_zone_id: Option<String>,
    hosted_zone_name: Option<String>,
    record_sets: Vec<RecordSetProperties>,
}

impl RecordSetGroupProperties {
    /// The records. Those that name no zone are in the zone of the group.
    fn records(&self) -> impl Iterator<Item = RecordSetProperties> {
        let zone = (&self.hosted_zone_id, &self.hosted_zone_name);
        self.record_sets.iter().map(move |one| one.in_zone(zone))
    }
}

impl ResourceType for RecordSetGroup {
    const NAME: &'static str = "AWS::Route53::RecordSetGroup";
    const SCHEMA: &'static str = include_str!("record_set_group.json");
    type Properties = RecordSetGroupProperties;

    async fn create(request: &Request, _: &RecordSetGroupProperties) -> Result<Made, String> {
        let id = request.name(None);
        Ok(Made::new(id.clone(), json!({"Id": id})))
    }

    async fn start(
        request: &Request,
        properties: &RecordSetGroupProperties,
        _: &str,
    ) -> Result<(), String> {
        let mut made = Vec::new();
        for record in properties.records() {
            if let Err(reason) = change(request, Action::Create, &record) {
                for record in &made {
                    remove(request, record)?;
                }
                return Err(reason);
            }
            made.push(record);
        }
        Ok(())
    }

    async fn update(
        request: &Request,
        before: &RecordSetGroupProperties,
        after: &RecordSetGroupProperties,
    ) -> Result<(), String> {
        for record in after.records() {
            change(request, Action::Upsert, &record)?;
        }
        for old in before.records() {
            let stays = |new: RecordSetProperties| new.key() == old.key();
            if !after.records().any(stays) {
                remove(request, &old)?;
            }
        }
        Ok(())
    }

    async fn delete(
        request: &Request,
        properties: &RecordSetGroupProperties,
    ) -> Result<(), String> {
        properties
            .records()
            .try_for_each(|record| remove(request, &record))
    }
}
