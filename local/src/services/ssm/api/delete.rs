//! `DeleteParameter` and `DeleteParameters`.

use serde::{Deserialize, Serialize};

use super::{Empty, not_found, required};
use crate::account::Account;
use crate::aws::AwsError;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct One {
    name: Option<String>,
}

pub(super) fn one(account: &Account, input: One) -> Result<Empty, AwsError> {
    let name = required(input.name, "Name")?;
    if account.change(|state| state.parameters.remove(&name)) {
        Ok(Empty {})
    } else {
        Err(not_found())
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Several {
    names: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Deleted {
    deleted_parameters: Vec<String>,
    invalid_parameters: Vec<String>,
}

pub(super) fn several(account: &Account, input: Several) -> Deleted {
    let (deleted, invalid) = account.change(|state| {
        let names = input.names.into_iter();
        names.partition(|name| state.parameters.remove(name))
    });
    Deleted {
        deleted_parameters: deleted,
        invalid_parameters: invalid,
    }
}
