//! `PutAccountSetting`, `PutAccountSettingDefault`, `DeleteAccountSetting` and `ListAccountSettings`.
//!
//! Defaults and values:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::account::Account;
use crate::aws::{ACCOUNT, Answer, AwsError, PARTITION, page, page_size};

/// The settings that differ from the defaults, by name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct AccountSettings(BTreeMap<String, String>);

/// A setting: its name, its default, its other values, and whether the local AWS does them.
const SETTINGS: [(&str, &str, &[&str], bool); 11] = [
    ("awsvpcTrunking", "disabled", &["enabled"], true),
    (
        "containerInsights",
        "disabled",
        &["enabled", "enhanced"],
        false,
    ),
    ("containerInstanceLongArnFormat", "enabled", &[], true),
    ("defaultLogDriverMode", "non-blocking", &["blocking"], true),
    ("fargateEventWindows", "disabled", &["enabled"], true),
    ("fargateFIPSMode", "disabled", &["enabled"], false),
    ("fargateTaskRetirementWaitPeriod", "7", &["0", "14"], true),
    ("guardDutyActivate", "off", &[], true),
    ("serviceLongArnFormat", "enabled", &[], true),
    ("tagResourceAuthorization", "off", &["on"], false),
    ("taskLongArnFormat", "enabled", &[], true),
];

/// The one that all settings belong to: the local AWS has no users.
fn root() -> String {
    format!("arn:{PARTITION}:iam::{ACCOUNT}:root")
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Put {
    name: String,
    value: String,
    principal_arn: Option<String>,
}

pub(super) fn put(account: &Account, input: &Put) -> Answer {
    check_principal(input.principal_arn.as_deref())?;
    let (name, value) = (input.name.as_str(), input.value.as_str());
    let (_, default, others, is_done) = known(name)?;
    if value != *default {
        if !others.contains(&value) {
            return Err(invalid(&format!("Invalid value for {name}: {value}")));
        }
        if !is_done {
            return Err(AwsError::unsupported(&format!(
                "the account setting {name} with the value {value}"
            )));
        }
    }
    account.change(|state| {
        let settings = &mut state.ecs_settings.0;
        settings.insert(name.to_owned(), value.to_owned());
    });
    Ok(json!({"setting": shown(name, value)}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Delete {
    name: String,
    principal_arn: Option<String>,
}

pub(super) fn delete(account: &Account, input: &Delete) -> Answer {
    check_principal(input.principal_arn.as_deref())?;
    let (name, default, ..) = known(&input.name)?;
    account.change(|state| state.ecs_settings.0.remove(*name));
    Ok(json!({"setting": shown(name, default)}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    name: Option<String>,
    value: Option<String>,
    principal_arn: Option<String>,
    effective_settings: bool,
    next_token: Option<String>,
    max_results: Option<i64>,
}

/// Lists what was set, or what is effective.
pub(super) fn list(account: &Account, input: &List) -> Answer {
    check_principal(input.principal_arn.as_deref())?;
    let all: Vec<(&str, String)> = account.read(|state| {
        let set = &state.ecs_settings.0;
        let all = SETTINGS.iter().filter_map(|(name, default, ..)| {
            let value = set.get(*name).cloned();
            let default = input.effective_settings.then(|| (*default).to_owned());
            Some((*name, value.or(default)?))
        });
        all.collect()
    });
    let wanted =
        |given: &Option<String>, found: &str| given.as_deref().is_none_or(|given| given == found);
    let all = all
        .into_iter()
        .filter(|(name, value)| wanted(&input.name, name) && wanted(&input.value, value));
    let all = all.map(|(name, value)| shown(name, &value));
    // The page has ten entries (`maxResults` in the model).
    let size = page_size(input.max_results, 10);
    let page = page(all, size, input.next_token.as_deref());
    let (settings, next) = page.ok_or_else(|| invalid("Invalid token"))?;
    Ok(json!({"settings": settings, "nextToken": next}))
}

fn known(
    name: &str,
) -> Result<&'static (&'static str, &'static str, &'static [&'static str], bool), AwsError> {
    let mut all = SETTINGS.iter();
    all.find(|(known, ..)| *known == name)
        .ok_or_else(|| invalid(&format!("Invalid setting name: {name}")))
}

fn check_principal(given: Option<&str>) -> Result<(), AwsError> {
    if given.is_none_or(|given| given == root()) {
        Ok(())
    } else {
        Err(AwsError::not_yet("principalArn"))
    }
}

fn shown(name: &str, value: &str) -> Value {
    let kind = if name == "guardDutyActivate" {
        "aws_managed"
    } else {
        "user"
    };
    json!({"name": name, "value": value, "principalArn": root(), "type": kind})
}

fn invalid(sentence: &str) -> AwsError {
    AwsError::new("InvalidParameterException", sentence)
}
