use serde::Serialize;

use super::loss;

/// A change to one resource, in a change set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Change {
    /// AWS's word for the change, for example `Modify`.
    pub action: String,
    /// The name in the template.
    #[serde(rename = "LogicalResourceId")]
    pub logical_id: String,
    /// The name or id at AWS, if the resource exists.
    #[serde(rename = "PhysicalResourceId")]
    pub physical_id: String,
    /// The type, for example `AWS::EC2::VPC`.
    pub resource_type: String,
    /// AWS's word for whether a new resource replaces it: `True`, `False` or `Conditional`.
    pub replacement: String,
    /// AWS's word for what happens to the old resource, for example `Delete` or `ReplaceAndRetain`.
    pub policy_action: String,
    /// The properties that change.
    pub properties: Vec<PropertyChange>,
}

/// A change to one property of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PropertyChange {
    /// The path, for example `/Properties/CidrBlock`.
    pub path: String,
    /// The value now, if AWS gives it.
    pub before: Option<String>,
    /// The new value, if AWS gives it.
    pub after: Option<String>,
    /// AWS's word for whether this needs a new resource: `Always`, `Conditionally` or `Never`.
    #[serde(rename = "RequiresRecreation")]
    pub recreation: String,
    /// Whether the value now was set by hand, and not by a deployment.
    pub by_hand: bool,
}

impl Change {
    /// What this change destroys, in words; `None` if it destroys nothing.
    #[must_use]
    pub fn destroys(&self) -> Option<&'static str> {
        let is_gone = self.is_removal() || self.is_replacement();
        if !is_gone || self.policy_action.ends_with("Retain") {
            return None;
        }
        loss(&self.resource_type)
    }

    /// Whether the resource is deleted.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        self.action == "Remove"
    }

    /// Whether a new resource replaces this one, or may do so.
    #[must_use]
    pub fn is_replacement(&self) -> bool {
        matches!(self.replacement.as_str(), "True" | "Conditional")
    }

    /// Whether the resource grants permissions: IAM.
    #[must_use]
    pub fn is_about_permissions(&self) -> bool {
        self.resource_type.starts_with("AWS::IAM::")
    }

    /// Whether the resource allows connections: security groups, and the prefix lists that they name.
    #[must_use]
    pub fn is_about_connections(&self) -> bool {
        self.resource_type.starts_with("AWS::EC2::SecurityGroup")
            || self.resource_type == "AWS::EC2::PrefixList"
    }

    /// Whether this may grant somebody more than before.
    #[must_use]
    pub fn broadens(&self) -> bool {
        !self.is_removal() && (self.is_about_permissions() || self.is_about_connections())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(action: &str, replacement: &str, resource_type: &str) -> Change {
        Change {
            action: action.into(),
            replacement: replacement.into(),
            resource_type: resource_type.into(),
            ..Change::default()
        }
    }

    #[test]
    fn a_table_goes_with_its_items_unless_it_is_retained() {
        let mut removed = change("Remove", "", "AWS::DynamoDB::Table");
        assert_eq!(removed.destroys(), Some("all of its items"));
        removed.policy_action = "Retain".into();
        assert_eq!(removed.destroys(), None);
        assert_eq!(
            change("Modify", "True", "AWS::DynamoDB::Table").destroys(),
            Some("all of its items")
        );
        assert_eq!(
            change("Modify", "False", "AWS::DynamoDB::Table").destroys(),
            None
        );
    }

    #[test]
    fn the_next_revision_of_a_task_definition_destroys_nothing() {
        assert_eq!(
            change("Modify", "True", "AWS::ECS::TaskDefinition").destroys(),
            None
        );
    }

    #[test]
    fn what_is_unknown_counts_as_lost() {
        assert!(change("Remove", "", "AWS::New::Thing").destroys().is_some());
        assert!(
            change("Modify", "Conditional", "AWS::New::Thing")
                .destroys()
                .is_some()
        );
    }

    #[test]
    fn permissions_and_connections_broaden_unless_they_go() {
        for resource_type in [
            "AWS::IAM::Role",
            "AWS::EC2::SecurityGroupIngress",
            "AWS::EC2::PrefixList",
        ] {
            assert!(change("Add", "", resource_type).broadens());
            assert!(!change("Remove", "", resource_type).broadens());
        }
        assert!(!change("Add", "", "AWS::DynamoDB::Table").broadens());
    }
}
