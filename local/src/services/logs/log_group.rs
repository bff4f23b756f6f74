//! `AWS::Logs::LogGroup`.

use serde::Deserialize;
use serde_json::json;

use crate::account::{Account, Item, State};
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct LogGroup;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct LogGroupProperties {
    pub(super) deletion_protection_enabled: bool,
    log_group_name: Option<String>,
    pub(super) retention_in_days: Option<u64>,
    pub(super) kms_key_id: Option<String>,
    pub(super) log_group_class: Option<String>,
}

/// CloudWatch Logs' sentence for a group that is protected:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protecting-log-groups-from-deletion.html>.
pub(super) const PROTECTED: &str =
    "Cannot delete log group with deletion protection enabled. Disable deletion protection first.";

/// Whether a log group is protected from deletion.
pub(super) fn is_protected(state: &State, name: &str) -> bool {
    let group = state.inventory.get_of(LogGroup::NAME, name);
    group.is_some_and(|group| {
        group
            .read::<LogGroupProperties>()
            .deletion_protection_enabled
    })
}

/// Creates a log group, unless it exists.
pub(crate) fn ensure(account: &Account, name: &str) {
    let item = Item {
        resource_type: LogGroup::NAME.to_owned(),
        properties: json!({"LogGroupName": name}),
        attributes: serde_json::Map::from_iter([(
            "Arn".to_owned(),
            account.arn("logs", &format!("log-group:{name}:*")).into(),
        )]),
    };
    // An error means that it exists.
    let _ = account.change(|state| state.inventory.put(name, item));
}

impl ResourceType for LogGroup {
    const NAME: &'static str = "AWS::Logs::LogGroup";
    const SCHEMA: &'static str = include_str!("log_group.json");
    type Properties = LogGroupProperties;

    async fn create(request: &Request, properties: &LogGroupProperties) -> Result<Made, String> {
        let name = request.name(properties.log_group_name.as_deref());
        let arn = request.account.arn("logs", &format!("log-group:{name}:*"));
        Ok(Made::new(name, json!({"Arn": arn})))
    }

    async fn delete(request: &Request, _: &LogGroupProperties) -> Result<(), String> {
        let account = &request.account;
        if account.read(|state| is_protected(state, &request.physical_id)) {
            return Err(refusal(PROTECTED, "CloudWatchLogs", 400));
        }
        account.logs.remove(&request.physical_id);
        account.change(|state| state.metric_filters.remove(&request.physical_id));
        Ok(())
    }
}
