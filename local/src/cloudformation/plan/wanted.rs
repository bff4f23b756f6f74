//! The version of a stack that a caller asks for.

use std::collections::BTreeMap;

use crate::account::State;
use crate::aws::AwsError;
use crate::cloudformation::model::{Stack, Version};
use crate::cloudformation::template::{
    Given, Template, capabilities, check, parameters, secure_without_version,
};

/// The input of a deployment.
pub(crate) struct Wanted {
    pub(crate) template: TemplateSource,
    pub(crate) parameters: BTreeMap<String, Given>,
    /// The new tags; `None` keeps those of the stack.
    pub(crate) tags: Option<BTreeMap<String, String>>,
    pub(crate) capabilities: Vec<String>,
    /// The ARN of the new role; `None` keeps that of the stack.
    pub(crate) role: Option<String>,
    /// The ARNs of the new topics; `None` keeps those of the stack.
    pub(crate) notification_arns: Option<Vec<String>>,
}

pub(crate) enum TemplateSource {
    Body(String),
    /// The template of the stack.
    Previous,
}

impl Wanted {
    /// Checks the template and gives the parameters their values.
    ///
    /// The text is the reason for which the deployment fails as soon as it has begun, if it does.
    pub(super) fn version(
        self,
        stack: &Stack,
        state: &State,
    ) -> Result<(Version, Option<String>), AwsError> {
        let body = match self.template {
            TemplateSource::Body(body) => body,
            TemplateSource::Previous => stack.current.template.clone(),
        };
        let template = Template::parse(&body)?;
        check(&template)?;
        check_capabilities(&template, &self.capabilities)?;
        let previous = &stack.current.parameters;
        let resolved = parameters(&template, &self.parameters, previous, state)?;
        let missing = resolved
            .missing
            .or_else(|| secure_without_version(&template));
        let version = Version {
            parameters: resolved.parameters,
            tags: self.tags.unwrap_or_else(|| stack.current.tags.clone()),
            template: body,
            capabilities: self.capabilities,
            role: self.role.or_else(|| stack.current.role.clone()),
            notification_arns: self
                .notification_arns
                .unwrap_or_else(|| stack.current.notification_arns.clone()),
            ..Version::default()
        };
        Ok((version, missing))
    }
}

/// Checks what only the transform of a template has made.
pub(super) fn check_processed(
    template: &Template,
    version: &Version,
    direct: bool,
) -> Result<(), AwsError> {
    const AUTO_EXPAND: &str = "CAPABILITY_AUTO_EXPAND";
    if template.transforms.is_empty() {
        return Ok(());
    }
    if direct
        && !version
            .capabilities
            .iter()
            .any(|given| given == AUTO_EXPAND)
    {
        return Err(AwsError::new(
            "InsufficientCapabilitiesException",
            format!("Requires capabilities : [{AUTO_EXPAND}]"),
        ));
    }
    check(template)?;
    check_capabilities(template, &version.capabilities)
}

fn check_capabilities(template: &Template, given: &[String]) -> Result<(), AwsError> {
    let enough = |needed: &&str| {
        given
            .iter()
            .any(|capability| capability == needed || capability == "CAPABILITY_NAMED_IAM")
    };
    let missing: Vec<_> = capabilities(template)
        .into_iter()
        .filter(|needed| !enough(needed))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(AwsError::new(
        "InsufficientCapabilitiesException",
        format!("Requires capabilities : [{}]", missing.join(", ")),
    ))
}
