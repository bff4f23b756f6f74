//! The transforms that a template declares.

use serde_json::Value;

use super::error::format_error;
use crate::aws::{AwsError, json};

/// The one transform that the local AWS does:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html>.
pub(crate) const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// The names in the section `Transform`: one name, or a list.
///
/// # Errors
/// `ValidationError` for a transform that the local AWS does not do.
pub(super) fn declared(section: Option<Value>) -> Result<Vec<String>, AwsError> {
    let names = match section {
        None => return Ok(Vec::new()),
        Some(Value::Array(names)) => names,
        Some(name) => vec![name],
    };
    let names = names.into_iter().map(|name| match name {
        Value::String(name) if name == LANGUAGE_EXTENSIONS => Ok(name),
        other => Err(format_error(&format!(
            "the local AWS does not do the transform {} yet; it does {LANGUAGE_EXTENSIONS}.",
            json::text(other.get("Name").unwrap_or(&other))
        ))),
    });
    names.collect()
}
