//! The actions of records.

use serde_json::{Value, json};

use super::Output;
use super::call::Input;
use super::zones::{changed, existing};
use crate::account::Account;
use crate::aws::{AwsError, rest_xml};
use crate::services::route53::change::{Action, apply};
use crate::services::route53::zones::{Record, absolute, reversed};

/// The largest page, and the default
/// (<https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html>).
const PAGE: usize = 300;
/// The most changes of a batch
/// (<https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>).
const CHANGES: usize = 1000;

/// All changes of a batch are made, or none.
pub(super) fn change(account: &Account, input: &Input) -> Output {
    let batch = &input.body["ChangeBatch"];
    let changes = rest_xml::items(&batch["Changes"], "Change");
    if changes.is_empty() || changes.len() > CHANGES {
        let sentence = "A change batch must have 1 to 1000 changes.";
        return Err(AwsError::new("InvalidInput", sentence));
    }
    let changes: Vec<(Action, Record)> = changes
        .into_iter()
        .map(read)
        .collect::<Result<_, AwsError>>()?;
    account.change(|state| {
        let before = existing(state, input.zone())?.clone();
        let mut refused = Vec::new();
        for (action, record) in &changes {
            if let Err(sentence) = apply(state, input.zone(), *action, record) {
                refused.push(sentence);
            }
        }
        if refused.is_empty() {
            let output = json!({"ChangeInfo": changed()});
            return Ok(("ChangeResourceRecordSetsResponse", output));
        }
        state.zones.insert(input.zone().to_owned(), before);
        let inner = refused.iter().map(|sentence| {
            let inner = sentence.strip_prefix('[');
            inner
                .and_then(|inner| inner.strip_suffix(']'))
                .unwrap_or(sentence)
        });
        let sentences: Vec<&str> = inner.collect();
        let sentence = format!("[{}]", sentences.join(", "));
        Err(AwsError::new("InvalidChangeBatch", sentence))
    })
}

fn read(change: &Value) -> Result<(Action, Record), AwsError> {
    let action = match change["Action"].as_str() {
        Some("CREATE") => Action::Create,
        Some("DELETE") => Action::Delete,
        Some("UPSERT") => Action::Upsert,
        _ => {
            let sentence = "Invalid XML ; the Action of a change is CREATE, DELETE or UPSERT.";
            return Err(AwsError::new("InvalidInput", sentence));
        }
    };
    let mut given = change["ResourceRecordSet"].clone();
    for member in [
        "CidrRoutingConfig",
        "GeoProximityLocation",
        "TrafficPolicyInstanceId",
    ] {
        if given.get(member).is_some() {
            return Err(AwsError::not_yet(member));
        }
    }
    let values = given.get("ResourceRecords").map(|records| {
        let records = rest_xml::items(records, "ResourceRecord").into_iter();
        records
            .map(|record| record["Value"].clone())
            .collect::<Value>()
    });
    if let (Some(members), Some(values)) = (given.as_object_mut(), values) {
        members.insert("ResourceRecords".to_owned(), values);
    }
    let record: Record = serde_json::from_value(given)
        .map_err(|err| AwsError::new("InvalidInput", format!("Invalid XML ; {err}")))?;
    Ok((action, record.kept()))
}

pub(super) fn list(account: &Account, input: &Input) -> Output {
    let size = input.page_size(PAGE)?;
    let first = input.parameter("name").map(|name| {
        let kind = input.parameter("type").unwrap_or("");
        let set = input.parameter("identifier").unwrap_or("");
        (reversed(&absolute(name)), kind, set)
    });
    account.read(|state| {
        let zone = existing(state, input.zone())?;
        let mut records: Vec<&Record> = zone.records.values().collect();
        records.sort_by_key(|record| place(record));
        let mut rest = records.iter().filter(|record| {
            let (name, kind, set) = place(record);
            first
                .as_ref()
                .is_none_or(|first| (&name, kind, set) >= (&first.0, first.1, first.2))
        });
        let page: Vec<Value> = rest
            .by_ref()
            .take(size)
            .map(|record| described(record))
            .collect();
        let next = rest.next();
        let output = json!({
            "ResourceRecordSets": {"ResourceRecordSet": page},
            "IsTruncated": next.is_some(),
            "NextRecordName": next.map(|record| &record.name),
            "NextRecordType": next.map(|record| &record.r#type),
            "NextRecordIdentifier": next.and_then(|record| record.set_identifier.as_ref()),
            "MaxItems": size,
        });
        Ok(("ListResourceRecordSetsResponse", output))
    })
}

/// Where a record stands in the list.
fn place(record: &Record) -> (String, &str, &str) {
    let set = record.set_identifier.as_deref().unwrap_or("");
    (reversed(&record.name), &record.r#type, set)
}

fn described(record: &Record) -> Value {
    let mut members = serde_json::to_value(record).unwrap_or_default();
    let values = record.resource_records.iter().flatten();
    let values: Vec<Value> = values.map(|value| json!({"Value": value})).collect();
    if record.resource_records.is_some() {
        members["ResourceRecords"] = json!({"ResourceRecord": values});
    }
    members
}

/// `TestDNSAnswer`: what the zone's name servers would answer.
pub(super) fn test(account: &Account, input: &Input) -> Output {
    for member in ["resolverip", "edns0clientsubnetip", "edns0clientsubnetmask"] {
        if input.parameter(member).is_some() {
            return Err(AwsError::not_yet(member));
        }
    }
    let name = absolute(input.parameter("recordname").unwrap_or(""));
    let kind = input.parameter("recordtype").unwrap_or("");
    account.read(|state| {
        let zone = existing(state, input.zone())?;
        let named: Vec<&Record> = zone
            .records
            .values()
            .filter(|record| record.name == name)
            .collect();
        let fitting = named.iter().filter(|record| record.r#type == kind);
        let values: Vec<&str> = fitting
            .flat_map(|record| match &record.alias_target {
                Some(alias) => vec![alias.dns_name.as_str()],
                None => record
                    .resource_records
                    .iter()
                    .flatten()
                    .map(String::as_str)
                    .collect(),
            })
            .collect();
        let code = if named.is_empty() {
            "NXDOMAIN"
        } else {
            "NOERROR"
        };
        let output = json!({
            "Nameserver": zone.name_servers.first(),
            "RecordName": name.trim_end_matches('.'),
            "RecordType": kind,
            "RecordData": {"RecordDataEntry": values},
            "ResponseCode": code,
            "Protocol": "UDP",
        });
        Ok(("TestDNSAnswerResponse", output))
    })
}
