//! Functions where a plain template has none: the condition and the policies of a resource.

use serde_json::{Map, Value};

use super::context::{Context, failed};
use crate::aws::{AwsError, json};

/// Resolves the functions in these members to texts.
pub(super) fn resolve_members(
    context: &Context<'_>,
    sections: &mut Map<String, Value>,
) -> Result<(), AwsError> {
    let conditions = sections.get("Conditions").cloned().unwrap_or_default();
    let members = [
        (
            "Resources",
            &["Condition", "DeletionPolicy", "UpdateReplacePolicy"][..],
        ),
        ("Outputs", &["Condition"]),
    ];
    for (section, names) in members {
        let entries = sections.get_mut(section).and_then(Value::as_object_mut);
        for entry in entries.into_iter().flat_map(Map::values_mut) {
            for name in names {
                if let Some(member) = entry.get_mut(*name) {
                    resolve(context, name, member)?;
                    check_condition(name, member, &conditions)?;
                }
            }
        }
    }
    Ok(())
}

fn resolve(context: &Context<'_>, name: &str, member: &mut Value) -> Result<(), AwsError> {
    if !member.is_object() {
        return Ok(());
    }
    match context.scope.resolve(member) {
        Ok(Some(Value::String(text))) => {
            *member = text.into();
            Ok(())
        }
        _ => Err(failed(&format!("Unsupported intrinsic function in {name}"))),
    }
}

fn check_condition(name: &str, member: &Value, conditions: &Value) -> Result<(), AwsError> {
    let condition = json::text(member);
    if name == "Condition" && conditions.get(&condition).is_none() {
        return Err(failed(&format!("Key {condition} is missing in the map.")));
    }
    Ok(())
}
