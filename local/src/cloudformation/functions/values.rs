//! `Fn::FindInMap` and `Fn::ImportValue`.

use serde_json::Value;

use super::scope::{Resolved, Scope};

pub(super) fn find_in_map(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let Some([map, top, second]) = argument.as_array().map(Vec::as_slice) else {
        return Err("Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value".into());
    };
    let (map, top, second) = (scope.text(map)?, scope.text(top)?, scope.text(second)?);
    let mappings = &scope.template.mappings;
    let found = mappings
        .get(&map)
        .and_then(|map| map.get(&top)?.get(&second));
    found
        .cloned()
        .map(Some)
        .ok_or_else(|| format!("Template error: Unable to get mapping for {map}::{top}::{second}"))
}

pub(super) fn import(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let name = scope.text(argument)?;
    let value = (scope.inputs.export)(&name);
    let value = value.ok_or_else(|| format!("No export named {name} found."))?;
    Ok(Some(value.into()))
}
