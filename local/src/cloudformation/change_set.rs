//! What a change set says: which resources change, in which properties, and what is replaced.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::functions::KNOWN_AFTER_APPLY;
use super::import::Imports;
use super::order::in_order;
use super::stack::{Invalid, Record, Version};
use super::target::{Target, look_up};
use super::template::Definition;
use crate::account::State;
use crate::resource_types::resource_type;

/// The reason of a change set that changes nothing.
pub(super) const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different information to create a change set.";

/// Why there can be no change set.
pub(super) enum Refusal {
    Template(String),
    Properties(Invalid),
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self::Template(reason)
    }
}

/// The entries of `Changes`, in the order in which resources are made.
///
/// # Errors
/// One sentence where a function cannot be resolved or a resource's properties are wrong.
pub(super) fn changes(
    target: &Target,
    standing: &Version,
    imports: &Imports,
    state: &State,
) -> Result<Vec<Value>, Refusal> {
    let active = target.active(state)?;
    let mut unknown = BTreeSet::new();
    let mut planned: BTreeMap<String, Value> = BTreeMap::new();
    let mut changes = Vec::new();
    // Validation refuses a circle, so all of them are in the order.
    for logical_id in in_order(&active).0 {
        let Some(definition) = target.template.resources.get(&logical_id) else {
            continue;
        };
        let lookup = |name: &str, attribute: Option<&str>| match standing.resources.get(name) {
            Some(record) if stands(record) && !unknown.contains(name) => {
                let property = attribute.and_then(|attribute| planned.get(name)?.get(attribute));
                property.map_or_else(
                    || look_up(record, name, attribute),
                    |property| Ok(property.clone()),
                )
            }
            _ => Ok(KNOWN_AFTER_APPLY.into()),
        };
        let properties = target
            .properties(&logical_id, state, &lookup)
            .map_err(|reason| {
                Refusal::Properties(Invalid {
                    logical_id: logical_id.clone(),
                    resource_type: definition.resource_type.clone(),
                    reason,
                })
            })?;
        match standing
            .resources
            .get(&logical_id)
            .filter(|record| stands(record))
        {
            None => {
                unknown.insert(logical_id.clone());
                let import = imports.get(&logical_id).map(String::as_str);
                changes.push(addition(&logical_id, definition, &properties, import));
            }
            Some(record) => {
                if record.resource_type != definition.resource_type {
                    return Err(Refusal::Template(format!(
                        "Update of resource type is not permitted. The new template modifies resource type of the following resources: [{logical_id}]"
                    )));
                }
                if let Some((change, replaced)) =
                    modification(&logical_id, definition, record, &properties)
                {
                    if replaced {
                        unknown.insert(logical_id.clone());
                    }
                    changes.push(change);
                }
            }
        }
        planned.insert(logical_id, properties);
    }
    let gone = standing
        .resources
        .iter()
        .filter(|(name, record)| stands(record) && !active.contains_key(*name));
    changes.extend(gone.map(|(name, record)| removal(name, record)));
    Ok(changes)
}

/// Whether something was made for the record and is still there.
pub(super) fn stands(record: &Record) -> bool {
    !record.physical_id.is_empty() && record.status != "DELETE_COMPLETE"
}

/// A resource that is made, or taken in under the physical id `import`.
fn addition(
    logical_id: &str,
    definition: &Definition,
    properties: &Value,
    import: Option<&str>,
) -> Value {
    change(&json!({
        "Action": if import.is_some() { "Import" } else { "Add" },
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": import,
        "ResourceType": definition.resource_type,
        "AfterContext": context(properties),
    }))
}

fn removal(logical_id: &str, record: &Record) -> Value {
    let action = if record.deletion_policy.as_deref() == Some("Delete")
        || record.deletion_policy.is_none()
    {
        "Delete"
    } else {
        "Retain"
    };
    change(&json!({
        "Action": "Remove",
        "PolicyAction": action,
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": record.physical_id,
        "ResourceType": record.resource_type,
        "BeforeContext": context(&record.properties),
    }))
}

