//! `PutParameter`.

use serde::{Deserialize, Serialize};

use super::required;
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::ssm::parameters::Write;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    name: Option<String>,
    value: Option<String>,
    r#type: Option<String>,
    description: Option<String>,
    overwrite: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    version: usize,
    tier: &'static str,
}

pub(super) fn put(account: &Account, input: Input) -> Result<Output, AwsError> {
    let name = required(input.name, "Name")?;
    let value = required(input.value, "Value")?;
    let write = Write {
        name: &name,
        value: &value,
        kind: input.r#type.as_deref(),
        description: input.description.as_deref(),
        overwrite: input.overwrite,
    };
    let version = account.change(|state| state.parameters.write(&write))?;
    Ok(Output {
        version,
        tier: "Standard",
    })
}
