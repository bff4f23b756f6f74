//! `Fn::FindInMap` and `Fn::ImportValue`.

use serde_json::Value;

use super::scope::{Resolved, Scope};
use crate::cloudformation::template::LANGUAGE_EXTENSIONS;

pub(super) fn find_in_map(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let (map, top, second, default) = match argument.as_array().map(Vec::as_slice) {
        Some([map, top, second]) => (map, top, second, None),
        Some([map, top, second, more]) if is_extended(scope) => {
            (map, top, second, more.get("DefaultValue"))
        }
        _ => return Err("Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value".into()),
    };
    let (map, top, second) = (scope.text(map)?, scope.text(top)?, scope.text(second)?);
    let mappings = &scope.template.mappings;
    let found = mappings
        .get(&map)
        .and_then(|map| map.get(&top)?.get(&second));
    if let (None, Some(default)) = (found, default) {
        return scope.resolve(default);
    }
    found
        .cloned()
        .map(Some)
        .ok_or_else(|| format!("Template error: Unable to get mapping for {map}::{top}::{second}"))
}

/// A default needs the transform: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap-enhancements.html>.
fn is_extended(scope: &Scope<'_>) -> bool {
    let transforms = &scope.template.transforms;
    transforms.iter().any(|name| name == LANGUAGE_EXTENSIONS)
}

pub(super) fn import(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let name = scope.text(argument)?;
    let value = (scope.inputs.export)(&name);
    let value = value.ok_or_else(|| format!("No export named {name} found."))?;
    Ok(Some(value.into()))
}
