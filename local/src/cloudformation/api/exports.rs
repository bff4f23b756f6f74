//! `ListExports`.

use serde::{Deserialize, Serialize};

use super::page::page;
use crate::account::State;
use crate::aws::AwsError;
use crate::cloudformation::model::living;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output<'a> {
    exports: Vec<Export<'a>>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Export<'a> {
    exporting_stack_id: &'a str,
    name: &'a str,
    value: &'a str,
}

pub(super) fn list<'a>(state: &'a State, input: &Input) -> Result<Output<'a>, AwsError> {
    let all = living(&state.stacks).flat_map(|stack| {
        stack.current.exports().map(|(name, value)| Export {
            exporting_stack_id: &stack.id,
            name,
            value,
        })
    });
    let (exports, next_token) = page(all, input.next_token.as_deref())?;
    Ok(Output {
        exports,
        next_token,
    })
}
