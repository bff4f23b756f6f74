//! Rules for the indexes of a table.

use std::collections::BTreeSet;

use serde_json::Value;

use super::table::{check_key, check_throughput, invalid};
use crate::resources::subject::{Subject, list, repeated, text};

const GLOBAL: &str = "GlobalSecondaryIndexes";
const LOCAL: &str = "LocalSecondaryIndexes";

fn indexes<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Value> {
    subject.list(GLOBAL).iter().chain(subject.list(LOCAL))
}

fn name(index: &Value) -> &str {
    text(index, "IndexName").unwrap_or("")
}

pub(super) fn index_names(subject: &Subject<'_>) -> Result<(), String> {
    repeated(indexes(subject).map(name)).map_or(Ok(()), |name| {
        invalid(&format!("Duplicate index name: {name}"))
    })
}

pub(super) fn index_counts(subject: &Subject<'_>) -> Result<(), String> {
    if subject.list(GLOBAL).len() > 20 {
        return invalid("GlobalSecondaryIndex count exceeds the per-table limit of 20");
    }
    if subject.list(LOCAL).len() > 5 {
        return invalid("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    }
    Ok(())
}

pub(super) fn index_keys(subject: &Subject<'_>) -> Result<(), String> {
    indexes(subject).try_for_each(|index| {
        check_key(
            list(index, "KeySchema"),
            &format!(" of the index {}", name(index)),
        )
    })
}

pub(super) fn projections(subject: &Subject<'_>) -> Result<(), String> {
    for index in indexes(subject) {
        let attributes = list(index, "Projection/NonKeyAttributes");
        match (
            text(index, "Projection/ProjectionType"),
            attributes.is_empty(),
        ) {
            (Some("INCLUDE"), true) => {
                return invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
            }
            (Some(kind @ ("ALL" | "KEYS_ONLY")), false) => {
                return invalid(&format!(
                    "ProjectionType is {kind}, but NonKeyAttributes is specified"
                ));
            }
            (Some("ALL" | "KEYS_ONLY" | "INCLUDE"), _) => {}
            (kind, _) => {
                return invalid(&format!(
                    "Unknown ProjectionType: {}",
                    kind.unwrap_or("null")
                ));
            }
        }
    }
    Ok(())
}

/// The most attributes that the indexes of a table project, all together.
const MOST_PROJECTED: usize = 100;

pub(super) fn projected(subject: &Subject<'_>) -> Result<(), String> {
    let mut count = 0;
    for index in indexes(subject) {
        let names = list(index, "Projection/NonKeyAttributes").iter();
        let names: Vec<_> = names.filter_map(Value::as_str).collect();
        // https://github.com/badmintoncryer/cdk-preflight
        if names.len() > 20 {
            return Err(format!(
                "1 validation error detected: Value '[{}]' at 'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: Member must have length less than or equal to 20",
                names.join(", ")
            ));
        }
        count += names.len();
        if let Some(name) = repeated(names) {
            return invalid(&format!(
                "Duplicate attribute name in NonKeyAttributes: {name}"
            ));
        }
    }
    if count > MOST_PROJECTED {
        return invalid(&format!(
            "Number of NonKeyAttributes {count} exceeds the limit of {MOST_PROJECTED}"
        ));
    }
    Ok(())
}

pub(super) fn local_indexes_stay(subject: &Subject<'_>) -> Result<(), String> {
    let changed = subject
        .before
        .is_some_and(|before| list(before, LOCAL) != subject.list(LOCAL));
    if changed {
        return Err("CloudFormation cannot update the LocalSecondaryIndexes of a table: they are created with the table. Replace the table, for example with another logical ID.".into());
    }
    Ok(())
}

pub(super) fn index_billing(subject: &Subject<'_>) -> Result<(), String> {
    let mut all = subject.list(GLOBAL).iter();
    all.try_for_each(|index| check_throughput(subject, index))
}

pub(super) fn local_indexes(subject: &Subject<'_>) -> Result<(), String> {
    let key = subject.list("KeySchema");
    let hash = |key: &[Value]| {
        key.first()
            .and_then(|element| text(element, "AttributeName"))
            .unwrap_or("")
            .to_owned()
    };
    for index in subject.list(LOCAL) {
        if key.len() < 2 {
            return invalid(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
            );
        }
        let own = list(index, "KeySchema");
        if own.len() < 2 {
            return invalid(&format!(
                "Index KeySchema does not have a range key for index: {}",
                name(index)
            ));
        }
        if hash(own) != hash(key) {
            return invalid(&format!(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. index hash key: {}, table hash key: {}",
                name(index),
                hash(own),
                hash(key)
            ));
        }
    }
    Ok(())
}

pub(super) fn one_change(subject: &Subject<'_>) -> Result<(), String> {
    let Some(before) = subject.before else {
        return Ok(());
    };
    let names = |indexes: &[Value]| -> BTreeSet<String> {
        indexes.iter().map(|index| name(index).to_owned()).collect()
    };
    let (old, new) = (names(list(before, GLOBAL)), names(subject.list(GLOBAL)));
    if old.symmetric_difference(&new).count() > 1 {
        return Err(
            "Cannot perform more than one GSI creation or deletion in a single update".into(),
        );
    }
    let old = list(before, GLOBAL);
    let changed = subject.list(GLOBAL).iter().any(|index| {
        let same = old.iter().find(|other| name(other) == name(index));
        same.is_some_and(|other| {
            other.get("KeySchema") != index.get("KeySchema")
                || other.get("Projection") != index.get("Projection")
        })
    });
    if changed {
        return Err("Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. You can create a new GSI with a different name.".into());
    }
    Ok(())
}
