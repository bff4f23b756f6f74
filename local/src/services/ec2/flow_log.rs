//! `AWS::EC2::FlowLog`. It is kept, and writes nothing: no packets go through the network.

use serde::Deserialize;

use super::network::{check_ids, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct FlowLog;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct FlowLogProperties {
    resource_id: String,
}

impl ResourceType for FlowLog {
    const NAME: &'static str = "AWS::EC2::FlowLog";
    const SCHEMA: &'static str = include_str!("flow_log.json");
    type Properties = FlowLogProperties;

    async fn create(request: &Request, properties: &FlowLogProperties) -> Result<Made, String> {
        let named = [("ResourceId", Some(properties.resource_id.as_str()))];
        request.account.read(|state| check_ids(state, &named))?;
        Ok(with_id("fl", "Id"))
    }
}
