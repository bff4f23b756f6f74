//! Change sets that revert drift.

use crate::aws::json;
use crate::cloudformation::model::{
    Actual, AfterValueFrom, BeforeValueFrom, DriftStatus, ResourceChange, ResourceStatus,
    ValueDrift, Version,
};

/// `version` with the drift that was found. A change set that is compared with it reverts the
/// drift.
pub(crate) fn with_drift(version: &Version, actual: &Actual) -> Version {
    let mut drifted = version.clone();
    for (logical_id, properties) in actual {
        if let Some(record) = drifted.resources.get_mut(logical_id) {
            match properties {
                Some(properties) => record.properties.clone_from(properties),
                None => record.status = ResourceStatus::DeleteComplete,
            }
        }
    }
    drifted
}

/// Adds the drift of the resource to its change.
pub(super) fn annotate(change: &mut ResourceChange, version: &Version, actual: &Actual) {
    let logical_id = &change.logical_resource_id;
    let (Some(found), Some(record)) = (actual.get(logical_id), version.resources.get(logical_id))
    else {
        return;
    };
    change.resource_drift_status = Some(if found.is_some() {
        DriftStatus::Modified
    } else {
        DriftStatus::Deleted
    });
    for target in change.details.iter_mut().map(|detail| &mut detail.target) {
        let Some(name) = &target.name else {
            continue;
        };
        target.before_value_from = Some(BeforeValueFrom::ActualState);
        target.after_value_from = Some(AfterValueFrom::Template);
        target.drift = Some(ValueDrift {
            previous_value: record.properties.get(name).map(json::text),
            actual_value: found
                .as_ref()
                .and_then(|found| found.get(name))
                .map(json::text),
        });
    }
}
