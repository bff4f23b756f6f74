//! Why a change set fails.

use std::collections::BTreeSet;

use crate::cloudformation::model::{Invalid, Validation};

/// The reason of a change set that changes nothing.
pub(crate) const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different information to create a change set.";

/// Why a change set fails.
pub(super) enum Refusal {
    NoChanges,
    Template(String),
    /// Pre-deployment validation has found something.
    Findings(Vec<Invalid>),
}

impl Refusal {
    /// The status reason of the change set.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::NoChanges => NO_CHANGES.to_owned(),
            Self::Template(reason) => reason.clone(),
            Self::Findings(findings) => {
                let validations = findings.iter().map(|finding| finding.validation);
                let validations: BTreeSet<_> = validations.collect();
                let names: Vec<_> = validations.into_iter().map(Validation::hook).collect();
                format!(
                    "The following hook(s)/validation failed: [{}]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.",
                    names.join(", ")
                )
            }
        }
    }
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self::Template(reason)
    }
}
