//! The actions of hosted zones.

use serde_json::{Value, json};

use super::Output;
use super::call::Input;
use crate::account::{Account, State};
use crate::aws::{AwsError, now, page, suffix};
use crate::resources::ResourceType as _;
use crate::services::ec2::Vpc;
use crate::services::route53::HostedZone;
use crate::services::route53::hosted_zone::{new_zone, remove_zone, valid_name};
use crate::services::route53::zones::{Zone, absolute, reversed};

/// The largest page, and the default
/// (<https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html>).
const PAGE: usize = 100;

pub(super) fn create(account: &Account, input: &Input) -> Output {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let name = text(&input.body["Name"]).unwrap_or_default();
    if !valid_name(&name) {
        let sentence = format!("{name} is not a valid domain name");
        return Err(AwsError::new("InvalidDomainName", sentence));
    }
    if input.body.get("DelegationSetId").is_some() {
        return Err(AwsError::not_yet("DelegationSetId"));
    }
    let reference = text(&input.body["CallerReference"]).unwrap_or_default();
    let vpc = input.body.get("VPC").cloned();
    let comment = text(&input.body["HostedZoneConfig"]["Comment"]);
    let id = format!("Z{}", suffix(20));
    account.change(|state| {
        let mut known = state.zones.values();
        if known.any(|zone| zone.caller_reference == reference) {
            let sentence =
                "A hosted zone has already been created with the specified caller reference.";
            return Err(AwsError::new("HostedZoneAlreadyExists", sentence).with_status(409));
        }
        let vpcs: Vec<Value> = vpc.clone().into_iter().collect();
        for vpc in &vpcs {
            existing_vpc(state, vpc)?;
        }
        let mut zone = new_zone(&name, comment, vpcs);
        zone.caller_reference = reference;
        let mut output = json!({
            "HostedZone": described(&id, &zone),
            "ChangeInfo": changed(),
            "VPC": vpc,
        });
        if !zone.is_private() {
            output["DelegationSet"] = delegation(&zone);
        }
        state.zones.insert(id.clone(), zone);
        Ok(("CreateHostedZoneResponse", output))
    })
}

fn existing_vpc(state: &State, vpc: &Value) -> Result<(), AwsError> {
    let id = vpc["VPCId"].as_str().unwrap_or("");
    if state.inventory.has(Vpc::NAME, id) {
        return Ok(());
    }
    Err(AwsError::new(
        "InvalidVPCId",
        format!(
            "The VPC {id} in region {} does not exist.",
            vpc["VPCRegion"].as_str().unwrap_or("")
        ),
    ))
}

pub(super) fn get(account: &Account, input: &Input) -> Output {
    account.read(|state| {
        let zone = existing(state, input.zone())?;
        let mut output = json!({"HostedZone": described(input.zone(), zone)});
        if zone.is_private() {
            output["VPCs"] = json!({"VPC": zone.vpcs});
        } else {
            output["DelegationSet"] = delegation(zone);
        }
        Ok(("GetHostedZoneResponse", output))
    })
}

pub(super) fn delete(account: &Account, input: &Input) -> Output {
    account.change(|state| {
        existing(state, input.zone())?;
        remove_zone(state, input.zone())
            .map_err(|sentence| AwsError::new("HostedZoneNotEmpty", sentence))?;
        // One that a stack has made is gone, too, as if it was deleted by hand.
        state.inventory.remove(HostedZone::NAME, input.zone());
        Ok(("DeleteHostedZoneResponse", json!({"ChangeInfo": changed()})))
    })
}

pub(super) fn comment(account: &Account, input: &Input) -> Output {
    account.change(|state| {
        existing(state, input.zone())?;
        let comment = input.body["Comment"].as_str().map(str::to_owned);
        if let Some(zone) = state.zones.get_mut(input.zone()) {
            zone.comment = comment;
        }
        let zone = existing(state, input.zone())?;
        let output = json!({"HostedZone": described(input.zone(), zone)});
        Ok(("UpdateHostedZoneCommentResponse", output))
    })
}

