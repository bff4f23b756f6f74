//! `AWS::Budgets::Budget`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Budget;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct BudgetProperties {
    pub(super) budget: Value,
    pub(super) notifications_with_subscribers: Vec<Value>,
}

impl ResourceType for Budget {
    const NAME: &'static str = "AWS::Budgets::Budget";
    const SCHEMA: &'static str = include_str!("budget.json");
    type Properties = BudgetProperties;

    async fn create(request: &Request, properties: &BudgetProperties) -> Result<Made, String> {
        let name = request.name(properties.budget["BudgetName"].as_str());
        Ok(Made::new(name.clone(), json!({"Id": name})))
    }
}
