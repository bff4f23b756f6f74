//! The actions on dashboards.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Nothing, paged};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::cloudwatch::dashboards::{Stored, arn, check_body, check_name, missing};

/// The size of a page, which is fixed.
const PAGE: usize = 1000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Put {
    dashboard_name: String,
    dashboard_body: String,
}

pub(super) fn put(account: &Account, input: Put) -> Result<Value, AwsError> {
    let refused = |sentence| AwsError::new("InvalidParameterInput", sentence);
    check_name(&input.dashboard_name).map_err(refused)?;
    check_body(&input.dashboard_body).map_err(refused)?;
    account.change(|state| {
        let stored = Stored::new(input.dashboard_body);
        state.dashboards.insert(input.dashboard_name, stored);
    });
    Ok(json!({"DashboardValidationMessages": []}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    dashboard_name: String,
}

pub(super) fn get(account: &Account, input: &Named) -> Result<Value, AwsError> {
    let name = &input.dashboard_name;
    let stored = account.read(|state| state.dashboards.get(name).cloned());
    let stored = stored.ok_or_else(|| missing(name))?;
    Ok(json!({
        "DashboardArn": arn(name),
        "DashboardName": name,
        "DashboardBody": stored.body,
    }))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    dashboard_name_prefix: Option<String>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    dashboard_entries: Vec<Value>,
    next_token: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    let prefix = input.dashboard_name_prefix.as_deref().unwrap_or("");
    let entries: Vec<Value> = account.read(|state| {
        let all = state.dashboards.iter();
        all.filter(|(name, _)| name.starts_with(prefix))
            .map(|(name, stored)| {
                json!({
                    "DashboardName": name,
                    "DashboardArn": arn(name),
                    "LastModified": stored.modified,
                    "Size": stored.body.len(),
                })
            })
            .collect()
    });
    let (dashboard_entries, next_token) = paged(entries, PAGE, input.next_token.as_deref())?;
    Ok(Listed {
        dashboard_entries,
        next_token,
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Names {
    dashboard_names: Vec<String>,
}

/// Deletes dashboards: all of them, or none.
pub(super) fn delete(account: &Account, input: &Names) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let mut names = input.dashboard_names.iter();
        if let Some(unknown) = names.find(|name| !state.dashboards.contains_key(*name)) {
            return Err(missing(unknown));
        }
        for name in &input.dashboard_names {
            state.dashboards.remove(name);
        }
        Ok(Nothing {})
    })
}
