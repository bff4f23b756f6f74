//! Changes of an existing table.

use serde::Serialize;
use serde_json::{Value, json};

use super::client::call;
use super::properties::TableProperties;
use super::table::arn;
use crate::resources::Request;

/// Checks a change.
///
/// # Errors
/// A change that the local AWS cannot make to an existing table.
pub(super) fn check(before: &TableProperties, after: &TableProperties) -> Result<(), String> {
    if let Some(name) = retyped(before, after) {
        return Err(format!(
            "the local AWS cannot change the type of the attribute {name}, for which AWS creates a new table"
        ));
    }
    if after.global_secondary_indexes != before.global_secondary_indexes {
        return Err("the local AWS cannot change the GlobalSecondaryIndexes of an existing table: deploy it as a new table".into());
    }
    Ok(())
}

/// The first attribute whose type differs.
fn retyped<'a>(before: &'a TableProperties, after: &TableProperties) -> Option<&'a str> {
    let before = before.attribute_definitions.iter().flatten();
    let retyped = before.filter(|old| {
        let mut after = after.attribute_definitions.iter().flatten();
        let new = after.find(|new| new.attribute_name == old.attribute_name);
        new.is_some_and(|new| new.attribute_type != old.attribute_type)
    });
    retyped.map(|old| old.attribute_name.as_str()).min()
}

/// The input of `UpdateTable`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateTable<'a> {
    table_name: &'a str,
    #[serde(flatten)]
    changed: Changed,
}

impl<'a> UpdateTable<'a> {
    /// The input for a change, if there is one.
    pub(super) fn of(
        table_name: &'a str,
        before: &TableProperties,
        after: &TableProperties,
    ) -> Option<Self> {
        let changed = Changed::of(before, after);
        (changed != Changed::default()).then_some(Self {
            table_name,
            changed,
        })
    }
}

/// The changes that DynamoDB can make to an existing table.
#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Changed {
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_protection_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioned_throughput: Option<Value>,
}

impl Changed {
    fn of(before: &TableProperties, after: &TableProperties) -> Self {
        fn differing<T: Clone + PartialEq>(before: Option<&T>, after: Option<&T>) -> Option<T> {
            after.filter(|_| before != after).cloned()
        }
        // A table without the property is not protected.
        let protection = after
            .deletion_protection_enabled
            .or(before.deletion_protection_enabled.map(|_| false));
        Self {
            billing_mode: differing(before.billing_mode.as_ref(), after.billing_mode.as_ref()),
            deletion_protection_enabled: protection.filter(|_| {
                before.deletion_protection_enabled != after.deletion_protection_enabled
            }),
            provisioned_throughput: differing(
                before.provisioned_throughput.as_ref(),
                after.provisioned_throughput.as_ref(),
            ),
        }
    }
}

/// Adds, changes and removes tags.
///
/// # Errors
/// DynamoDB's message.
pub(super) async fn update_tags(
    request: &Request,
    before: &TableProperties,
    after: &TableProperties,
) -> Result<(), String> {
    let arn = arn(&request.account, &request.physical_id);
    let kept = after.tags.as_deref().unwrap_or(&[]);
    let old = before.tags.iter().flatten();
    let gone: Vec<&str> = old
        .filter(|old| !kept.iter().any(|tag| tag.key == old.key))
        .map(|tag| tag.key.as_str())
        .collect();
    if !gone.is_empty() {
        let input = json!({"ResourceArn": arn, "TagKeys": gone});
        call(&request.account, "UntagResource", &input).await?;
    }
    if !kept.is_empty() && after.tags != before.tags {
        let input = json!({"ResourceArn": arn, "Tags": kept});
        call(&request.account, "TagResource", &input).await?;
    }
    Ok(())
}
