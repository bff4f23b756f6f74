//! The members that `CreateStack`, `UpdateStack` and `CreateChangeSet` have in common.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::wire::{Text, given};
use crate::aws::AwsError;
use crate::cloudformation::plan::{TemplateSource, Wanted};
use crate::cloudformation::template::Given;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeploymentInput {
    template_body: Option<String>,
    #[serde(default)]
    use_previous_template: bool,
    #[serde(default)]
    parameters: Vec<Parameter>,
    #[serde(default)]
    capabilities: Vec<String>,
    #[serde(default, deserialize_with = "given")]
    tags: Option<Vec<Tag>>,
    deployment_config: Option<DeploymentConfig>,
    disable_rollback: Option<bool>,
    #[serde(default)]
    disable_validation: bool,
    #[serde(rename = "RoleARN")]
    role_arn: Option<String>,
    #[serde(rename = "NotificationARNs", default, deserialize_with = "given")]
    notification_arns: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    parameter_key: String,
    #[serde(default, deserialize_with = "given")]
    parameter_value: Option<Text>,
    #[serde(default)]
    use_previous_value: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeploymentConfig {
    mode: Option<String>,
}

impl DeploymentInput {
    /// Whether the resources of a failed creation are kept.
    pub(super) fn disables_rollback(&self) -> bool {
        self.disable_rollback == Some(true)
    }

    /// Whether the caller leaves out pre-deployment validation.
    pub(super) fn disables_validation(&self) -> bool {
        self.disable_validation
    }

    /// Whether the caller requests express mode, which does not wait until resources are in
    /// service.
    ///
    /// # Errors
    /// `ValidationError` together with `DisableRollback`.
    pub(super) fn is_express(&self) -> Result<bool, AwsError> {
        let config = self.deployment_config.as_ref();
        let express = config.and_then(|config| config.mode.as_deref()) == Some("EXPRESS");
        if express && self.disable_rollback.is_some() {
            return Err(AwsError::validation(
                "DisableRollback cannot be specified together with DeploymentConfig",
            ));
        }
        Ok(express)
    }

    /// The version that the caller requests.
    ///
    /// # Errors
    /// `ValidationError` for contradictory members.
    pub(super) fn wanted(self) -> Result<Wanted, AwsError> {
        let tags = self.tags.map(|tags| {
            let tags = tags.into_iter();
            tags.map(|tag| (tag.key, tag.value.0)).collect()
        });
        Ok(Wanted {
            template: template_source(self.template_body, self.use_previous_template)?,
            parameters: parameters(self.parameters)?,
            tags,
            capabilities: self.capabilities,
            role: self.role_arn,
            notification_arns: self.notification_arns,
        })
    }
}

fn template_source(body: Option<String>, use_previous: bool) -> Result<TemplateSource, AwsError> {
    match (body, use_previous) {
        (Some(body), false) => Ok(TemplateSource::Body(body)),
        (None, true) => Ok(TemplateSource::Previous),
        (Some(_), true) => Err(AwsError::validation(
            "You cannot specify both usePreviousTemplate and Template Body",
        )),
        (None, false) => Err(AwsError::validation(
            "Either Template URL or Template Body must be specified.",
        )),
    }
}

fn parameters(parameters: Vec<Parameter>) -> Result<BTreeMap<String, Given>, AwsError> {
    parameters
        .into_iter()
        .map(|parameter| {
            let key = parameter.parameter_key;
            let value = match parameter.parameter_value {
                Some(Text(value)) => Given::Value(value),
                None if parameter.use_previous_value => Given::Previous,
                None => {
                    return Err(AwsError::validation(format!(
                        "Invalid input for parameter key {key}. Cannot specify usePreviousValue as false without a value"
                    )));
                }
            };
            Ok((key, value))
        })
        .collect()
}
