//! Rules for a table and its key.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::keys::key_sentence;
use super::super::policy::check as check_policy;
use crate::resources::subject::{
    Subject, at, fail_if, list, number as number_at, one_of, repeated, text, within_bounds,
};
use crate::services::kms::Unusable;

const INVALID: &str = "One or more parameter values were invalid: ";

pub(super) fn invalid<T>(sentence: &str) -> Result<T, String> {
    Err(format!("{INVALID}{sentence}"))
}

pub(super) fn table_name(subject: &Subject<'_>) -> Result<(), String> {
    let Some(name) = subject.text("TableName") else {
        return Ok(());
    };
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let constraint = if !name.chars().all(is_allowed) {
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
    } else if name.len() < 3 {
        "Member must have length greater than or equal to 3"
    } else if name.len() > 255 {
        "Member must have length less than or equal to 255"
    } else {
        return Ok(());
    };
    Err(format!(
        "1 validation error detected: Value '{name}' at 'tableName' failed to satisfy constraint: {constraint}"
    ))
}

fn definitions<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a str> {
    let all = subject.list("AttributeDefinitions").iter();
    all.filter_map(|definition| text(definition, "AttributeName"))
}

pub(super) fn attribute_types(subject: &Subject<'_>) -> Result<(), String> {
    for definition in subject.list("AttributeDefinitions") {
        one_of(
            "attributeDefinitions.1.member.attributeType",
            text(definition, "AttributeType"),
            &["B", "N", "S"],
        )?;
    }
    repeated(definitions(subject)).map_or(Ok(()), |name| {
        invalid(&format!(
            "Cannot have two attributes with the same name: {name}"
        ))
    })
}

pub(super) fn key_schema(subject: &Subject<'_>) -> Result<(), String> {
    check_key(subject.list("KeySchema"), "")
}

/// Checks a key; `place` says which index has it, and is empty for that of the table.
///
/// # Errors
/// DynamoDB's sentence.
pub(super) fn check_key(key: &[Value], place: &str) -> Result<(), String> {
    if key.is_empty() {
        return invalid(&format!("Missing the key KeySchema{place}"));
    }
    for element in key {
        one_of(
            "keySchema.1.member.keyType",
            text(element, "KeyType"),
            &["HASH", "RANGE"],
        )?;
    }
    let kind = |position: usize| {
        key.get(position)
            .and_then(|element| text(element, "KeyType"))
    };
    if kind(0) != Some("HASH") {
        return Err("Invalid KeySchema: The first KeySchemaElement is not a HASH key type".into());
    }
    if kind(1).is_some_and(|kind| kind != "RANGE") && place.is_empty() {
        return Err(
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type".into(),
        );
    }
    if key.len() > 2 && place.is_empty() {
        return Err("1 validation error detected: Value at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2".into());
    }
    let names = key
        .iter()
        .filter_map(|element| text(element, "AttributeName"));
    fail_if(repeated(names).is_some(), || {
        "Both the Hash Key and the Range Key element in the KeySchema have the same name".into()
    })
}

/// The names of the attributes in the keys of the table and its indexes.
fn keys<'a>(subject: &Subject<'a>) -> BTreeSet<&'a str> {
    let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let of_indexes = indexes.into_iter().flat_map(|name| subject.list(name));
    let of_indexes = of_indexes.flat_map(|index| list(index, "KeySchema"));
    let all = subject.list("KeySchema").iter().chain(of_indexes);
    all.filter_map(|element| text(element, "AttributeName"))
        .collect()
}

fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

pub(super) fn keys_defined(subject: &Subject<'_>) -> Result<(), String> {
    let known: BTreeSet<_> = definitions(subject).collect();
    let keys = keys(subject);
    let undefined = keys.iter().any(|name| !known.contains(name));
    fail_if(undefined, || {
        format!(
            "{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
            listed(keys),
            listed(known)
        )
    })
}

pub(super) fn definitions_used(subject: &Subject<'_>) -> Result<(), String> {
    let keys = keys(subject);
    if definitions(subject).all(|name| keys.contains(name)) {
        return Ok(());
    }
    let has_index = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"]
        .into_iter()
        .any(|name| !subject.list(name).is_empty());
    if !has_index {
        return invalid(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
        );
    }
    invalid(&format!(
        "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
        listed(definitions(subject)),
        listed(keys)
    ))
}

/// Whether capacity is paid by request.
pub(super) fn is_on_demand(subject: &Subject<'_>) -> bool {
    subject.text("BillingMode") == Some("PAY_PER_REQUEST")
}

pub(super) fn billing(subject: &Subject<'_>) -> Result<(), String> {
    one_of(
        "billingMode",
        subject.text("BillingMode"),
        &["PROVISIONED", "PAY_PER_REQUEST"],
    )?;
    check_throughput(subject, subject.properties)
}

/// Checks the throughput of a table or an index.
///
/// # Errors
/// DynamoDB's sentence.
pub(super) fn check_throughput(subject: &Subject<'_>, value: &Value) -> Result<(), String> {
    let number = |name| number_at(value, &format!("ProvisionedThroughput/{name}"));
    let units = [number("ReadCapacityUnits"), number("WriteCapacityUnits")];
    if is_on_demand(subject) {
        return if at(value, "ProvisionedThroughput").is_some() {
            invalid(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
            )
        } else {
            Ok(())
        };
    }
    if units.iter().any(Option::is_none) {
        return invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        );
    }
    for (unit, name) in units
        .into_iter()
        .zip(["readCapacityUnits", "writeCapacityUnits"])
    {
        within_bounds(&format!("provisionedThroughput.{name}"), unit, 1, i64::MAX)?;
    }
    Ok(())
}

