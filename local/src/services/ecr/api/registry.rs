//! The settings of the registry: those of an account that has changed none.

use serde::{Deserialize, Serialize};

use crate::aws::{ACCOUNT, AwsError};

#[derive(Deserialize)]
pub(super) struct Input {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Description {
    registry_id: &'static str,
    replication_configuration: Rules,
}

#[derive(Serialize)]
struct Rules {
    rules: [(); 0],
}

/// `DescribeRegistry`.
pub(super) fn describe(_: &Input) -> Description {
    Description {
        registry_id: ACCOUNT,
        replication_configuration: Rules { rules: [] },
    }
}

#[derive(Serialize)]
pub(super) struct Nothing {}

/// `GetRegistryPolicy`.
pub(super) fn policy(_: &Input) -> Result<Nothing, AwsError> {
    Err(AwsError::new(
        "RegistryPolicyNotFoundException",
        format!("Registry policy does not exist in the registry with id '{ACCOUNT}'"),
    ))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Scanning {
    registry_id: &'static str,
    scanning_configuration: ScanningConfiguration,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScanningConfiguration {
    scan_type: &'static str,
    rules: [(); 0],
}

/// `GetRegistryScanningConfiguration`.
pub(super) fn scanning(_: &Input) -> Scanning {
    Scanning {
        registry_id: ACCOUNT,
        scanning_configuration: ScanningConfiguration {
            scan_type: "BASIC",
            rules: [],
        },
    }
}
