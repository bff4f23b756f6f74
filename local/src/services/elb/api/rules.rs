//! Rules: describe, create, modify, reorder and delete.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::change::{self, keep_secret, members};
use super::find::{all, exists, missing};
use super::listeners::described_all;
use super::page::page;
use crate::account::Account;
use crate::aws::{Answer, AwsError, answer, json as read};
use crate::resources::ResourceType as _;
use crate::services::elb::listener::ListenerProperties;
use crate::services::elb::listener_rule::{ListenerRuleProperties, check_rule};
use crate::services::elb::live::refresh;
use crate::services::elb::routing::{Action, Condition};
use crate::services::elb::shift::default_rule_arn;
use crate::services::elb::{Listener, ListenerRule};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    listener_arn: Option<String>,
    rule_arns: Vec<String>,
    marker: Option<String>,
    page_size: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    rules: Vec<Description>,
    next_marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    rule_arn: String,
    priority: String,
    conditions: Vec<Condition>,
    actions: Vec<Action>,
    is_default: bool,
}

pub(super) fn describe(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let rules = match (&input.listener_arn, input.rule_arns.as_slice()) {
        (Some(listener), []) => of_listener(account, listener)?,
        (None, [_, ..]) => by_arn(account, &input.rule_arns)?,
        _ => {
            return Err(AwsError::validation(
                "You must specify either listener ARN or rule ARNs",
            ));
        }
    };
    let (rules, next_marker) = page(rules, input.marker.as_deref(), input.page_size.as_deref())?;
    Ok(Output { rules, next_marker })
}

/// The rules of a listener by priority; the default is the last one.
fn of_listener(account: &Account, listener: &str) -> Result<Vec<Description>, AwsError> {
    let item = exists(account, Listener::NAME, "Listener", listener)?;
    let mut rules: Vec<(u64, Description)> = all(account, ListenerRule::NAME)
        .into_iter()
        .map(|(arn, item)| (arn, item.read::<ListenerRuleProperties>()))
        .filter(|(_, rule)| rule.listener_arn == listener)
        .map(|(arn, rule)| (rule.priority(), description(arn, rule)))
        .collect();
    rules.sort_by_key(|(priority, _)| *priority);
    let default = default_rule(listener, item.read());
    let rules = rules.into_iter().map(|(_, rule)| rule);
    Ok(rules.chain([default]).collect())
}

fn by_arn(account: &Account, arns: &[String]) -> Result<Vec<Description>, AwsError> {
    let rules = arns.iter().map(|arn| {
        let found = account.read(|state| {
            let rule = state.inventory.get(arn).cloned();
            let listeners = state.inventory.of_type(Listener::NAME);
            let mut defaults = listeners.filter(|(listener, _)| default_rule_arn(listener) == *arn);
            (
                rule,
                defaults
                    .next()
                    .map(|(arn, item)| (arn.to_owned(), item.read())),
            )
        });
        match found {
            (Some(item), _) if item.resource_type == ListenerRule::NAME => {
                Ok(description(arn.clone(), item.read()))
            }
            (_, Some((listener, properties))) => Ok(default_rule(&listener, properties)),
            _ => Err(missing("Rule")),
        }
    });
    rules.collect()
}

fn description(rule_arn: String, rule: ListenerRuleProperties) -> Description {
    Description {
        rule_arn,
        priority: rule.priority().to_string(),
        conditions: rule.conditions,
        actions: described_all(rule.actions),
        is_default: false,
    }
}

fn default_rule(listener: &str, properties: ListenerProperties) -> Description {
    Description {
        rule_arn: default_rule_arn(listener),
        priority: "default".into(),
        conditions: Vec::new(),
        actions: described_all(properties.default_actions),
        is_default: true,
    }
}

fn described(account: &Account, arns: &[&str]) -> Answer {
    let input = json!({"RuleArns": arns});
    answer(&input, |input| describe(account, &input))
}

