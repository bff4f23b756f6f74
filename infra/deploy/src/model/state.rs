//! A deployed stack and its resources, as `CloudFormation` describes them.

use serde::{Serialize, Serializer};

use super::Status;

/// A stack as `CloudFormation` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct StackState {
    /// The ARN. It still resolves after the stack was deleted.
    #[serde(rename = "StackId")]
    pub id: String,
    /// The name.
    #[serde(rename = "StackName")]
    pub name: String,
    /// The status.
    #[serde(rename = "StackStatus")]
    pub status: Status,
    /// Why the stack has this status, if AWS gives a reason.
    #[serde(rename = "StackStatusReason")]
    pub reason: Option<String>,
    /// When the stack was last changed.
    #[serde(rename = "LastUpdatedTime")]
    pub changed: Option<String>,
    /// The parameters it was deployed with.
    #[serde(rename = "Parameters")]
    pub parameters: Vec<StackParameter>,
    /// The outputs, by name.
    #[serde(rename = "Outputs", serialize_with = "as_map")]
    pub outputs: Vec<(String, String)>,
    /// Whether termination protection keeps the stack from being deleted.
    #[serde(rename = "EnableTerminationProtection")]
    pub termination_protection: bool,
    /// The tags, by key.
    #[serde(rename = "Tags", serialize_with = "as_map")]
    pub tags: Vec<(String, String)>,
}

/// A parameter of a deployed stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StackParameter {
    /// The name in the template.
    #[serde(rename = "ParameterKey")]
    pub key: String,
    /// The value. For an SSM type this is the name of the SSM parameter.
    #[serde(rename = "ParameterValue")]
    pub value: String,
    /// The value of the SSM parameter when the stack was deployed.
    #[serde(rename = "ResolvedValue")]
    pub resolved: Option<String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resource {
    /// The name in the template.
    #[serde(rename = "LogicalResourceId")]
    pub logical_id: String,
    /// The name or id at AWS.
    #[serde(rename = "PhysicalResourceId")]
    pub physical_id: String,
    /// The type, for example `AWS::EC2::VPC`.
    #[serde(rename = "ResourceType")]
    pub resource_type: String,
    /// The status.
    #[serde(rename = "ResourceStatus")]
    pub status: Status,
}

impl StackState {
    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, key: &str) -> Option<&str> {
        let parameter = self.parameters.iter().find(|p| p.key == key)?;
        Some(&parameter.value)
    }
}

/// Pairs of names and values as one object.
fn as_map<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}
