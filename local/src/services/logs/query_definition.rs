//! `AWS::Logs::QueryDefinition`: a query of Logs Insights that is saved.

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::resources::{Made, Request, ResourceType};

pub(crate) struct QueryDefinition;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct QueryDefinitionProperties {
    pub(super) name: String,
    pub(super) query_string: String,
    pub(super) log_group_names: Vec<String>,
    pub(super) query_language: Option<String>,
}

impl QueryDefinitionProperties {
    /// The language of the query: the one of Logs Insights unless it says another one.
    pub(super) fn language(&self) -> &str {
        self.query_language.as_deref().unwrap_or("CWLI")
    }
}

impl ResourceType for QueryDefinition {
    const NAME: &'static str = "AWS::Logs::QueryDefinition";
    const SCHEMA: &'static str = include_str!("query_definition.json");
    type Properties = QueryDefinitionProperties;

    async fn create(_: &Request, _: &QueryDefinitionProperties) -> Result<Made, String> {
        let id = Uuid::new_v4().to_string();
        let attributes = json!({"QueryDefinitionId": id});
        Ok(Made::new(id, attributes))
    }
}
