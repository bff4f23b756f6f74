//! How a resource that exists changes: its properties, its policies, and whether it is replaced.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::context::context;
use crate::aws::{KNOWN_AFTER_APPLY, json};
use crate::cloudformation::model::{
    Action, Attribute, AttributeChangeType, ChangeSource, Detail, DetailTarget, Evaluation,
    PolicyAction, Record, Replacement, RequiresRecreation, ResourceChange,
};
use crate::cloudformation::template::Definition;
use crate::resources::schema;

/// The change of a resource whose properties become `after`; `None` if nothing changes.
pub(super) fn modification(
    logical_id: &str,
    definition: &Definition,
    record: &Record,
    after: &Value,
) -> Option<ResourceChange> {
    let before = &record.properties;
    let properties = differing(before, after).into_iter();
    let mut details: Vec<Detail> = properties
        .map(|name| property(definition, name, before.get(name), after.get(name)))
        .collect();
    details.extend(policies(definition, record));
    if details.is_empty() {
        return None;
    }
    let replaced = needs_replacement(&definition.resource_type, before, after);
    let policy_action = replaced.then(|| {
        if record.is_retained_on_replacement() {
            PolicyAction::ReplaceAndRetain
        } else {
            PolicyAction::ReplaceAndDelete
        }
    });
    Some(ResourceChange {
        policy_action,
        physical_resource_id: Some(record.physical_id.clone()),
        replacement: Some(if replaced {
            Replacement::True
        } else {
            Replacement::False
        }),
        scope: details
            .iter()
            .map(|detail| detail.target.attribute)
            .collect(),
        details,
        before_context: Some(context(before)),
        after_context: Some(context(after)),
        ..ResourceChange::new(Action::Modify, logical_id, &definition.resource_type)
    })
}

/// The names of the top-level properties that differ.
pub(crate) fn differing<'a>(before: &'a Value, after: &'a Value) -> BTreeSet<&'a str> {
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

/// Whether the change of properties requires a replacement.
pub(crate) fn needs_replacement(resource_type: &str, before: &Value, after: &Value) -> bool {
    schema(resource_type).is_some_and(|known| known.replacement(before, after))
}

fn property(
    definition: &Definition,
    name: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Detail {
    let only =
        |value: Option<&Value>| value.map_or_else(|| json!({}), |value| json!({ name: value }));
    let replaces = needs_replacement(&definition.resource_type, &only(before), &only(after));
    let before_value = before.map(json::text);
    let after_value = after.map(json::text);
    let later = after_value
        .as_ref()
        .is_some_and(|text| text.contains(KNOWN_AFTER_APPLY));
    let (evaluation, change_source) = if later {
        (Evaluation::Dynamic, ChangeSource::ResourceReference)
    } else {
        (Evaluation::Static, ChangeSource::DirectModification)
    };
    let kind = match (before, after) {
        (None, _) => AttributeChangeType::Add,
        (_, None) => AttributeChangeType::Remove,
        _ => AttributeChangeType::Modify,
    };
    let attribute = if name == "Tags" {
        Attribute::Tags
    } else {
        Attribute::Properties
    };
    Detail {
        target: DetailTarget {
            name: Some(name.to_owned()),
            requires_recreation: if replaces {
                RequiresRecreation::Always
            } else {
                RequiresRecreation::Never
            },
            path: Some(format!("/Properties/{name}")),
            before_value,
            after_value,
            attribute_change_type: Some(kind),
            ..DetailTarget::new(attribute)
        },
        evaluation,
        change_source,
    }
}

/// The policies that change.
fn policies(definition: &Definition, record: &Record) -> impl Iterator<Item = Detail> {
    let policies = [
        (
            Attribute::DeletionPolicy,
            record.deletion_policy,
            definition.deletion_policy,
        ),
        (
            Attribute::UpdateReplacePolicy,
            record.update_replace_policy,
            definition.update_replace_policy,
        ),
    ];
    policies
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(attribute, before, after)| Detail {
            target: DetailTarget {
                before_value: before.map(|policy| policy.to_string()),
                after_value: after.map(|policy| policy.to_string()),
                ..DetailTarget::new(attribute)
            },
            evaluation: Evaluation::Static,
            change_source: ChangeSource::DirectModification,
        })
}
