//! `AWS::CloudFormation::WaitCondition`: it is complete once enough signals have come.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::signals::Signal;
use crate::account::{Account, State};
use crate::aws::json::text;
use crate::resources::{Made, Request, ResourceType};

/// How long to wait between two looks at the signals.
const PAUSE: Duration = Duration::from_millis(20);

/// A program that signals takes its own time, at whatever pace.
const LEAST: Duration = Duration::from_secs(10);

pub(crate) struct WaitCondition;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ConditionProperties {
    handle: Option<String>,
    count: Option<usize>,
    /// Seconds.
    timeout: Option<String>,
}

impl ConditionProperties {
    fn of(request: &Request) -> Self {
        crate::aws::read(&request.properties).unwrap_or_default()
    }

    fn count(&self) -> usize {
        self.count.unwrap_or(1)
    }
}

impl ResourceType for WaitCondition {
    const NAME: &'static str = "AWS::CloudFormation::WaitCondition";
    const SCHEMA: &'static str = include_str!("condition.json");
    type Properties = ConditionProperties;

    async fn create(request: &Request, properties: &ConditionProperties) -> Result<Made, String> {
        if properties.handle.is_none() {
            return Err(
                "the local AWS does not do a wait condition with a CreationPolicy yet".into(),
            );
        }
        if properties.timeout.is_none() {
            return Err("Property Timeout cannot be empty.".into());
        }
        let name = request.name(None);
        let id = request
            .account
            .arn("cloudformation", &format!("waitcondition/{name}"));
        Ok(Made::new(id, json!({})))
    }

    async fn settle(request: &Request) -> Result<(), String> {
        let properties = ConditionProperties::of(request);
        let (handle, wanted) = (
            properties.handle.as_deref().unwrap_or(""),
            properties.count(),
        );
        let seconds = properties.timeout.as_deref().unwrap_or("");
        let seconds = seconds.parse().unwrap_or(0).min(43_200);
        let limit = request.account.pace.shrink(Duration::from_secs(seconds));
        let end = Instant::now() + limit.max(LEAST);
        loop {
            let received = request.account.read(|state| received(state, handle))?;
            if received >= wanted {
                return Ok(());
            }
            if Instant::now() >= end {
                return Err(format!(
                    "WaitCondition timed out. Received {received} conditions when expecting {wanted}"
                ));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The data of the signals, by their ids.
    async fn settled(account: &Account, id: &str) -> Map<String, Value> {
        let data = account.read(|state| {
            let item = state.inventory.get_of(Self::NAME, id)?;
            let handle = text(item.properties.get("Handle")?);
            let signals = state.signals.of(&handle);
            let data: Map<String, Value> = signals
                .map(|signal| (signal.unique_id.clone(), signal.data.clone().into()))
                .collect();
            Some(Value::Object(data).to_string())
        });
        let data = data.map(|data| ("Data".to_owned(), data.into()));
        data.into_iter().collect()
    }

    async fn update(
        _: &Request,
        _: &ConditionProperties,
        _: &ConditionProperties,
    ) -> Result<(), String> {
        Err(format!(
            "Update to resource type {} is not supported.",
            Self::NAME
        ))
    }
}

/// How many signals of success a handle has.
///
/// # Errors
/// AWS's reason if one of them is of a failure.
fn received(state: &State, handle: &str) -> Result<usize, String> {
    let is_success = |signal: &&Signal| signal.status == "SUCCESS";
    if let Some(failed) = state.signals.of(handle).find(|signal| !is_success(signal)) {
        return Err(format!(
            "WaitCondition received failed message: '{}' for uniqueId: {}",
            failed.reason, failed.unique_id
        ));
    }
    Ok(state.signals.of(handle).filter(is_success).count())
}
