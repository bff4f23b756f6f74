//! `AWS::Logs::LogStream`.

use serde::Deserialize;
use serde_json::json;

use super::log_group::LogGroup;
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct LogStream;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct LogStreamProperties {
    log_group_name: String,
    log_stream_name: Option<String>,
}

impl LogStreamProperties {
    /// The name of the group; its ARN is accepted, too.
    fn group(&self) -> &str {
        let name = self.log_group_name.as_str();
        let name = name
            .split_once(":log-group:")
            .map_or(name, |(_, name)| name);
        name.strip_suffix(":*").unwrap_or(name)
    }
}

impl ResourceType for LogStream {
    const NAME: &'static str = "AWS::Logs::LogStream";
    const SCHEMA: &'static str = include_str!("log_stream.json");
    type Properties = LogStreamProperties;

    async fn create(request: &Request, properties: &LogStreamProperties) -> Result<Made, String> {
        let group = properties.group();
        let name = request.name(properties.log_stream_name.as_deref());
        let exists = |state: &crate::account::State| state.inventory.has(LogGroup::NAME, group);
        if !request.account.read(exists) {
            let message = "The specified log group does not exist.";
            return Err(refusal(message, "CloudWatchLogs", 400));
        }
        if !request.account.logs.create(group.to_owned(), name.clone()) {
            let message = "The specified log stream already exists";
            return Err(refusal(message, "CloudWatchLogs", 400));
        }
        Ok(Made::new(name, json!({})))
    }

    async fn delete(request: &Request, properties: &LogStreamProperties) -> Result<(), String> {
        let key = (properties.group().to_owned(), request.physical_id.clone());
        request.account.logs.lock().remove(&key);
        Ok(())
    }
}
