//! `AWS::CloudFormation::WaitConditionHandle`: the address that takes the signals.

use serde::Deserialize;
use serde_json::json;

use super::signals::ADDRESS;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct WaitConditionHandle;

#[derive(Deserialize)]
pub(crate) struct HandleProperties {}

impl ResourceType for WaitConditionHandle {
    const NAME: &'static str = "AWS::CloudFormation::WaitConditionHandle";
    const SCHEMA: &'static str = include_str!("handle.json");
    type Properties = HandleProperties;

    async fn create(request: &Request, _: &HandleProperties) -> Result<Made, String> {
        let (endpoint, id) = (request.account.endpoint_url(), uuid::Uuid::new_v4());
        Ok(Made::new(format!("{endpoint}{ADDRESS}{id}"), json!({})))
    }

    async fn delete(request: &Request, _: &HandleProperties) -> Result<(), String> {
        let url = &request.physical_id;
        request.account.change(|state| state.signals.forget(url));
        Ok(())
    }
}
