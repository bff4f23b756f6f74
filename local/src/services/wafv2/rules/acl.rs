//! Rules for web ACLs.

use std::collections::BTreeSet;

use super::others::{name_free, scope};
use crate::aws::read;
use crate::resources::ResourceType as _;
use crate::resources::subject::{Subject, fail_if, repeated};
use crate::services::wafv2::capacity::{MOST, capacity};
use crate::services::wafv2::ip_set::IpSet;
use crate::services::wafv2::managed::{group, is_not_done};
use crate::services::wafv2::named::by_arn;
use crate::services::wafv2::properties::{
    Action, DataProtection, Rule, Statement, WebAclProperties,
};
use crate::services::wafv2::words::{LIMIT, NONEXISTENT, NOT_ONE, invalid};

fn properties(subject: &Subject<'_>) -> WebAclProperties {
    read(subject.properties).unwrap_or_default()
}

fn rules(subject: &Subject<'_>) -> Vec<Rule> {
    properties(subject).rules
}

pub(super) fn acl_scope(subject: &Subject<'_>) -> Result<(), String> {
    scope(subject)
}

pub(super) fn acl_name_free(subject: &Subject<'_>) -> Result<(), String> {
    name_free(subject)
}

pub(super) fn acl_default_action(subject: &Subject<'_>) -> Result<(), String> {
    let action = properties(subject).default_action;
    fail_if(action.given() != 1 || action.count.is_some(), || {
        invalid(NOT_ONE, "DEFAULT_ACTION", "DefaultAction")
    })
}

pub(super) fn acl_rules_differ(subject: &Subject<'_>) -> Result<(), String> {
    let rules = rules(subject);
    if let Some(name) = repeated(rules.iter().map(|rule| rule.name.as_str())) {
        return Err(invalid("The names of the rules must differ.", "RULE", name));
    }
    let priority = repeated(rules.iter().map(|rule| rule.priority));
    priority.map_or(Ok(()), |priority| {
        let parameter = priority.to_string();
        Err(invalid(
            "Another rule already has this priority.",
            "RULE",
            &parameter,
        ))
    })
}

pub(super) fn rule_statement(subject: &Subject<'_>) -> Result<(), String> {
    let is_one = |rule: &Rule| rule.statement.all().iter().all(|one| one.given() == 1);
    let wrong = !rules(subject).iter().all(is_one);
    fail_if(wrong, || invalid(NOT_ONE, "STATEMENT", "Statement"))
}

pub(super) fn rule_action(subject: &Subject<'_>) -> Result<(), String> {
    let fits = |rule: &Rule| {
        let is_group = rule.statement.managed_rule_group.is_some();
        (rule.override_action.is_some(), rule.action.is_some()) == (is_group, !is_group)
    };
    let wrong = !rules(subject).iter().all(fits);
    fail_if(wrong, || invalid(NOT_ONE, "RULE", "Rule"))
}

pub(super) fn rule_one_action(subject: &Subject<'_>) -> Result<(), String> {
    for rule in rules(subject) {
        let managed = rule.statement.managed_rule_group.as_ref();
        let overrides = managed.map_or(&[][..], |managed| &managed.rule_action_overrides);
        let overrides = overrides.iter().map(|one| &one.action_to_use);
        if rule
            .action
            .iter()
            .chain(overrides)
            .any(|one| one.given() != 1)
        {
            return Err(invalid(NOT_ONE, "RULE_ACTION", "RuleAction"));
        }
        let both = rule.override_action.as_ref();
        if both.is_some_and(|action| action.count.is_some() == action.none.is_some()) {
            return Err(invalid(NOT_ONE, "OVERRIDE_ACTION", "OverrideAction"));
        }
    }
    Ok(())
}

pub(super) fn rate_action(subject: &Subject<'_>) -> Result<(), String> {
    let allows = |rule: &Rule| {
        let is_rate = rule.statement.rate_based.is_some();
        is_rate
            && rule
                .action
                .as_ref()
                .is_some_and(|action| action.allow.is_some())
    };
    let wrong = rules(subject).iter().any(allows);
    fail_if(wrong, || {
        invalid(
            "A rate-based rule cannot have the action Allow.",
            "RULE_ACTION",
            "Allow",
        )
    })
}

