//! Shapes that several outputs contain.

use serde::Serialize;

use crate::cloudformation::model::{DriftStatus, StackDriftStatus, Version};

/// A parameter of a stack or of a change set.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Parameter<'a> {
    parameter_key: &'a str,
    parameter_value: &'a str,
    resolved_value: Option<&'a str>,
}

/// The parameters of a version, the `NoEcho` ones masked.
pub(super) fn parameters(version: &Version) -> Vec<Parameter<'_>> {
    let all = version.parameters.iter();
    all.map(|(key, parameter)| Parameter {
        parameter_key: key,
        parameter_value: if parameter.no_echo {
            "****"
        } else {
            &parameter.value
        },
        resolved_value: parameter.resolved.as_deref(),
    })
    .collect()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag<'a> {
    key: &'a str,
    value: &'a str,
}

pub(super) fn tags(version: &Version) -> Vec<Tag<'_>> {
    let all = version.tags.iter();
    all.map(|(key, value)| Tag { key, value }).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StackDriftInformation {
    pub(super) stack_drift_status: StackDriftStatus,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ResourceDriftInformation {
    stack_resource_drift_status: DriftStatus,
}

impl ResourceDriftInformation {
    /// Drift is in the output of `DescribeStackResourceDrifts` only.
    pub(super) const NOT_CHECKED: Self = Self {
        stack_resource_drift_status: DriftStatus::NotChecked,
    };
}
