//! Loops (`Fn::ForEach`), and the functions that depend on them.

use serde_json::{Map, Value, json};

use super::context::{Bindings, Context, failed};
use super::substitute::substitute;
use crate::aws::{AwsError, json};
use crate::cloudformation::template::single;

const LOOP: &str = "Fn::ForEach::";

/// `node` without loops, with the values of the loops around it.
///
/// # Errors
/// AWS's sentence for a loop or a function that cannot be processed.
pub(super) fn expand(
    context: &Context<'_>,
    node: &Value,
    bindings: &Bindings,
) -> Result<Value, AwsError> {
    match node {
        Value::Array(items) => items
            .iter()
            .map(|item| expand(context, item, bindings))
            .collect(),
        Value::Object(members) => match single(members) {
            Some(("Ref", argument)) => reference(context, argument, bindings),
            Some(("Fn::GetAtt", argument)) => attribute(context, argument, bindings),
            Some(("Fn::Sub", argument)) => sub(context, argument, bindings),
            Some(("Fn::Length", argument)) => length(context, argument, bindings),
            _ => object(context, members, bindings).map(Value::Object),
        },
        scalar => Ok(scalar.clone()),
    }
}

fn object(
    context: &Context<'_>,
    members: &Map<String, Value>,
    bindings: &Bindings,
) -> Result<Map<String, Value>, AwsError> {
    let mut expanded = Map::new();
    for (name, member) in members {
        if name.starts_with(LOOP) {
            for (name, member) in repeated(context, member, bindings)? {
                if expanded.insert(name.clone(), member).is_some() {
                    return Err(failed(&format!("Fn::ForEach makes {name} more than once")));
                }
            }
        } else {
            expanded.insert(name.clone(), expand(context, member, bindings)?);
        }
    }
    Ok(expanded)
}

/// The members that a loop makes: `[IDENTIFIER, COLLECTION, {KEY: FRAGMENT}]`.
fn repeated(
    context: &Context<'_>,
    specification: &Value,
    bindings: &Bindings,
) -> Result<Vec<(String, Value)>, AwsError> {
    let layout = || failed("Fn::ForEach layout is incorrect");
    let Some([Value::String(identifier), items, Value::Object(fragment)]) =
        specification.as_array().map(Vec::as_slice)
    else {
        return Err(layout());
    };
    let mut made = Vec::new();
    for item in collection(context, items, bindings)? {
        let mut inner = bindings.clone();
        inner.insert(identifier.clone(), item);
        for (name, member) in fragment {
            context.count()?;
            if name.starts_with(LOOP) {
                made.extend(repeated(context, member, &inner)?);
                continue;
            }
            let key = substitute(name, &inner, &['$', '&']);
            if key == *name {
                return Err(layout());
            }
            made.push((key, expand(context, member, &inner)?));
        }
    }
    Ok(made)
}

/// The texts that a loop runs over.
fn collection(
    context: &Context<'_>,
    items: &Value,
    bindings: &Bindings,
) -> Result<Vec<String>, AwsError> {
    let unresolved =
        || failed("Could not find a collection or could not be resolved for Fn::ForEach");
    let resolved = context.scope.resolve(&expand(context, items, bindings)?);
    let Ok(Some(Value::Array(items))) = resolved else {
        return Err(unresolved());
    };
    let mut texts = Vec::new();
    for item in items {
        match item {
            Value::Array(items) => texts.extend(items.iter().map(json::text)),
            Value::Object(_) => return Err(unresolved()),
            scalar => texts.push(json::text(&scalar)),
        }
    }
    Ok(texts)
}

fn reference(
    context: &Context<'_>,
    argument: &Value,
    bindings: &Bindings,
) -> Result<Value, AwsError> {
    if let Some(value) = argument.as_str().and_then(|name| bindings.get(name)) {
        return Ok(value.as_str().into());
    }
    Ok(json!({"Ref": name(context, argument, bindings)?}))
}

fn attribute(
    context: &Context<'_>,
    argument: &Value,
    bindings: &Bindings,
) -> Result<Value, AwsError> {
    let path = match argument {
        Value::Array(path) => path
            .iter()
            .map(|part| name(context, part, bindings))
            .collect::<Result<Value, _>>()?,
        text => name(context, text, bindings)?,
    };
    Ok(json!({"Fn::GetAtt": path}))
}

/// A name that may be given by a function.
fn name(context: &Context<'_>, value: &Value, bindings: &Bindings) -> Result<Value, AwsError> {
    if !value.is_object() {
        return Ok(value.clone());
    }
    match context.scope.resolve(&expand(context, value, bindings)?) {
        Ok(Some(Value::String(text))) => Ok(text.into()),
        _ => Err(failed(
            "The name in Ref or Fn::GetAtt could not be resolved",
        )),
    }
}

/// Within a text, only `${Name}` is replaced.
fn sub(context: &Context<'_>, argument: &Value, bindings: &Bindings) -> Result<Value, AwsError> {
    let text = |text: &str| Value::from(substitute(text, bindings, &['$']));
    let argument = match argument {
        Value::String(own) => text(own),
        Value::Array(list) => match list.as_slice() {
            [Value::String(own), variables] => {
                json!([text(own), expand(context, variables, bindings)?])
            }
            _ => argument.clone(),
        },
        other => other.clone(),
    };
    Ok(json!({"Fn::Sub": argument}))
}

fn length(context: &Context<'_>, argument: &Value, bindings: &Bindings) -> Result<Value, AwsError> {
    let argument = expand(context, argument, bindings)?;
    if let Value::Array(items) = &argument {
        return Ok(items.len().into());
    }
    match context.scope.resolve(&argument) {
        Ok(Some(Value::Array(items))) => Ok(items.len().into()),
        _ => Err(failed(
            "The Fn::Length value could not be resolved for properties",
        )),
    }
}