pub(super) async fn create(account: &Arc<Account>, input: &Value) -> Answer {
    let used = [
        "ListenerArn",
        "Conditions",
        "Priority",
        "Actions",
        "Tags",
        "Transforms",
    ];
    let properties = members(input, &used)?;
    let arn = change::create::<ListenerRule>(account, properties, |state, properties| {
        check_rule(state, properties, None)
    })
    .await?;
    described(account, &[&arn])
}

pub(super) async fn modify(account: &Arc<Account>, input: &Value) -> Answer {
    let arn = read::member(input, "RuleArn").unwrap_or("");
    exists(account, ListenerRule::NAME, "Rule", arn)?;
    let mut changes = members(input, &["RuleArn", "Conditions", "Actions", "Transforms"])?;
    changes.remove("RuleArn");
    keep_secret::<ListenerRule>(account, arn, &mut changes, "Actions");
    change::update::<ListenerRule>(account, arn, changes, |state, properties| {
        check_rule(state, properties, Some(arn))
    })
    .await?;
    described(account, &[arn])
}

pub(super) async fn delete(account: &Arc<Account>, input: &Value) -> Answer {
    let arn = read::member(input, "RuleArn").unwrap_or("");
    let is_default = all(account, Listener::NAME)
        .iter()
        .any(|(listener, _)| default_rule_arn(listener) == arn);
    if is_default {
        return Err(AwsError::new(
            "OperationNotPermitted",
            format!("Default rule '{arn}' cannot be deleted"),
        ));
    }
    exists(account, ListenerRule::NAME, "Rule", arn)?;
    change::delete::<ListenerRule>(account, arn, "OperationNotPermitted").await?;
    Ok(json!({}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Reorder {
    rule_priorities: Vec<RulePriority>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct RulePriority {
    rule_arn: String,
    priority: String,
}

/// Sets all priorities in one step, so that rules can swap theirs.
pub(super) fn set_priorities(account: &Arc<Account>, input: &Reorder) -> Answer {
    let mut wanted: Vec<(&str, u64)> = Vec::new();
    for one in &input.rule_priorities {
        exists(account, ListenerRule::NAME, "Rule", &one.rule_arn)?;
        let priority = one
            .priority
            .parse()
            .ok()
            .filter(|number| (1..=50_000).contains(number));
        let priority = priority.ok_or_else(|| {
            AwsError::validation(format!(
                "Priority '{}' must be between 1 and 50000",
                one.priority
            ))
        })?;
        wanted.push((&one.rule_arn, priority));
    }
    let listeners = account.change(|state| {
        let after = |arn: &str, rule: &ListenerRuleProperties| {
            let given = wanted.iter().find(|(known, _)| *known == arn);
            given.map_or(rule.priority(), |(_, priority)| *priority)
        };
        let mut taken = std::collections::BTreeSet::new();
        for (arn, item) in state.inventory.of_type(ListenerRule::NAME) {
            let rule: ListenerRuleProperties = item.read();
            let priority = after(arn, &rule);
            if !taken.insert((rule.listener_arn, priority)) {
                return Err(AwsError::new(
                    "PriorityInUse",
                    format!("Priority '{priority}' is currently in use"),
                ));
            }
        }
        let mut listeners = Vec::new();
        for (arn, priority) in &wanted {
            if let Some(item) = state.inventory.get_mut(ListenerRule::NAME, arn) {
                listeners.push(item.read::<ListenerRuleProperties>().listener_arn);
                item.properties["Priority"] = (*priority).into();
            }
        }
        Ok(listeners)
    })?;
    for listener in listeners {
        refresh(account, &listener, None)
            .map_err(|reason| AwsError::new("InvalidConfigurationRequest", reason))?;
    }
    let arns: Vec<&str> = wanted.iter().map(|(arn, _)| *arn).collect();
    let mut output = described(account, &arns)?;
    if let Some(output) = output.as_object_mut() {
        output.remove("NextMarker");
    }
    Ok(output)
}
