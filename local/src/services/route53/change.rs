//! Changes of the records of a hosted zone.

use super::check::check;
use super::zones::{Record, absolute, zone_id};
use crate::account::{Account, State};

/// What to do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Delete,
    Upsert,
}

/// Applies one change.
///
/// # Errors
/// The message of Route 53.
pub(super) fn apply(
    state: &mut State,
    zone: &str,
    action: Action,
    record: &Record,
) -> Result<(), String> {
    let zone = zone_id(zone);
    let Some(known) = state.zones.get(zone) else {
        return Err(format!("No hosted zone found with ID: {zone}"));
    };
    let key = record.key();
    let exists = known.records.get(&key);
    let shown = format!("[name='{}', type='{}']", record.name, record.r#type);
    match action {
        Action::Create if exists.is_some() => {
            return Err(format!(
                "[Tried to create resource record set {shown} but it already exists]"
            ));
        }
        Action::Delete if exists.is_none() => {
            return Err(format!(
                "[Tried to delete resource record set {shown} but it was not found]"
            ));
        }
        Action::Delete if exists != Some(record) => {
            return Err(format!(
                "[Tried to delete resource record set {shown} but the values provided do not match the current values]"
            ));
        }
        Action::Delete => {}
        Action::Create | Action::Upsert => check(state, known, record)?,
    }
    if let Some(zone) = state.zones.get_mut(zone) {
        match action {
            Action::Delete => zone.records.remove(&key),
            Action::Create | Action::Upsert => zone.records.insert(key, record.clone()),
        };
    }
    Ok(())
}

/// Writes a record with one value, as ACM's validation in CloudFormation does.
///
/// # Errors
/// The message of Route 53.
pub(crate) fn put_record(
    account: &Account,
    zone: &str,
    name: &str,
    kind: &str,
    value: &str,
) -> Result<(), String> {
    let record = Record {
        name: absolute(name),
        r#type: kind.to_owned(),
        ttl: Some(300.into()),
        resource_records: Some(vec![value.to_owned()]),
        ..Record::default()
    };
    account.change(|state| apply(state, zone, Action::Upsert, &record))
}

/// Whether any hosted zone has the record with this value.
pub(crate) fn has_record(state: &State, name: &str, kind: &str, value: &str) -> bool {
    let name = absolute(name);
    let mut records = state.zones.values().flat_map(|zone| zone.records.values());
    records.any(|record| {
        let values = record.resource_records.iter().flatten();
        record.name == name
            && record.r#type == kind
            && values
                .map(|one| absolute(one))
                .any(|one| one == absolute(value))
    })
}
