//! Scans of images. The local AWS scans none: there are no findings to report.

use serde::{Deserialize, Serialize};

use super::input::{ImageId, find, repository};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Findings {
    repository_name: String,
    image_id: ImageId,
}

#[derive(Serialize)]
pub(super) struct Nothing {}

/// `DescribeImageScanFindings`, of an image that was not scanned.
pub(super) fn findings(account: &Account, input: &Findings) -> Result<Nothing, AwsError> {
    let name = &input.repository_name;
    let shown = input.image_id.shown();
    account.read(|state| {
        find(repository(state, name)?, name, &input.image_id)?;
        Err(AwsError::new(
            "ScanNotFoundException",
            format!(
                "Image scan does not exist for the image with '{shown}' in the repository with name '{name}' in the registry with id '{ACCOUNT}'"
            ),
        ))
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Repositories {
    repository_names: Vec<String>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Configurations {
    scanning_configurations: Vec<Configuration>,
    failures: Vec<Failure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    repository_arn: String,
    repository_name: String,
    scan_on_push: bool,
    scan_frequency: &'static str,
    applied_scan_filters: [(); 0],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    repository_name: String,
    failure_code: &'static str,
    failure_reason: &'static str,
}

/// `BatchGetRepositoryScanningConfiguration`.
pub(super) fn configurations(account: &Account, input: Repositories) -> Configurations {
    let mut found = Configurations::default();
    account.read(|state| {
        for repository_name in input.repository_names {
            let Some(repository) = state.repositories.get(&repository_name) else {
                found.failures.push(Failure {
                    repository_name,
                    failure_code: "REPOSITORY_NOT_FOUND",
                    failure_reason: "REPOSITORY_NOT_FOUND",
                });
                continue;
            };
            found.scanning_configurations.push(Configuration {
                repository_arn: account.arn("ecr", &format!("repository/{repository_name}")),
                repository_name,
                scan_on_push: repository.scan_on_push,
                scan_frequency: if repository.scan_on_push {
                    "SCAN_ON_PUSH"
                } else {
                    "MANUAL"
                },
                applied_scan_filters: [],
            });
        }
    });
    found
}