pub(super) fn encryption(subject: &Subject<'_>) -> Result<(), String> {
    let has = |name| subject.has(&format!("SSESpecification/{name}"));
    if has("KMSMasterKeyId") && !subject.is("SSESpecification/SSEEnabled", true) {
        return invalid("KMSMasterKeyId can only be specified if SSEEnabled is true");
    }
    let kind = subject.text("SSESpecification/SSEType");
    if kind.is_some() && !subject.is("SSESpecification/SSEEnabled", true) {
        return invalid("SSEType can only be specified if SSEEnabled is true");
    }
    one_of("sSESpecification.sSEType", kind, &["AES256", "KMS"])?;
    fail_if(
        kind == Some("AES256") && subject.is("SSESpecification/SSEEnabled", true),
        || format!("{INVALID}Invalid SSEType: AES256"),
    )
}

pub(super) fn stream_view(subject: &Subject<'_>) -> Result<(), String> {
    let known = ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"];
    one_of(
        "streamSpecification.streamViewType",
        subject.text("StreamSpecification/StreamViewType"),
        &known,
    )
}

pub(super) fn time_to_live(subject: &Subject<'_>) -> Result<(), String> {
    let path = "TimeToLiveSpecification";
    let wanted = subject.is(&format!("{path}/Enabled"), true);
    let name = subject.text(&format!("{path}/AttributeName"));
    fail_if(wanted && name.is_none(), || {
        "TimeToLiveSpecification AttributeName must be non-empty".into()
    })
}

pub(super) fn recovery_days(subject: &Subject<'_>) -> Result<(), String> {
    let days = subject.number("PointInTimeRecoverySpecification/RecoveryPeriodInDays");
    within_bounds(
        "pointInTimeRecoverySpecification.recoveryPeriodInDays",
        days,
        1,
        35,
    )
}

pub(super) fn table_quota(subject: &Subject<'_>) -> Result<(), String> {
    let most = subject.quotas.get("tables");
    let sentence = format!(
        "Subscriber limit exceeded: Only {most} tables can be created, updated, or deleted."
    );
    subject.within("tables", &sentence)
}

pub(super) fn encryption_key(subject: &Subject<'_>) -> Result<(), String> {
    let Some(named) = subject.text("SSESpecification/KMSMasterKeyId") else {
        return Ok(());
    };
    if named.starts_with("alias/aws/") && named != "alias/aws/dynamodb" {
        return Err(key_sentence(&Unusable::Missing(named.to_owned())));
    }
    let found = subject.state.kms.usable(subject.region, named);
    found.map_err(|unusable| key_sentence(&unusable))
}

pub(super) fn recovery_enabled(subject: &Subject<'_>) -> Result<(), String> {
    let path = "PointInTimeRecoverySpecification";
    let days = subject.has(&format!("{path}/RecoveryPeriodInDays"));
    let off = !subject.is(&format!("{path}/PointInTimeRecoveryEnabled"), true);
    fail_if(days && off, || {
        "RecoveryPeriodInDays can only be specified if PointInTimeRecoveryEnabled is true".into()
    })
}

/// The attribute of the time to live can be changed only while it is off.
pub(super) fn time_to_live_stays(subject: &Subject<'_>) -> Result<(), String> {
    let path = "TimeToLiveSpecification/AttributeName";
    let Some(before) = subject.before.filter(|before| {
        at(before, "TimeToLiveSpecification/Enabled").and_then(Value::as_bool) == Some(true)
    }) else {
        return Ok(());
    };
    let (old, new) = (text(before, path), subject.text(path));
    fail_if(new.is_some() && old != new, || {
        format!(
            "TimeToLive is active on a different AttributeName: current AttributeName is {}",
            old.unwrap_or("")
        )
    })
}

/// The most units of a table that an account has without asking for more.
const MOST_UNITS: i64 = 40_000;

pub(super) fn capacity_quota(subject: &Subject<'_>) -> Result<(), String> {
    for name in ["ReadCapacityUnits", "WriteCapacityUnits"] {
        let units = subject.number(&format!("ProvisionedThroughput/{name}"));
        if units.is_some_and(|units| units > MOST_UNITS) {
            return Err(format!(
                "The requested {name} exceeds the per-table limit of {MOST_UNITS} of your account. Request a quota increase in Service Quotas."
            ));
        }
    }
    Ok(())
}

/// What a new table can take at once.
const WARM_READS: i64 = 12_000;
const WARM_WRITES: i64 = 4000;

pub(super) fn warm_throughput(subject: &Subject<'_>) -> Result<(), String> {
    for (name, least) in [
        ("ReadUnitsPerSecond", WARM_READS),
        ("WriteUnitsPerSecond", WARM_WRITES),
    ] {
        let units = subject.number(&format!("WarmThroughput/{name}"));
        if units.is_some_and(|units| units < least && is_on_demand(subject)) {
            return invalid(&format!(
                "Requested {name} for WarmThroughput for table is lower than the current value of {least}"
            ));
        }
    }
    Ok(())
}

pub(super) fn resource_policy(subject: &Subject<'_>) -> Result<(), String> {
    let document = at(subject.properties, "ResourcePolicy/PolicyDocument");
    document.map_or(Ok(()), |document| {
        check_policy(subject.state, subject.region, document)
    })
}
