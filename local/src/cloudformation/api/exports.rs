//! `ListExports` and `ListImports`.

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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImportsInput {
    export_name: String,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImportsOutput<'a> {
    imports: Vec<&'a str>,
    next_token: Option<String>,
}

/// The stacks that import an export. AWS's sentence if there are none:
/// <https://github.com/ArjenSchwarz/fog> and other programs look for it.
pub(super) fn imports<'a>(
    state: &'a State,
    input: &ImportsInput,
) -> Result<ImportsOutput<'a>, AwsError> {
    let name = &input.export_name;
    let users = living(&state.stacks).filter(|stack| stack.current.imports.contains(name));
    let users: Vec<&str> = users.map(|stack| stack.name.as_str()).collect();
    if users.is_empty() {
        return Err(AwsError::validation(format!(
            "Export '{name}' is not imported by any stack."
        )));
    }
    let (imports, next_token) = page(users.into_iter(), input.next_token.as_deref())?;
    Ok(ImportsOutput {
        imports,
        next_token,
    })
}
