//! Why a change set fails.

use crate::cloudformation::model::Invalid;

/// The reason of a change set that changes nothing.
pub(crate) const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different information to create a change set.";

/// AWS's message for a failed pre-deployment validation. The local AWS adds the finding.
const EARLY_VALIDATION: &str = "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. \
     To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.";

/// Why a change set fails.
pub(super) enum Refusal {
    NoChanges,
    Template(String),
    Properties(Invalid),
}

impl Refusal {
    /// The status reason of the change set.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::NoChanges => NO_CHANGES.to_owned(),
            Self::Template(reason) => reason.clone(),
            Self::Properties(Invalid {
                logical_id,
                resource_type,
                reason,
            }) => format!("{EARLY_VALIDATION} {logical_id} ({resource_type}): {reason}"),
        }
    }
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self::Template(reason)
    }
}
