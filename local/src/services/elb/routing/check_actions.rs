//! What ELB refuses in the actions of a listener or a rule, in its own words.

use std::collections::BTreeSet;

use super::action::{Action, RedirectConfig};
use super::check_oidc::check_oidc;
use crate::account::State;
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::elb::associations::load_balancers_of;
use crate::services::elb::target_group::{TargetGroup, TargetGroupProperties};

/// The most target groups of one action (quota "Target Groups per Action per Application Load
/// Balancer").
const MOST_GROUPS: usize = 5;

/// Where the actions run.
pub(in crate::services::elb) struct Place<'a> {
    pub(in crate::services::elb) load_balancer: &'a str,
    /// The protocol and the port of the listener.
    pub(in crate::services::elb) protocol: &'a str,
    pub(in crate::services::elb) port: u64,
}

/// # Errors
/// The code and message of ELB, with the source beside each message.
pub(in crate::services::elb) fn check_actions(
    state: &State,
    place: &Place<'_>,
    actions: &[Action],
) -> Result<(), AwsError> {
    let [_, ..] = actions else {
        // API_CreateListener: "DefaultActions […] Required: Yes".
        return Err(AwsError::validation(
            "A listener must have at least one action",
        ));
    };
    let ends = |action: &&Action| {
        ["forward", "redirect", "fixed-response"].contains(&action.r#type.as_str())
    };
    let last: Vec<&str> = actions
        .iter()
        .filter(ends)
        .map(|action| action.r#type.as_str())
        .collect();
    if last.len() > 1 {
        // https://github.com/badmintoncryer/cdk-preflight
        return Err(invalid(&format!(
            "Action types '{}' cannot be specified together",
            last.join(",")
        )));
    }
    if last.is_empty() {
        // API_CreateRule: "Each rule must include exactly one of the following types of actions:
        // forward, redirect, or fixed-response".
        return Err(invalid(
            "Each rule must include exactly one of the following types of actions: forward, redirect, or fixed-response",
        ));
    }
    check_order(actions)?;
    let last = actions
        .iter()
        .max_by_key(|action| action.order.unwrap_or(0));
    if actions.len() > 1 && !last.as_ref().is_some_and(ends) {
        // The same page: "it must be the last action to be performed".
        return Err(invalid(
            "The forward, redirect, or fixed-response action must be the last action to be performed",
        ));
    }
    actions
        .iter()
        .try_for_each(|action| check_action(state, place, action))
}

/// `API_Action`: "The order for the action. This value is required for rules with multiple actions."
fn check_order(actions: &[Action]) -> Result<(), AwsError> {
    let logins: Vec<&str> = actions
        .iter()
        .map(|action| action.r#type.as_str())
        .filter(|kind| kind.starts_with("authenticate-"))
        .collect();
    if logins.len() > 1 {
        return Err(invalid(&format!(
            "Action types '{}' cannot be specified together",
            logins.join(",")
        )));
    }
    let orders: BTreeSet<u64> = actions.iter().filter_map(|action| action.order).collect();
    if actions.len() > 1 && orders.len() < actions.len() {
        return Err(invalid(
            "An order that is unique must be specified for each action of a rule with multiple actions",
        ));
    }
    Ok(())
}

fn check_action(state: &State, place: &Place<'_>, action: &Action) -> Result<(), AwsError> {
    match action.r#type.as_str() {
        "forward" => check_forward(state, place, action),
        "redirect" => match &action.redirect_config {
            Some(redirect) => check_redirect(place, redirect),
            None => Err(missing("redirect", "RedirectConfig")),
        },
        "fixed-response" => match &action.fixed_response_config {
            Some(_) => Ok(()),
            None => Err(missing("fixed-response", "FixedResponseConfig")),
        },
        "authenticate-oidc" => match action.oidc() {
            Some(oidc) => check_oidc(place.protocol, oidc),
            None => Err(missing("authenticate-oidc", "AuthenticateOidcConfig")),
        },
        kind @ ("authenticate-cognito" | "jwt-validation") => Err(invalid(&format!(
            "the local AWS does not do actions of type {kind} yet"
        ))),
        // The words of the service's own validation of an enumeration.
        other => Err(AwsError::validation(format!(
            "1 validation error detected: Value '{other}' at 'actions.1.member.type' failed to satisfy constraint: Member must satisfy enum value set: [forward, authenticate-oidc, authenticate-cognito, redirect, fixed-response, jwt-validation]"
        ))),
    }
}

/// <https://github.com/hashicorp/terraform/issues/32620>
fn missing(kind: &str, field: &str) -> AwsError {
    invalid(&format!(
        "For actions of type '{kind}', you must specify the following fields: '{field}'"
    ))
}

fn invalid(message: &str) -> AwsError {
    AwsError::new("InvalidLoadBalancerAction", message)
}

fn check_forward(state: &State, place: &Place<'_>, action: &Action) -> Result<(), AwsError> {
    let groups = action.groups();
    if groups.is_empty() {
        return Err(missing("forward", "TargetGroupArn"));
    }
    if let (Some(arn), Some(config)) = (&action.target_group_arn, &action.forward_config)
        && !config.target_groups.is_empty()
        && (config.target_groups.len() > 1 || config.target_groups[0].target_group_arn != *arn)
    {
        // API_Action, ForwardConfig: "If you specify both ForwardConfig and TargetGroupArn, you can
        // specify only one target group using ForwardConfig and it must be the same target group".
        return Err(invalid(
            "You can specify only one target group using ForwardConfig and it must be the same target group specified in TargetGroupArn",
        ));
    }
    if groups.len() > MOST_GROUPS {
        return Err(AwsError::new(
            "TooManyTargetGroups",
            format!("You can specify at most '{MOST_GROUPS}' target groups in a forward action"),
        ));
    }
    check_weights(&groups)?;
    let unique: BTreeSet<&str> = groups.iter().map(|(arn, _)| *arn).collect();
    unique
        .into_iter()
        .try_for_each(|arn| check_group(state, place, arn))
}

/// `API_TargetGroupTuple`: "The weight. The range is 0 to 999."
fn check_weights(groups: &[(&str, u64)]) -> Result<(), AwsError> {
    if groups.iter().any(|(_, weight)| *weight > 999) {
        return Err(AwsError::validation(
            "The weight of a target group must be between 0 and 999",
        ));
    }
    if groups.len() > 1 && groups.iter().all(|(_, weight)| *weight == 0) {
        return Err(invalid(
            "The total weight of the target groups must be greater than 0",
        ));
    }
    Ok(())
}

fn check_group(state: &State, place: &Place<'_>, arn: &str) -> Result<(), AwsError> {
    let known = state.inventory.of_type(TargetGroup::NAME);
    let Some((_, group)) = known.into_iter().find(|(known, _)| *known == arn) else {
        // As Terraform users see it: "TargetGroupNotFound: Target groups '…' not found".
        return Err(AwsError::new(
            "TargetGroupNotFound",
            format!("Target groups '{arn}' not found"),
        ));
    };
    let group: TargetGroupProperties = group.read();
    let protocol = group.described.protocol.as_deref().unwrap_or("HTTP");
    if !["HTTP", "HTTPS"].contains(&protocol) {
        return Err(AwsError::new(
            "InvalidConfigurationRequest",
            format!(
                "Listener protocol '{}' and target group protocol '{protocol}' are not compatible",
                place.protocol
            ),
        ));
    }
    let others = load_balancers_of(state, arn);
    if others.iter().any(|other| other != place.load_balancer) {
        // Seen by users of CloudFormation and Terraform alike.
        return Err(AwsError::new(
            "TargetGroupAssociationLimit",
            format!(
                "The following target groups cannot be associated with more than one load balancer: {arn}"
            ),
        ));
    }
    Ok(())
}

fn check_redirect(place: &Place<'_>, redirect: &RedirectConfig) -> Result<(), AwsError> {
    if !["HTTP_301", "HTTP_302"].contains(&redirect.status_code.as_str()) {
        return Err(invalid(
            "The redirect status code must be HTTP_301 or HTTP_302",
        ));
    }
    let given = |value: &Option<String>, name: &str, same: &str| {
        let value = value.as_deref();
        value.is_none_or(|value| value == format!("#{{{name}}}") || value == same)
    };
    let path = redirect.path.as_deref().unwrap_or("/#{path}");
    let same = given(&redirect.protocol, "protocol", place.protocol)
        && given(&redirect.port, "port", &place.port.to_string())
        && given(&redirect.host, "host", "#{host}")
        && path == "/#{path}"
        && given(&redirect.query, "query", "#{query}");
    if same {
        // API_RedirectActionConfig: "you must modify at least one of the following components to
        // avoid a redirect loop: protocol, hostname, port, or path."
        return Err(invalid(
            "The redirect configuration is not valid because it creates a loop",
        ));
    }
    // These and the next words: https://github.com/badmintoncryer/cdk-preflight
    if !path.starts_with('/') {
        return Err(invalid(
            "The Path parameter must be a valid path, should start with a '/', and may contain up to one of each of these placeholders: '#{path}', '#{host}', '#{port}'.",
        ));
    }
    let port = redirect.port.as_deref().unwrap_or("#{port}");
    if port != "#{port}" && !port.parse::<u16>().is_ok_and(|port| port > 0) {
        return Err(invalid(
            "The Port parameter must be either an integer between 1 and 65535 or '#{port}'.",
        ));
    }
    Ok(())
}
