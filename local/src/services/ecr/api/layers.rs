//! `BatchCheckLayerAvailability` and `GetDownloadUrlForLayer`.

use serde::{Deserialize, Serialize};

use super::input::repository;
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::ecr::PASSWORD;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Check {
    repository_name: String,
    layer_digests: Vec<String>,
}

#[derive(Default, Serialize)]
pub(super) struct Checked {
    layers: Vec<Layer>,
    failures: Vec<Failure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Layer {
    layer_digest: String,
    layer_availability: &'static str,
    layer_size: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    layer_digest: String,
    failure_code: &'static str,
    failure_reason: &'static str,
}

pub(super) fn check(account: &Account, input: Check) -> Result<Checked, AwsError> {
    account.read(|state| repository(state, &input.repository_name).map(|_| ()))?;
    let mut checked = Checked::default();
    for layer_digest in input.layer_digests {
        let Some(path) = account.blobs.blob(&layer_digest) else {
            checked.failures.push(Failure {
                layer_digest,
                failure_code: "InvalidLayerDigest",
                failure_reason: "Invalid layer digest provided",
            });
            continue;
        };
        let layer_size = path.metadata().ok().map(|metadata| metadata.len());
        checked.layers.push(Layer {
            layer_digest,
            layer_availability: if layer_size.is_some() {
                "AVAILABLE"
            } else {
                "UNAVAILABLE"
            },
            layer_size,
        });
    }
    Ok(checked)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Url {
    repository_name: String,
    layer_digest: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address {
    download_url: String,
    layer_digest: String,
}

/// The address in the local registry, with the login: AWS signs an address of S3.
pub(super) fn url(account: &Account, input: &Url) -> Result<Address, AwsError> {
    let (name, digest) = (&input.repository_name, &input.layer_digest);
    account.read(|state| repository(state, name).map(|_| ()))?;
    let blob = account.blobs.blob(digest);
    if !blob.is_some_and(|path| path.is_file()) {
        return Err(AwsError::new(
            "LayersNotFoundException",
            format!(
                "The layer with digest '{digest}' does not exist in the repository with name '{name}' in the registry with id '{ACCOUNT}'"
            ),
        ));
    }
    let host = account.endpoint;
    Ok(Address {
        download_url: format!("http://AWS:{PASSWORD}@{host}/v2/{name}/blobs/{digest}"),
        layer_digest: digest.clone(),
    })
}
