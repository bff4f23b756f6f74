//! `GetParameterHistory`, `LabelParameterVersion` and `UnlabelParameterVersion`.

use serde::{Deserialize, Serialize};

use super::get::ENCRYPTED;
use super::list::{LARGEST_DESCRIPTION, paged};
use super::put::shown_tier;
use super::{not_found, required, user};
use crate::account::Account;
use crate::aws::{AwsError, epoch_seconds, page_size};
use crate::services::ssm::parameters::{Stored, Version};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct History {
    name: Option<String>,
    with_decryption: bool,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Page {
    parameters: Vec<Shown>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown {
    name: String,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<String>,
    last_modified_date: f64,
    last_modified_user: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_pattern: Option<String>,
    version: usize,
    labels: Vec<String>,
    tier: String,
    policies: [(); 0],
    data_type: &'static str,
}

/// The versions of a parameter, the oldest first.
pub(super) fn history(account: &Account, input: &History) -> Result<Page, AwsError> {
    let name = required(input.name.clone(), "Name")?;
    account.read(|state| {
        let (name, parameter) = state.parameters.find(&name).ok_or_else(not_found)?;
        let all = parameter.numbered();
        let all = all.map(|(number, version)| {
            shown(name, parameter, number, version, input.with_decryption)
        });
        let size = page_size(input.max_results, LARGEST_DESCRIPTION);
        let (parameters, next_token) = paged(all, size, input.next_token.as_deref())?;
        Ok(Page {
            parameters,
            next_token,
        })
    })
}

fn shown(
    name: &str,
    parameter: &Stored,
    number: usize,
    version: &Version,
    decrypted: bool,
) -> Shown {
    let hidden = parameter.kind == "SecureString" && !decrypted;
    Shown {
        name: name.to_owned(),
        r#type: parameter.kind.clone(),
        key_id: parameter.settings.key_id.clone(),
        last_modified_date: epoch_seconds(&version.modified),
        last_modified_user: user(),
        description: parameter.description.clone(),
        value: if hidden { ENCRYPTED } else { &version.value }.to_owned(),
        allowed_pattern: parameter.settings.allowed_pattern.clone(),
        version: number,
        labels: version.labels.clone(),
        tier: shown_tier(parameter.settings.tier.as_deref()),
        policies: [],
        data_type: "text",
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Label {
    name: Option<String>,
    parameter_version: Option<usize>,
    labels: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Labelled {
    invalid_labels: Vec<String>,
    parameter_version: usize,
}

/// Labels a version, or the newest. Labels that are not allowed are left out and returned.
pub(super) fn label(account: &Account, input: Label) -> Result<Labelled, AwsError> {
    let name = required(input.name, "Name")?;
    let (labels, invalid_labels): (Vec<_>, Vec<_>) = input
        .labels
        .into_iter()
        .partition(|label| is_allowed(label));
    account.change(|state| {
        let parameter = state.parameters.get_mut(&name).ok_or_else(not_found)?;
        let newest = parameter.version(None).map(|(number, _)| number);
        let number = input.parameter_version.or(newest).unwrap_or(0);
        if parameter.version(Some(number)).is_none() {
            return Err(no_version(&name, number));
        }
        parameter.label(number, &labels)?;
        Ok(Labelled {
            invalid_labels,
            parameter_version: number,
        })
    })
}

/// Letters, digits, `.`, `-` and `_`, not first a digit, `aws` or `ssm`
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html>).
fn is_allowed(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    let is_letter = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    label.len() <= 100
        && label.chars().all(is_letter)
        && !label.starts_with(|c: char| c.is_ascii_digit())
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Unlabelled {
    removed_labels: Vec<String>,
    invalid_labels: Vec<String>,
}

pub(super) fn unlabel(account: &Account, input: Label) -> Result<Unlabelled, AwsError> {
    let name = required(input.name, "Name")?;
    let number = input.parameter_version.unwrap_or(0);
    account.change(|state| {
        let parameter = state.parameters.get_mut(&name).ok_or_else(not_found)?;
        if parameter.version(Some(number)).is_none() {
            return Err(no_version(&name, number));
        }
        let removed_labels = parameter.unlabel(number, &input.labels)?;
        let mut invalid_labels = input.labels;
        invalid_labels.retain(|label| !removed_labels.contains(label));
        Ok(Unlabelled {
            removed_labels,
            invalid_labels,
        })
    })
}

/// The error for a version or label that a parameter does not have.
pub(super) fn no_version(name: &str, version: impl std::fmt::Display) -> AwsError {
    AwsError::new(
        "ParameterVersionNotFound",
        format!(
            "Systems Manager could not find version {version} of {name}. Verify the version and try again."
        ),
    )
}