pub(super) fn rate_keys(subject: &Subject<'_>) -> Result<(), String> {
    for rule in rules(subject) {
        let Some(rate) = &rule.statement.rate_based else {
            continue;
        };
        let (wrong, field, parameter) = match rate.aggregate_key_type.as_str() {
            "CONSTANT" => (
                rate.scope_down_statement.is_none(),
                "SCOPE_DOWN",
                "ScopeDownStatement",
            ),
            // Their configuration is refused before: it is not done yet.
            "FORWARDED_IP" => (true, "FORWARDED_IP_CONFIG", "ForwardedIPConfig"),
            "CUSTOM_KEYS" => (true, "CUSTOM_KEYS", "CustomKeys"),
            _ => (false, "", ""),
        };
        if wrong {
            return Err(invalid(NOT_ONE, field, parameter));
        }
    }
    Ok(())
}

pub(super) fn group_exists(subject: &Subject<'_>) -> Result<(), String> {
    for rule in subject.list("Rules") {
        let Some(managed) = rule["Statement"].get("ManagedRuleGroupStatement") else {
            continue;
        };
        let member = |name: &str| managed[name].as_str().unwrap_or("");
        let (vendor, name, version) = (member("VendorName"), member("Name"), member("Version"));
        let known = group(vendor, name);
        let has_version = known
            .is_none_or(|group| version.is_empty() || (group.is_versioned && is_version(version)));
        if !has_version || (known.is_none() && !is_not_done(vendor, name)) {
            return Err(NONEXISTENT.into());
        }
    }
    Ok(())
}

/// `Version_1.4`
fn is_version(version: &str) -> bool {
    let number = version.strip_prefix("Version_").unwrap_or("");
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts = number.split_once('.');
    parts.is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

pub(super) fn sets_exist(subject: &Subject<'_>) -> Result<(), String> {
    let rules = rules(subject);
    let statements = rules.iter().flat_map(|rule| rule.statement.all());
    let missing = |statement: &Statement| {
        let set = statement.ip_set.as_ref();
        set.is_some_and(|set| by_arn(subject.state, IpSet::NAME, &set.arn).is_none())
    };
    let mut statements = statements;
    fail_if(statements.any(missing), || NONEXISTENT.into())
}

pub(super) fn bodies_exist(subject: &Subject<'_>) -> Result<(), String> {
    let properties = properties(subject);
    let bodies: BTreeSet<&String> = properties.custom_response_bodies.keys().collect();
    let of_rules = properties
        .rules
        .iter()
        .filter_map(|rule| rule.action.as_ref());
    let actions = of_rules.chain([&properties.default_action]);
    let mut named = actions.filter_map(|action: &Action| {
        let custom = action.block.as_ref()?.custom_response.as_ref()?;
        custom.body.as_ref()
    });
    let missing = named.find(|key| !bodies.contains(key));
    missing.map_or(Ok(()), |key| {
        let reason = "The custom response body does not exist.";
        Err(invalid(reason, "CUSTOM_RESPONSE_BODY", key))
    })
}

pub(super) fn protection_keys(subject: &Subject<'_>) -> Result<(), String> {
    let protections = properties(subject).data_protection_config.data_protections;
    let fits = |one: &DataProtection| {
        let is_whole = ["QUERY_STRING", "BODY"].contains(&one.field.field_type.as_str());
        is_whole == one.field.field_keys.is_empty()
    };
    let wrong = protections.iter().find(|one| !fits(one));
    wrong.map_or(Ok(()), |one| {
        let reason = "The field keys do not fit the field type.";
        let parameter = &one.field.field_type;
        Err(invalid(reason, "DATA_PROTECTION_CONFIG", parameter))
    })
}

pub(super) fn acl_capacity(subject: &Subject<'_>) -> Result<(), String> {
    fail_if(capacity(&rules(subject)) > MOST, || LIMIT.into())
}
