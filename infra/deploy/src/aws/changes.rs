//! The changes in a change set, read from AWS's description.

use aws_sdk_cloudformation::types;
use serde_json::Value;

use super::text::text;
use crate::model::{Change, PropertyChange};

/// A change of a change set, if it is about a resource.
pub(super) fn change(change: &types::Change) -> Option<Change> {
    let change = change.resource_change()?;
    let mut properties: Vec<PropertyChange> = Vec::new();
    for detail in change.details() {
        let Some(property) = detail.target().map(property_change) else {
            continue;
        };
        // AWS lists a property once for each cause of its change.
        if !properties.iter().any(|known| known.path == property.path) {
            properties.push(property);
        }
    }
    if change.action == Some(types::ChangeAction::Add) {
        properties = added_properties(change.after_context.as_deref());
    }
    Some(Change {
        action: word(change.action.as_ref().map(types::ChangeAction::as_str)),
        logical_id: text(change.logical_resource_id.as_ref()),
        physical_id: text(change.physical_resource_id.as_ref()),
        resource_type: text(change.resource_type.as_ref()),
        replacement: word(change.replacement.as_ref().map(types::Replacement::as_str)),
        policy_action: word(
            change
                .policy_action
                .as_ref()
                .map(types::PolicyAction::as_str),
        ),
        properties,
    })
}

fn property_change(target: &types::ResourceTargetDefinition) -> PropertyChange {
    let attribute = word(
        target
            .attribute
            .as_ref()
            .map(types::ResourceAttribute::as_str),
    );
    let path = match (&target.path, &target.name) {
        (Some(path), _) => path.clone(),
        (None, Some(name)) => format!("/{attribute}/{name}"),
        (None, None) => format!("/{attribute}"),
    };
    PropertyChange {
        path,
        before: target.before_value.clone(),
        after: target.after_value.clone(),
        recreation: word(
            target
                .requires_recreation
                .as_ref()
                .map(types::RequiresRecreation::as_str),
        ),
        by_hand: target.before_value_from == Some(types::BeforeValueFrom::ActualState),
    }
}

/// The properties of an added resource, which AWS gives as one JSON text.
fn added_properties(context: Option<&str>) -> Vec<PropertyChange> {
    let context: Option<Value> = context.and_then(|text| serde_json::from_str(text).ok());
    let properties = context
        .as_ref()
        .and_then(|context| context.get("Properties"));
    let Some(properties) = properties.and_then(Value::as_object) else {
        return Vec::new();
    };
    properties
        .iter()
        .map(|(name, value)| PropertyChange {
            path: format!("/Properties/{name}"),
            after: Some(
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            ),
            ..PropertyChange::default()
        })
        .collect()
}

/// AWS's word, or an empty text if it gives none: a resource that is added has no replacement.
fn word(word: Option<&str>) -> String {
    word.unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudformation::types::{
        ChangeAction, ResourceAttribute, ResourceChange, ResourceChangeDetail,
        ResourceTargetDefinition,
    };

    #[test]
    fn a_property_with_two_causes_is_listed_once_and_unknown_words_are_kept() {
        let detail = ResourceChangeDetail::builder()
            .target(
                ResourceTargetDefinition::builder()
                    .attribute(ResourceAttribute::Properties)
                    .name("Tags")
                    .build(),
            )
            .build();
        let sdk = types::Change::builder()
            .resource_change(
                ResourceChange::builder()
                    .action(ChangeAction::from("Teleport"))
                    .logical_resource_id("Table")
                    .details(detail.clone())
                    .details(detail)
                    .build(),
            )
            .build();
        let change = change(&sdk).expect("a resource change");
        assert_eq!(change.action, "Teleport");
        assert_eq!(change.properties.len(), 1);
        assert_eq!(change.properties[0].path, "/Properties/Tags");
    }

    #[test]
    fn the_properties_of_an_added_resource_are_in_its_context() {
        let context = r#"{"Properties":{"Type":"String","Value":["a"]}}"#;
        let added = added_properties(Some(context));
        let added: Vec<_> = added
            .iter()
            .map(|p| (&*p.path, p.after.as_deref()))
            .collect();
        assert_eq!(
            added,
            [
                ("/Properties/Type", Some("String")),
                ("/Properties/Value", Some(r#"["a"]"#))
            ]
        );
        for unknown in [None, Some(""), Some("{}"), Some("not JSON")] {
            assert!(added_properties(unknown).is_empty());
        }
    }
}
