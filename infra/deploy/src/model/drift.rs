use serde::Serialize;

/// A resource that was changed by hand since its stack was deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Drift {
    /// The name in the template.
    #[serde(rename = "LogicalResourceId")]
    pub logical_id: String,
    /// The name or id at AWS.
    #[serde(rename = "PhysicalResourceId")]
    pub physical_id: String,
    /// The type, for example `AWS::EC2::VPC`.
    pub resource_type: String,
    /// AWS's word: `MODIFIED` or `DELETED`.
    pub status: String,
    /// The properties that differ.
    pub differences: Vec<Difference>,
}

/// A property that differs from what the stack says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Difference {
    /// The path, for example `/BillingMode`.
    pub path: String,
    /// The value that the stack says.
    pub expected: String,
    /// The value at AWS.
    pub actual: String,
    /// AWS's word: `ADD`, `REMOVE` or `NOT_EQUAL`.
    pub kind: String,
}

impl Drift {
    /// Whether the resource was deleted by hand.
    pub(crate) fn is_deleted(&self) -> bool {
        self.status == "DELETED"
    }
}