pub(super) fn count(account: &Account) -> (&'static str, Value) {
    let count = account.read(|state| state.zones.len());
    (
        "GetHostedZoneCountResponse",
        json!({"HostedZoneCount": count}),
    )
}

pub(super) fn list(account: &Account, input: &Input) -> Output {
    if input.parameter("delegationsetid").is_some() {
        return Err(AwsError::not_yet("DelegationSetId"));
    }
    let is_private = input.parameter("hostedzonetype") == Some("PrivateHostedZone");
    let size = input.page_size(PAGE)?;
    account.read(|state| {
        let zones = state.zones.iter();
        let zones = zones.filter(|(_, zone)| !is_private || zone.is_private());
        let zones = zones.map(|(id, zone)| described(id, zone));
        let (zones, next) = page(zones, size, input.parameter("marker")).ok_or_else(|| {
            AwsError::new(
                "InvalidInput",
                "The value specified for marker is not valid.",
            )
        })?;
        let output = json!({
            "HostedZones": {"HostedZone": zones},
            "Marker": input.parameter("marker"),
            "IsTruncated": next.is_some(),
            "NextMarker": next,
            "MaxItems": size,
        });
        Ok(("ListHostedZonesResponse", output))
    })
}

pub(super) fn list_by_name(account: &Account, input: &Input) -> Output {
    let size = input.page_size(PAGE)?;
    let name = input.parameter("dnsname").map(absolute);
    let first = (
        name.as_deref().map(reversed),
        input.parameter("hostedzoneid"),
    );
    account.read(|state| {
        let mut zones: Vec<(String, &str, &Zone)> = state
            .zones
            .iter()
            .map(|(id, zone)| (reversed(&zone.name), id.as_str(), zone))
            .collect();
        zones.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
        let is_reached = |(reversed, id, _): &&(String, &str, &Zone)| match &first {
            (None, _) => true,
            (Some(name), from) => (reversed, *id) >= (name, from.unwrap_or("")),
        };
        let mut rest = zones.iter().filter(is_reached);
        let page: Vec<Value> = rest
            .by_ref()
            .take(size)
            .map(|(_, id, zone)| described(id, zone))
            .collect();
        let next = rest.next();
        let output = json!({
            "HostedZones": {"HostedZone": page},
            "DNSName": input.parameter("dnsname"),
            "HostedZoneId": input.parameter("hostedzoneid"),
            "IsTruncated": next.is_some(),
            "NextDNSName": next.map(|(_, _, zone)| &zone.name),
            "NextHostedZoneId": next.map(|(_, id, _)| id),
            "MaxItems": size,
        });
        Ok(("ListHostedZonesByNameResponse", output))
    })
}

/// `GetChange`: each change is in sync at once.
pub(super) fn change(input: &Input) -> (&'static str, Value) {
    let mut info = changed();
    info["Id"] = format!("/change/{}", input.part("change")).into();
    ("GetChangeResponse", json!({"ChangeInfo": info}))
}

/// What an action says about its change.
pub(super) fn changed() -> Value {
    json!({
        "Id": format!("/change/C{}", suffix(20)),
        "Status": "INSYNC",
        "SubmittedAt": now(),
    })
}

/// The zone with this id.
///
/// # Errors
/// AWS's message for one that does not exist.
pub(super) fn existing<'a>(state: &'a State, id: &str) -> Result<&'a Zone, AwsError> {
    state.zones.get(id).ok_or_else(|| {
        let sentence = format!("No hosted zone found with ID: {id}");
        AwsError::new("NoSuchHostedZone", sentence).with_status(404)
    })
}

fn described(id: &str, zone: &Zone) -> Value {
    json!({
        "Id": format!("/hostedzone/{id}"),
        "Name": zone.name,
        "CallerReference": zone.caller_reference,
        "Config": {"Comment": zone.comment, "PrivateZone": zone.is_private()},
        "ResourceRecordSetCount": zone.records.len(),
    })
}

fn delegation(zone: &Zone) -> Value {
    json!({"NameServers": {"NameServer": zone.name_servers}})
}
