//! Changes of an existing table.

use serde::Serialize;
use serde_json::{Value, json};

use super::client::call;
use super::properties::{TableProperties, TimeToLive};
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
    if before.stream_specification.is_some()
        && after.stream_specification.is_some()
        && before.stream_specification != after.stream_specification
    {
        // <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html>
        return Err(
            "Table already has an enabled stream: disable the stream before enabling another one"
                .into(),
        );
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
    attribute_definitions: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_protection_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    global_secondary_index_updates: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_demand_throughput: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioned_throughput: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_specification: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table_class: Option<String>,
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
        let index_updates = index_updates(before, after);
        // A new index needs the types of its attributes.
        let definitions = (!index_updates.is_empty()).then(|| json!(after.attribute_definitions));
        let stream = match &after.stream_specification {
            Some(stream) => json!(stream),
            None => json!({"StreamEnabled": false}),
        };
        Self {
            attribute_definitions: definitions,
            global_secondary_index_updates: index_updates,
            on_demand_throughput: differing(
                before.on_demand_throughput.as_ref(),
                after.on_demand_throughput.as_ref(),
            ),
            stream_specification: (before.stream_specification != after.stream_specification)
                .then_some(stream),
            table_class: differing(before.table_class.as_ref(), after.table_class.as_ref()),
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

/// The indexes to delete, create and update.
fn index_updates(before: &TableProperties, after: &TableProperties) -> Vec<Value> {
    fn list(properties: &TableProperties) -> &[Value] {
        let indexes = properties.global_secondary_indexes.as_ref();
        indexes.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
    let (old, new) = (list(before), list(after));
    let same = |all: &[Value], one: &Value| {
        let mut all = all.iter();
        all.find(|other| other["IndexName"] == one["IndexName"])
            .cloned()
    };
    let gone = old.iter().filter(|index| same(new, index).is_none());
    let mut updates: Vec<Value> = gone
        .map(|index| json!({"Delete": {"IndexName": index["IndexName"]}}))
        .collect();
    for index in new {
        match same(old, index) {
            None => updates.push(json!({"Create": index})),
            Some(other) if other["ProvisionedThroughput"] != index["ProvisionedThroughput"] => {
                updates.push(json!({"Update": {
                    "IndexName": index["IndexName"],
                    "ProvisionedThroughput": index["ProvisionedThroughput"],
                }}));
            }
            Some(_) => {}
        }
    }
    updates
}

/// Sets which attribute says when an item expires.
///
/// # Errors
/// DynamoDB's message.
pub(super) async fn update_time_to_live(
    request: &Request,
    table_name: &str,
    before: Option<&TimeToLive>,
    after: Option<&TimeToLive>,
) -> Result<(), String> {
    let off = |wanted: &TimeToLive| TimeToLive {
        enabled: false,
        ..wanted.clone()
    };
    let was_on = before.filter(|wanted| wanted.enabled);
    let is_on = after.filter(|wanted| wanted.enabled);
    if was_on == is_on {
        return Ok(());
    }
    for specification in [was_on.map(off), is_on.cloned()].into_iter().flatten() {
        let input = json!({"TableName": table_name, "TimeToLiveSpecification": specification});
        call(&request.account, "UpdateTimeToLive", &input).await?;
    }
    Ok(())
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
