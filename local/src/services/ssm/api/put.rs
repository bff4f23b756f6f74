//! `PutParameter`.

use serde::{Deserialize, Serialize};

use super::required;
use super::tags::Tag;
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::ssm::keys::check_usable;
use crate::services::ssm::parameters::{Settings, Write};

/// The key of AWS that encrypts a secret without a key of its own.
const DEFAULT_KEY: &str = "alias/aws/ssm";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    name: Option<String>,
    value: Option<String>,
    r#type: Option<String>,
    description: Option<String>,
    overwrite: bool,
    key_id: Option<String>,
    allowed_pattern: Option<String>,
    tags: Vec<Tag>,
    tier: Option<String>,
    data_type: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    version: usize,
    tier: String,
}

pub(super) fn put(account: &Account, input: Input) -> Result<Output, AwsError> {
    check(&input)?;
    if let Some(key) = &input.key_id {
        check_usable(account, key)?;
    }
    let name = required(input.name, "Name")?;
    let value = required(input.value, "Value")?;
    let is_secret = input.r#type.as_deref() == Some("SecureString");
    let write = Write {
        name: &name,
        value: &value,
        kind: input.r#type.as_deref(),
        description: input.description.as_deref(),
        overwrite: input.overwrite,
        settings: Settings {
            tier: input.tier,
            key_id: input
                .key_id
                .or_else(|| is_secret.then(|| DEFAULT_KEY.to_owned())),
            allowed_pattern: input.allowed_pattern,
        },
    };
    account.change(|state| {
        let known = state.parameters.get(&name).map(|known| known.kind.clone());
        if input.overwrite
            && let (Some(known), Some(kind)) = (known, write.kind)
            && known != kind
        {
            return Err(AwsError::new(
                "HierarchyTypeMismatchException",
                "The parameter type you specified does not match the type of the existing parameter. Delete the parameter and create it again.",
            ));
        }
        let version = state.parameters.write(&write)?;
        let mut tier = None;
        if let Some(parameter) = state.parameters.get_mut(&name) {
            tier.clone_from(&parameter.settings.tier);
            let tags = input.tags.into_iter();
            parameter.tags.extend(tags.map(|tag| (tag.key, tag.value)));
        }
        Ok(Output {
            version,
            tier: shown_tier(tier.as_deref()),
        })
    })
}

/// The tier that a parameter really has.
pub(super) fn shown_tier(tier: Option<&str>) -> String {
    match tier {
        None | Some("Intelligent-Tiering") => "Standard".to_owned(),
        Some(tier) => tier.to_owned(),
    }
}

fn check(input: &Input) -> Result<(), AwsError> {
    let invalid = |sentence: &str| Err(AwsError::new("ValidationException", sentence));
    if input.overwrite && !input.tags.is_empty() {
        return invalid(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
        );
    }
    if input.key_id.is_some() && input.r#type.as_deref() != Some("SecureString") {
        return invalid("KeyId is required for SecureString type parameter only.");
    }
    match input.data_type.as_deref() {
        None | Some("text") => Ok(()),
        Some(other @ ("aws:ec2:image" | "aws:ssm:integration")) => {
            Err(AwsError::unsupported(&format!("the data type {other}")))
        }
        Some(other) => invalid(&format!(
            "The following data type is not supported: {other} (Data type names are all lowercase.)"
        )),
    }
}
