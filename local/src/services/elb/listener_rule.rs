//! `AWS::ElasticLoadBalancingV2::ListenerRule`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::listener::{Listener, ListenerProperties};
use super::live::refresh;
use super::refused;
use super::routing::{Action, Condition, Place, check_actions, check_conditions};
use crate::account::{Account, State};
use crate::aws::{AwsError, hex_id};
use crate::resources::{Found, Made, Request, ResourceType};

/// The quota "Rules per Application Load Balancer", without default rules.
const MOST_RULES: usize = 100;

pub(crate) struct ListenerRule;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ListenerRuleProperties {
    pub(super) actions: Vec<Action>,
    pub(super) conditions: Vec<Condition>,
    pub(super) listener_arn: String,
    priority: Option<u64>,
    transforms: Option<Vec<Value>>,
}

impl ListenerRuleProperties {
    pub(super) fn priority(&self) -> u64 {
        self.priority.unwrap_or(u64::MAX)
    }

    /// The target groups that it forwards to.
    pub(super) fn target_groups(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().flat_map(Action::target_groups)
    }
}

impl ResourceType for ListenerRule {
    const NAME: &'static str = "AWS::ElasticLoadBalancingV2::ListenerRule";
    const SCHEMA: &'static str = include_str!("listener_rule.json");
    type Properties = ListenerRuleProperties;

    async fn create(
        request: &Request,
        properties: &ListenerRuleProperties,
    ) -> Result<Made, String> {
        let account = &request.account;
        account
            .read(|state| check_rule(state, properties, None))
            .map_err(refused)?;
        let listener = &properties.listener_arn;
        let full_name = listener
            .split_once("listener/")
            .map_or("", |(_, name)| name);
        let resource = format!("listener-rule/{full_name}/{}", hex_id(16));
        let arn = account.arn("elasticloadbalancing", &resource);
        let attributes = json!({"RuleArn": arn, "IsDefault": false});
        Ok(Made::new(arn, attributes))
    }

    async fn start(
        request: &Request,
        properties: &ListenerRuleProperties,
        _: &str,
    ) -> Result<(), String> {
        refresh(&request.account, &properties.listener_arn, None)
    }

    async fn restore(
        account: &Arc<Account>,
        _: &str,
        properties: &ListenerRuleProperties,
    ) -> Result<(), String> {
        refresh(account, &properties.listener_arn, None)
    }

    async fn update(
        request: &Request,
        _: &ListenerRuleProperties,
        properties: &ListenerRuleProperties,
    ) -> Result<(), String> {
        let arn = &request.physical_id;
        request
            .account
            .read(|state| check_rule(state, properties, Some(arn)))
            .map_err(refused)
    }

    fn updated(request: &Request, properties: &ListenerRuleProperties) {
        if let Err(reason) = refresh(&request.account, &properties.listener_arn, None) {
            tracing::warn!("{reason}");
        }
    }

    async fn delete(request: &Request, properties: &ListenerRuleProperties) -> Result<(), String> {
        let without = Some(request.physical_id.as_str());
        refresh(&request.account, &properties.listener_arn, without)
    }

    async fn read(account: &Account, id: &str, expected: &Value) -> Found {
        super::read_properties(account, Self::NAME, id, expected)
    }
}

/// Checks the properties of a new rule, or of the existing one with the ARN `own`.
///
/// # Errors
/// The code and message of ELB.
pub(super) fn check_rule(
    state: &State,
    properties: &ListenerRuleProperties,
    own: Option<&str>,
) -> Result<(), AwsError> {
    let arn = properties.listener_arn.as_str();
    let listener = state
        .inventory
        .get(arn)
        .filter(|item| item.resource_type == Listener::NAME);
    let Some(listener) = listener else {
        return Err(AwsError::new(
            "ListenerNotFound",
            format!("Listeners '{arn}' not found"),
        ));
    };
    let listener: ListenerProperties = listener.read();
    let Some(priority) = properties.priority else {
        return Err(AwsError::validation("A priority must be specified"));
    };
    if !(1..=50_000).contains(&priority) {
        let (least, bound) = if priority == 0 {
            ("greater", 1)
        } else {
            ("less", 50_000)
        };
        return Err(AwsError::validation(format!(
            "1 validation error detected: Value '{priority}' at 'priority' failed to satisfy constraint: Member must have value {least} than or equal to {bound}"
        )));
    }
    check_others(state, arn, priority, own)?;
    check_conditions(&properties.conditions)?;
    if properties
        .transforms
        .as_ref()
        .is_some_and(|transforms| !transforms.is_empty())
    {
        return Err(AwsError::validation(
            "the local AWS does not do Transforms of a rule yet",
        ));
    }
    let place = Place {
        load_balancer: &listener.load_balancer_arn,
        protocol: listener.protocol(),
        port: listener.port(),
    };
    check_actions(state, &place, &properties.actions)
}

fn check_others(
    state: &State,
    listener: &str,
    priority: u64,
    own: Option<&str>,
) -> Result<(), AwsError> {
    let rules = state.inventory.of_type(ListenerRule::NAME);
    let others: Vec<ListenerRuleProperties> = rules
        .filter(|(arn, _)| Some(*arn) != own)
        .map(|(_, item)| item.read::<ListenerRuleProperties>())
        .filter(|other| other.listener_arn == listener)
        .collect();
    if others.iter().any(|other| other.priority == Some(priority)) {
        return Err(AwsError::new(
            "PriorityInUse",
            format!("Priority '{priority}' is currently in use"),
        ));
    }
    if others.len() >= MOST_RULES {
        return Err(AwsError::new(
            "TooManyRules",
            format!("The maximum number of rules has been reached on listener '{listener}'"),
        ));
    }
    Ok(())
}
