//! `GetParameter` and `GetParameters`.

use serde::{Deserialize, Serialize};

use super::history::no_version;
use super::{not_found, required};
use crate::account::{Account, State};
use crate::aws::{AwsError, epoch_seconds};
use crate::services::ssm::name::{Named, Selector};

/// The value of a SecureString without decryption: a text that cannot be mistaken for the real
/// value.
pub(super) const ENCRYPTED: &str = "AQICAHencrypted-ask-with-WithDecryption";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct One {
    name: Option<String>,
    with_decryption: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Found {
    parameter: Shown,
}

pub(super) fn one(account: &Account, input: One) -> Result<Found, AwsError> {
    let name = required(input.name, "Name")?;
    account.read(|state| {
        let parameter = shown(account, state, &name, input.with_decryption);
        let parameter = parameter.ok_or_else(|| match state.parameters.find(&name) {
            Some((plain, _)) => no_version(plain, selector(&name).trim_start_matches(':')),
            None => not_found(),
        })?;
        Ok(Found { parameter })
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Several {
    names: Vec<String>,
    with_decryption: bool,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AllFound {
    parameters: Vec<Shown>,
    invalid_parameters: Vec<String>,
}

pub(super) fn several(account: &Account, input: Several) -> AllFound {
    let mut found = AllFound::default();
    account.read(|state| {
        for name in input.names {
            match shown(account, state, &name, input.with_decryption) {
                Some(parameter) => found.parameters.push(parameter),
                None => found.invalid_parameters.push(name),
            }
        }
    });
    found
}

/// A version of a parameter with its value.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Shown {
    #[serde(flatten)]
    pub(super) facts: Facts,
    value: String,
    /// The version that was asked for, as `:3` or `:label`.
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<String>,
}

/// A version of a parameter without its value.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Facts {
    name: String,
    r#type: String,
    version: usize,
    last_modified_date: f64,
    #[serde(rename = "ARN")]
    arn: String,
    data_type: &'static str,
}

/// The parameter `name` or `name:version`, if there is one.
pub(super) fn shown(
    account: &Account,
    state: &State,
    name: &str,
    decrypted: bool,
) -> Option<Shown> {
    let (plain, parameter) = state.parameters.find(name)?;
    let (number, version) = parameter.selected(Named::read(name).selector)?;
    let hidden = parameter.kind == "SecureString" && !decrypted;
    let resource = format!("parameter/{}", plain.trim_start_matches('/'));
    Some(Shown {
        facts: Facts {
            name: plain.to_owned(),
            r#type: parameter.kind.clone(),
            version: number,
            last_modified_date: epoch_seconds(&version.modified),
            arn: account.arn("ssm", &resource),
            data_type: "text",
        },
        value: if hidden { ENCRYPTED } else { &version.value }.to_owned(),
        selector: Some(selector(name)).filter(|selector| !selector.is_empty()),
    })
}

/// The end of a name that selects a version.
fn selector(name: &str) -> String {
    match Named::read(name).selector {
        None => String::new(),
        Some(Selector::Number(number)) => format!(":{number}"),
        Some(Selector::Label(label)) => format!(":{label}"),
    }
}