fn modification(
    logical_id: &str,
    definition: &Definition,
    record: &Record,
    after: &Value,
) -> Option<(Value, bool)> {
    let before = &record.properties;
    let mut details: Vec<Value> = differing(before, after)
        .into_iter()
        .map(|name| property_detail(definition, name, before.get(name), after.get(name)))
        .collect();
    let mut scope = BTreeSet::new();
    for detail in &details {
        scope.insert(
            detail["Target"]["Attribute"]
                .as_str()
                .unwrap_or("Properties")
                .to_owned(),
        );
    }
    let policies = [
        (
            "DeletionPolicy",
            &record.deletion_policy,
            &definition.deletion_policy,
        ),
        (
            "UpdateReplacePolicy",
            &record.update_replace_policy,
            &definition.update_replace_policy,
        ),
    ];
    for (name, before, after) in policies
        .into_iter()
        .filter(|(_, before, after)| before != after)
    {
        scope.insert(name.to_owned());
        details.push(json!({
            "Target": {"Attribute": name, "RequiresRecreation": "Never", "BeforeValue": before, "AfterValue": after},
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }));
    }
    if details.is_empty() {
        return None;
    }
    let replaced = resource_type(&definition.resource_type)
        .is_some_and(|known| known.replacement(before, after));
    let retained = replaced && record.update_replace_policy.as_deref() == Some("Retain");
    let policy_action = match (replaced, retained) {
        (true, true) => json!("ReplaceAndRetain"),
        (true, false) => json!("ReplaceAndDelete"),
        (false, _) => Value::Null,
    };
    let entry = change(&json!({
        "Action": "Modify",
        "PolicyAction": policy_action,
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": record.physical_id,
        "ResourceType": definition.resource_type,
        "Replacement": if replaced { "True" } else { "False" },
        "Scope": scope,
        "Details": details,
        "BeforeContext": context(before),
        "AfterContext": context(after),
    }));
    Some((entry, replaced))
}

/// The names of the top-level properties that differ.
pub(super) fn differing<'a>(before: &'a Value, after: &'a Value) -> BTreeSet<&'a str> {
    let names = |value: &'a Value| {
        value
            .as_object()
            .into_iter()
            .flat_map(|members| members.keys().map(String::as_str))
    };
    names(before)
        .chain(names(after))
        .filter(|name| before.get(name) != after.get(name))
        .collect()
}

fn property_detail(
    definition: &Definition,
    name: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Value {
    let only =
        |value: Option<&Value>| value.map_or_else(|| json!({}), |value| json!({ name: value }));
    let replaces = resource_type(&definition.resource_type)
        .is_some_and(|known| known.replacement(&only(before), &only(after)));
    let text = |value: Option<&Value>| value.map(crate::json::text);
    let later = text(after).is_some_and(|text| text.contains(KNOWN_AFTER_APPLY));
    let kind = match (before, after) {
        (None, _) => "Add",
        (_, None) => "Remove",
        _ => "Modify",
    };
    json!({
        "Target": {
            "Attribute": if name == "Tags" { "Tags" } else { "Properties" },
            "Name": name,
            "RequiresRecreation": if replaces { "Always" } else { "Never" },
            "Path": format!("/Properties/{name}"),
            "BeforeValue": text(before),
            "AfterValue": text(after),
            "AttributeChangeType": kind,
        },
        "Evaluation": if later { "Dynamic" } else { "Static" },
        "ChangeSource": if later { "ResourceReference" } else { "DirectModification" },
    })
}

fn context(properties: &Value) -> String {
    json!({"Properties": properties}).to_string()
}

fn change(resource_change: &Value) -> Value {
    json!({"Type": "Resource", "ResourceChange": resource_change})
}
