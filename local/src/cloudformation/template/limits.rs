//! The limits of a template.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>

use super::document::Template;
use super::error::format_error;
use crate::aws::AwsError;

const MOST_RESOURCES: usize = 500;

/// The most parameters, outputs and mappings, each.
const MOST_OTHERS: usize = 200;

const LONGEST_DESCRIPTION: usize = 1024;

const LONGEST_NAME: usize = 255;

/// Checks how much is in a template.
///
/// # Errors
/// `ValidationError` in AWS's words, with the limit.
pub(super) fn check_limits(template: &Template) -> Result<(), AwsError> {
    for (what, count, most) in [
        ("resources", template.resources.len(), MOST_RESOURCES),
        ("parameters", template.parameters.len(), MOST_OTHERS),
        ("outputs", template.outputs.len(), MOST_OTHERS),
        ("mappings", template.mappings.len(), MOST_OTHERS),
    ] {
        if count > most {
            return Err(format_error(&format!(
                "Number of {what}, {count}, is greater than maximum allowed, {most}"
            )));
        }
    }
    let description = template.description.as_deref().unwrap_or("");
    if description.len() > LONGEST_DESCRIPTION {
        return Err(format_error(&format!(
            "'Description' length is greater than {LONGEST_DESCRIPTION}."
        )));
    }
    let names = template.resources.keys().chain(template.parameters.keys());
    let mut names = names.chain(template.outputs.keys());
    if let Some(name) = names.find(|name| name.len() > LONGEST_NAME) {
        return Err(format_error(&format!(
            "Name '{}…' is longer than {LONGEST_NAME} characters",
            name.chars().take(40).collect::<String>()
        )));
    }
    Ok(())
}
