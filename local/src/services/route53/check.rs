//! What Route 53 refuses in a record, in its own words: `InvalidChangeBatch` with the reason in
//! brackets, as users of every deployment tool report it.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::zones::{Record, Zone, absolute};
use crate::account::State;

/// The types of records (`API_ResourceRecordSet`).
const TYPES: [&str; 16] = [
    "A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV",
    "SSHFP", "SVCB", "TXT",
];

/// Checks a new or changed record of the zone.
///
/// # Errors
/// The message of Route 53.
pub(super) fn check(state: &State, zone: &Zone, record: &Record) -> Result<(), String> {
    let (name, kind) = (&record.name, record.r#type.as_str());
    if !TYPES.contains(&kind) {
        return Err(format!(
            "1 validation error detected: Value '{kind}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [{}]",
            TYPES.join(", ")
        ));
    }
    let is_inside = *name == zone.name || name.ends_with(&format!(".{}", zone.name));
    if !is_inside {
        return Err(format!(
            "[RRSet with DNS name {name} is not permitted in zone {}]",
            zone.name
        ));
    }
    let has_values = record.ttl.is_some() && record.resource_records.is_some();
    if record.alias_target.is_some() == has_values
        || (record.alias_target.is_some() && record.resource_records.is_some())
    {
        let found = if record.alias_target.is_some() {
            "more than one"
        } else {
            "none"
        };
        return Err(format!(
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found {found} in Change with [Action=CREATE, Name={name}, Type={kind}, SetIdentifier={}]",
            record.set_identifier.as_deref().unwrap_or("null")
        ));
    }
    check_cname(zone, record)?;
    for value in record.resource_records.iter().flatten() {
        check_value(kind, value)?;
    }
    check_alias(state, record)
}

fn check_cname(zone: &Zone, record: &Record) -> Result<(), String> {
    let (name, kind) = (&record.name, record.r#type.as_str());
    if kind == "CNAME" && *name == zone.name {
        return Err(format!(
            "[RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {}]",
            zone.name
        ));
    }
    let mut others = zone.records.values().filter(|other| other.name == *name);
    let conflicts = others.any(|other| (kind == "CNAME") != (other.r#type == "CNAME"));
    if conflicts {
        return Err(format!(
            "[RRSet of type {kind} with DNS name {name} is not permitted as it conflicts with other records with the same DNS name in zone {}]",
            zone.name
        ));
    }
    Ok(())
}

fn check_value(kind: &str, value: &str) -> Result<(), String> {
    let problem = match kind {
        "A" if value.parse::<Ipv4Addr>().is_err() => {
            "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"
        }
        "AAAA" if value.parse::<Ipv6Addr>().is_err() => {
            "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"
        }
        "TXT" if !value.starts_with('"') || !value.ends_with('"') || value.len() < 2 => {
            "InvalidCharacterString (Value should be enclosed in quotation marks)"
        }
        _ => return Ok(()),
    };
    Err(format!(
        "[Invalid Resource Record: 'FATAL problem: {problem} encountered with '{value}'']"
    ))
}

/// An alias points to a load balancer, or to a record of the zone that it names.
fn check_alias(state: &State, record: &Record) -> Result<(), String> {
    let Some(alias) = &record.alias_target else {
        return Ok(());
    };
    let (target, zone) = (absolute(&alias.dns_name), alias.hosted_zone_id.as_str());
    let kind = &record.r#type;
    if let Some(zone_of_target) = state.zones.get(zone) {
        let mut records = zone_of_target.records.values();
        return if records.any(|other| other.name == target && other.r#type == *kind) {
            Ok(())
        } else {
            Err(format!(
                "[Tried to create an alias that targets {target}, type {kind} in zone {zone}, but that target was not found]"
            ))
        };
    }
    let mut balancers = state
        .inventory
        .of_type("AWS::ElasticLoadBalancingV2::LoadBalancer");
    let fits = balancers.any(|(_, balancer)| {
        let name = absolute(balancer.attribute("DNSName"));
        let same = target == name || target == format!("dualstack.{name}");
        same && balancer.attribute("CanonicalHostedZoneID") == zone
    });
    if fits {
        return Ok(());
    }
    Err(format!(
        "[Tried to create an alias that targets {target}, type {kind} in zone {zone}, but the alias target name does not lie within the target zone]"
    ))
}
