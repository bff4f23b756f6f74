//! `Fn::Sub`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::references::attribute;
use super::scope::{Resolved, Scope, limit};
use crate::aws::json;
use crate::cloudformation::template::{Piece, sub_pieces};

pub(super) fn substitute(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let wrong = || {
        "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string".to_owned()
    };
    let (text, variables) = match argument {
        Value::String(text) => (text, None),
        Value::Array(list) => match list.as_slice() {
            [Value::String(text), Value::Object(variables)] => (text, Some(variables)),
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    let mut out = String::new();
    // Each variable is resolved once: in functions within functions, the work would double at each
    // level otherwise.
    let mut known = BTreeMap::new();
    for piece in sub_pieces(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Variable(name) => {
                let value = match known.remove(name) {
                    Some(value) => value,
                    None => variable(scope, name, variables)?,
                };
                out.push_str(&value);
                known.insert(name, value);
            }
        }
        limit(&out)?;
    }
    Ok(Some(out.into()))
}

fn variable(
    scope: &Scope<'_>,
    name: &str,
    variables: Option<&Map<String, Value>>,
) -> Result<String, String> {
    match variables.and_then(|variables| variables.get(name)) {
        Some(value) => scope.text(value),
        None if name.contains('.') => {
            let value = attribute(scope, &name.into())?;
            Ok(value.as_ref().map_or_else(String::new, json::text))
        }
        None => scope.text(&json!({ "Ref": name })),
    }
}
