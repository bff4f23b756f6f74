//! `AWS::CDK::Metadata`, which the CDK adds to every template: it counts constructs, and makes
//! nothing.

use serde::Deserialize;
use serde_json::json;

use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Metadata;

#[derive(Deserialize)]
pub(crate) struct MetadataProperties {}

impl ResourceType for Metadata {
    const NAME: &'static str = "AWS::CDK::Metadata";
    const SCHEMA: &'static str = include_str!("metadata.json");
    type Properties = MetadataProperties;

    async fn create(_: &Request, _: &MetadataProperties) -> Result<Made, String> {
        Ok(Made::new(uuid::Uuid::new_v4().to_string(), json!({})))
    }
}
