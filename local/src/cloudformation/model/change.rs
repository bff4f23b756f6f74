//! An entry of a change set, in the shape in which DescribeChangeSet returns it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::drift::DriftStatus;

/// An entry of `Changes`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "Type", content = "ResourceChange")]
pub(crate) enum Change {
    Resource(ResourceChange),
}

/// What happens to a resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResourceChange {
    pub(crate) action: Action,
    pub(crate) policy_action: Option<PolicyAction>,
    pub(crate) logical_resource_id: String,
    pub(crate) physical_resource_id: Option<String>,
    pub(crate) resource_type: String,
    pub(crate) replacement: Option<Replacement>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) scope: BTreeSet<Attribute>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) details: Vec<Detail>,
    pub(crate) before_context: Option<String>,
    pub(crate) after_context: Option<String>,
    pub(crate) resource_drift_status: Option<DriftStatus>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Action {
    Add,
    Modify,
    Remove,
    Import,
}

/// What the policies of a resource do with the replaced or removed resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PolicyAction {
    Delete,
    Retain,
    ReplaceAndDelete,
    ReplaceAndRetain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Replacement {
    True,
    False,
}

/// Which part of a resource's definition changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Attribute {
    DeletionPolicy,
    Properties,
    Tags,
    UpdateReplacePolicy,
}

/// One property or policy that changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Detail {
    pub(crate) target: DetailTarget,
    pub(crate) evaluation: Evaluation,
    pub(crate) change_source: ChangeSource,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DetailTarget {
    pub(crate) attribute: Attribute,
    /// The property; a policy has no name.
    pub(crate) name: Option<String>,
    pub(crate) requires_recreation: RequiresRecreation,
    pub(crate) path: Option<String>,
    pub(crate) before_value: Option<String>,
    pub(crate) after_value: Option<String>,
    pub(crate) attribute_change_type: Option<AttributeChangeType>,
    pub(crate) before_value_from: Option<BeforeValueFrom>,
    pub(crate) after_value_from: Option<AfterValueFrom>,
    pub(crate) drift: Option<ValueDrift>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RequiresRecreation {
    Never,
    Always,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AttributeChangeType {
    Add,
    Remove,
    Modify,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum BeforeValueFrom {
    ActualState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AfterValueFrom {
    Template,
}

/// Whether the new value is known before the change set is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Evaluation {
    Static,
    Dynamic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ChangeSource {
    DirectModification,
    ResourceReference,
}

/// How a value was changed by hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ValueDrift {
    pub(crate) previous_value: Option<String>,
    pub(crate) actual_value: Option<String>,
}

impl DetailTarget {
    /// An attribute that changes in place, without further details.
    pub(crate) fn new(attribute: Attribute) -> Self {
        Self {
            attribute,
            name: None,
            requires_recreation: RequiresRecreation::Never,
            path: None,
            before_value: None,
            after_value: None,
            attribute_change_type: None,
            before_value_from: None,
            after_value_from: None,
            drift: None,
        }
    }
}

impl ResourceChange {
    /// A change without details: only the action and the resource.
    pub(crate) fn new(action: Action, logical_id: &str, resource_type: &str) -> Self {
        Self {
            action,
            policy_action: None,
            logical_resource_id: logical_id.to_owned(),
            physical_resource_id: None,
            resource_type: resource_type.to_owned(),
            replacement: None,
            scope: BTreeSet::new(),
            details: Vec::new(),
            before_context: None,
            after_context: None,
            resource_drift_status: None,
        }
    }

    /// Removes the values, which may be long: DescribeChangeSet shows them only on request.
    pub(crate) fn without_values(mut self) -> Self {
        self.before_context = None;
        self.after_context = None;
        for detail in &mut self.details {
            detail.target.before_value = None;
            detail.target.after_value = None;
            detail.target.attribute_change_type = None;
        }
        self
    }

    /// Applies `mask` to every text that may contain the value of a parameter.
    pub(crate) fn masked(mut self, mask: impl Fn(&str) -> String) -> Self {
        let mut texts = vec![
            &mut self.physical_resource_id,
            &mut self.before_context,
            &mut self.after_context,
        ];
        for DetailTarget {
            before_value,
            after_value,
            drift,
            ..
        } in self.details.iter_mut().map(|detail| &mut detail.target)
        {
            texts.extend([before_value, after_value]);
            if let Some(drift) = drift {
                texts.extend([&mut drift.previous_value, &mut drift.actual_value]);
            }
        }
        for text in texts.into_iter().flatten() {
            *text = mask(text);
        }
        self
    }
}
