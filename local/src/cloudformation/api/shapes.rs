//! Shapes that several outputs contain.

use serde::Serialize;

use crate::cloudformation::model::{Drift, DriftStatus, Stack, StackDriftStatus, Version};

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

/// Whether a stack has drifted, and when that was found out.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StackDriftInformation<'a> {
    stack_drift_status: StackDriftStatus,
    last_check_timestamp: Option<&'a str>,
}

impl<'a> StackDriftInformation<'a> {
    pub(super) fn of(stack: &'a Stack) -> Self {
        let drift = stack.drift.as_ref();
        Self {
            stack_drift_status: drift.map_or(StackDriftStatus::NotChecked, Drift::status),
            last_check_timestamp: drift.map(|drift| drift.time.as_str()),
        }
    }
}

/// Whether a resource has drifted, and when that was found out.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ResourceDriftInformation<'a> {
    stack_resource_drift_status: DriftStatus,
    last_check_timestamp: Option<&'a str>,
}

impl<'a> ResourceDriftInformation<'a> {
    pub(super) fn of(stack: &'a Stack, logical_id: &str) -> Self {
        let drift = stack.drift.as_ref();
        let found = drift.and_then(|drift| Some((drift, drift.resources.get(logical_id)?)));
        Self {
            stack_resource_drift_status: found
                .map_or(DriftStatus::NotChecked, |(_, found)| found.status),
            last_check_timestamp: found.map(|(drift, _)| drift.time.as_str()),
        }
    }
}
