//! Null values: CloudFormation allows none.

use serde_json::{Map, Value};

use crate::aws::AwsError;

/// # Errors
/// `ValidationError` in AWS's words (<https://github.com/serverless/serverless/issues/3344>) with the
/// place of the first null. Metadata may have them.
pub(super) fn check_nulls(sections: &Map<String, Value>) -> Result<(), AwsError> {
    let mut path = String::new();
    for (name, section) in sections.iter().filter(|(name, _)| *name != "Metadata") {
        check(name, section, &mut path)?;
    }
    Ok(())
}

fn check(name: &str, value: &Value, path: &mut String) -> Result<(), AwsError> {
    let length = path.len();
    path.push('/');
    path.push_str(name);
    match value {
        Value::Null => {
            return Err(AwsError::validation(format!(
                "[{path}] 'null' values are not allowed in templates"
            )));
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                check(&place.to_string(), item, path)?;
            }
        }
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| *name != "Metadata") {
                check(name, member, path)?;
            }
        }
        _ => {}
    }
    path.truncate(length);
    Ok(())
}
