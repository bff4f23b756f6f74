//! `AWS::CloudWatch::Dashboard`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::dashboards::Stored;
use crate::account::{Account, State};
use crate::resources::{Found, Made, Request, ResourceType};

pub(crate) struct Dashboard;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct DashboardProperties {
    dashboard_name: Option<String>,
    dashboard_body: String,
}

impl ResourceType for Dashboard {
    const NAME: &'static str = "AWS::CloudWatch::Dashboard";
    const SCHEMA: &'static str = include_str!("dashboard.json");
    const IDENTIFIER: Option<&'static str> = Some("DashboardName");
    type Properties = DashboardProperties;

    fn exists(_: &Account, state: &State, name: &str) -> bool {
        state.dashboards.contains_key(name)
    }

    async fn create(request: &Request, properties: &DashboardProperties) -> Result<Made, String> {
        let name = request.name(properties.dashboard_name.as_deref());
        Ok(Made::new(name, json!({})))
    }

    fn record(
        state: &mut State,
        properties: &DashboardProperties,
        name: &str,
    ) -> Result<(), String> {
        put(state, properties, name);
        Ok(())
    }

    async fn update(
        request: &Request,
        _: &DashboardProperties,
        properties: &DashboardProperties,
    ) -> Result<(), String> {
        request
            .account
            .change(|state| put(state, properties, &request.physical_id));
        Ok(())
    }

    async fn delete(request: &Request, _: &DashboardProperties) -> Result<(), String> {
        request
            .account
            .change(|state| state.dashboards.remove(&request.physical_id));
        Ok(())
    }

    async fn read(account: &Account, name: &str, expected: &Value) -> Found {
        let Some(stored) = account.read(|state| state.dashboards.get(name).cloned()) else {
            return Found::Gone;
        };
        let mut current = expected.clone();
        current["DashboardBody"] = stored.body.into();
        Found::Properties(current)
    }
}

fn put(state: &mut State, properties: &DashboardProperties, name: &str) {
    let stored = Stored::new(properties.dashboard_body.clone());
    state.dashboards.insert(name.to_owned(), stored);
}
