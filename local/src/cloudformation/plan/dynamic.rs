//! The values of dynamic references.
//!
//! The Parameter Store is read at each deployment, Secrets Manager only when the resource changes
//! anyway. Both, and the sentences, were measured on an account: see [`template::dynamic`].
//!
//! [`template::dynamic`]: crate::cloudformation::template

use std::collections::BTreeMap;

use serde_json::Value;

use crate::account::State;
use crate::cloudformation::model::Secrets;
use crate::cloudformation::template::{DynamicPiece, dynamic_pieces};

/// Which values of secrets a resource gets.
#[derive(Clone, Copy)]
pub(crate) enum SecretValues<'a> {
    /// Those that it has already. Other references stay as they are written.
    Known(&'a Secrets),
    /// As [`Self::Known`], for a change set.
    Planned(&'a Secrets),
    /// Those of now.
    Fresh,
}

/// Replaces every reference in the texts of `value`. Returns the secrets among them, too.
///
/// # Errors
/// One sentence for a parameter or a secret that does not exist or has another type.
pub(super) fn with_references(
    value: Value,
    state: &State,
    values: SecretValues<'_>,
) -> Result<(Value, Secrets), String> {
    let mut secrets = Secrets::new();
    let value = replaced(value, &mut |service, key, whole| match service {
        "ssm" => parameter(state, key).map(Some),
        "secretsmanager" => {
            let found = match values {
                SecretValues::Known(known) | SecretValues::Planned(known) => {
                    known.get(whole).cloned()
                }
                SecretValues::Fresh => Some(secret(state, key)?),
            };
            if let Some(found) = &found {
                secrets.insert(whole.to_owned(), found.clone());
            }
            Ok(found)
        }
        // A secure parameter is refused before. AWS leaves other texts as they are.
        _ => Ok(None),
    })?;
    Ok((value, secrets))
}

/// Replaces the references to the Parameter Store in a text of the section `Outputs`. Those to secrets
/// stay as they are written there.
///
/// # Errors
/// One sentence for a parameter that does not exist.
pub(super) fn with_parameters(text: &str, state: &State) -> Result<String, String> {
    text_with(text, &mut |service, key, _| match service {
        "ssm" => parameter(state, key).map(Some),
        _ => Ok(None),
    })
}

type Find<'a> = dyn FnMut(&str, &str, &str) -> Result<Option<String>, String> + 'a;

fn replaced(value: Value, find: &mut Find<'_>) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) if text.contains("{{resolve:") => text_with(&text, find)?.into(),
        Value::Array(items) => {
            let items = items.into_iter().map(|item| replaced(item, find));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            let members = members
                .into_iter()
                .map(|(name, member)| Ok((name, replaced(member, find)?)));
            Value::Object(members.collect::<Result<_, String>>()?)
        }
        other => other,
    })
}

fn text_with(text: &str, find: &mut Find<'_>) -> Result<String, String> {
    let mut out = String::new();
    for piece in dynamic_pieces(text) {
        match piece {
            DynamicPiece::Text(text) => out.push_str(text),
            DynamicPiece::Reference(one) => match find(one.service, one.key, one.whole)? {
                Some(value) => out.push_str(&value),
                None => out.push_str(one.whole),
            },
        }
    }
    Ok(out)
}

fn parameter(state: &State, name: &str) -> Result<String, String> {
    if state.parameters.kind(name) == Some("SecureString") {
        let plain = name.split(':').next().unwrap_or(name);
        return Err(format!(
            "Non-secure ssm prefix was used for secure parameter {plain}"
        ));
    }
    let value = state.parameters.value(name);
    value.ok_or_else(|| format!("Parameters: [ssm:{name}] cannot be found."))
}

/// `ID[:SecretString[:KEY[:LABEL[:VERSION]]]]`; the id may be an ARN:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html>.
fn secret(state: &State, key: &str) -> Result<String, String> {
    let of_id = if key.starts_with("arn:") { 7 } else { 1 };
    let parts: Vec<&str> = key.split(':').collect();
    let (id, rest) = parts.split_at(of_id.min(parts.len()));
    let part = |index: usize| rest.get(index).copied().filter(|part| !part.is_empty());
    if part(0).is_some_and(|kind| kind != "SecretString") {
        return Err(format!(
            "Template error: only SecretString of a secret can be referenced, not {{{{resolve:secretsmanager:{key}}}}}"
        ));
    }
    let (label, version) = (part(2), part(3));
    let text = state.secrets.text(&id.join(":"), None, label, version);
    let text = text.ok_or_else(|| match label {
        Some(label) => format!(
            "Secrets Manager can't find the specified secret value for staging label: {label}"
        ),
        None => "Secrets Manager can't find the specified secret.".to_owned(),
    })?;
    let Some(member) = part(1) else {
        return Ok(text);
    };
    let json: BTreeMap<String, Value> =
        serde_json::from_str(&text).map_err(|_| "Could not parse SecretString JSON")?;
    let found = json.get(member).map(crate::aws::json::text);
    found.ok_or_else(|| "Could not find a value associated with JSONKey in SecretString".to_owned())
}
