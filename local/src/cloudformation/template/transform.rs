//! The transforms that a template declares.

use serde_json::{Map, Value};

use super::error::format_error;
use crate::aws::{AwsError, json};

/// The one transform that the local AWS does:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html>.
pub(crate) const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// The transform of SAM. It changes only resources of its own types and its section `Globals`; a template
/// without them stays as it is.
const SERVERLESS: &str = "AWS::Serverless-2016-10-31";

/// Removes the section `Transform`, and returns its names: one name, or a list.
///
/// # Errors
/// `ValidationError` for a transform that the local AWS does not do.
pub(super) fn declared(sections: &mut Map<String, Value>) -> Result<Vec<String>, AwsError> {
    let names = match sections.remove("Transform") {
        None => return Ok(Vec::new()),
        Some(Value::Array(names)) => names,
        Some(name) => vec![name],
    };
    let is_plain = !has_serverless(sections);
    let names = names.into_iter().map(|name| match name {
        Value::String(name) if name == LANGUAGE_EXTENSIONS => Ok(name),
        Value::String(name) if name == SERVERLESS && is_plain => Ok(name),
        other => Err(format_error(&format!(
            "the local AWS does not do the transform {} yet; it does {LANGUAGE_EXTENSIONS}.",
            json::text(other.get("Name").unwrap_or(&other))
        ))),
    });
    names.collect()
}

/// Whether there is something for the transform of SAM to change.
fn has_serverless(sections: &Map<String, Value>) -> bool {
    let resources = sections.get("Resources").and_then(Value::as_object);
    let mut resources = resources.into_iter().flatten();
    let is_serverless = |resource: &Value| {
        let name = resource["Type"].as_str();
        name.is_some_and(|name| name.starts_with("AWS::Serverless::"))
    };
    sections.contains_key("Globals") || resources.any(|(_, resource)| is_serverless(resource))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_transform_of_sam_is_taken_if_it_changes_nothing() {
        let names = |kind: &str, more: &str| {
            let sections = json!({
                "Transform": ["AWS::LanguageExtensions", SERVERLESS],
                "Resources": {"A": {"Type": kind}},
                more: {},
            });
            let Value::Object(mut sections) = sections else {
                unreachable!("an object")
            };
            declared(&mut sections).map_err(|err| err.message)
        };
        let both = [LANGUAGE_EXTENSIONS, SERVERLESS].map(str::to_owned);
        assert_eq!(names("AWS::S3::Bucket", "Outputs"), Ok(both.to_vec()));
        for (kind, more) in [
            ("AWS::Serverless::Function", "Outputs"),
            ("AWS::S3::Bucket", "Globals"),
        ] {
            let refused = names(kind, more).unwrap_err();
            assert!(refused.contains(SERVERLESS), "{refused}");
        }
    }
}
