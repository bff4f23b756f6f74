//! What the rules have seen: sampled requests, and clients that are limited.

use std::net::IpAddr;

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::entities::find;
use super::web_acls::by_arn;
use crate::account::Account;
use crate::aws::Answer;
use crate::services::wafv2::WebAcl;
use crate::services::wafv2::firewall::{Sample, key};
use crate::services::wafv2::properties::WebAclProperties;
use crate::services::wafv2::words::{self, NONEXISTENT};

/// `GetRateBasedStatementManagedKeys`
pub(super) fn managed_keys(account: &Account, input: &Value) -> Answer {
    let named = json!({
        "Name": input["WebACLName"], "Id": input["WebACLId"], "Scope": input["Scope"],
    });
    let (_, item) = find::<WebAcl>(account, &named)?;
    let rules = item.read::<WebAclProperties>().rules;
    let rule = rules.iter().find(|rule| input["RuleName"] == rule.name);
    let rule = rule.filter(|rule| rule.statement.rate_based.is_some());
    let rule = rule.ok_or_else(|| words::error(NONEXISTENT))?;
    let key = key(item.attribute("Arn"), rule);
    let limited = account.firewall.limited(account, &key);
    let set = |version: &str, is_of: fn(&IpAddr) -> bool| {
        let addresses = limited.iter().filter(|ip| is_of(ip)).map(|ip| match ip {
            IpAddr::V4(address) => format!("{address}/32"),
            IpAddr::V6(address) => format!("{address}/128"),
        });
        json!({"IPAddressVersion": version, "Addresses": addresses.collect::<Vec<_>>()})
    };
    Ok(json!({
        "ManagedKeysIPV4": set("IPV4", IpAddr::is_ipv4),
        "ManagedKeysIPV6": set("IPV6", IpAddr::is_ipv6),
    }))
}

/// `GetSampledRequests`
pub(super) fn sampled(account: &Account, input: &Value) -> Answer {
    let arn = input["WebAclArn"].as_str().unwrap_or("");
    by_arn(account, arn)?;
    let window = &input["TimeWindow"];
    let bound = |name: &str| window[name].as_f64().unwrap_or(0.0);
    let (start, end) = (bound("StartTime"), bound("EndTime"));
    let samples = account.firewall.samples(|one| {
        let at = seconds(one.time);
        one.acl == arn && input["RuleMetricName"] == one.metric && (start..=end).contains(&at)
    });
    let most = input["MaxItems"].as_u64().unwrap_or(500);
    let most = usize::try_from(most).unwrap_or(500);
    let shown: Vec<Value> = samples.iter().take(most).map(shown).collect();
    Ok(json!({
        "SampledRequests": shown, "PopulationSize": samples.len(), "TimeWindow": window,
    }))
}

fn seconds(time: OffsetDateTime) -> f64 {
    (time - OffsetDateTime::UNIX_EPOCH).as_seconds_f64()
}

fn shown(sample: &Sample) -> Value {
    let headers = sample.headers.iter().map(|(name, value)| {
        json!({"Name": name.as_str(), "Value": String::from_utf8_lossy(value.as_bytes())})
    });
    let request = json!({
        "ClientIP": sample.client,
        "Country": "-",
        "URI": sample.uri,
        "Method": sample.method,
        "HTTPVersion": sample.version,
        "Headers": headers.collect::<Vec<_>>(),
    });
    let mut shown = json!({
        "Request": request,
        "Weight": 1,
        "Timestamp": seconds(sample.time),
        "Action": sample.action,
    });
    if let Some(rule) = &sample.rule_in_group {
        shown["RuleNameWithinRuleGroup"] = rule.as_str().into();
    }
    if let Some(action) = sample.overridden {
        shown["OverriddenAction"] = action.into();
    }
    if let Some(status) = sample.status {
        shown["ResponseCodeSent"] = status.into();
    }
    shown
}
