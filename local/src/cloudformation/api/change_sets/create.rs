//! `CreateChangeSet`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::cloudformation::api::deployment::DeploymentInput;
use crate::cloudformation::api::find::{check_state, stack};
use crate::cloudformation::api::new_stack::{new_stack, put};
use crate::cloudformation::engine;
use crate::cloudformation::model::{
    Actual, ChangeSetType, Imports, OnFailure, OperationType, Origin, Stack, StackStatus, find,
};
use crate::cloudformation::plan::{Request, change_set};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloudformation::api) struct Input {
    stack_name: String,
    change_set_name: String,
    change_set_type: Option<ChangeSetType>,
    description: Option<String>,
    client_token: Option<String>,
    on_stack_failure: Option<OnFailure>,
    deployment_mode: Option<String>,
    #[serde(default)]
    resources_to_import: Vec<ResourceToImport>,
    #[serde(default)]
    import_existing_resources: bool,
    /// No stack has nested stacks here, so there are none to include.
    #[serde(default, rename = "IncludeNestedStacks")]
    _include_nested_stacks: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceToImport {
    logical_resource_id: String,
    resource_type: String,
    resource_identifier: Option<ResourceIdentifier>,
}

/// A map in the Query protocol: `ResourceIdentifier.entry.1.key` and `.value`.
#[derive(Deserialize)]
struct ResourceIdentifier {
    #[serde(default)]
    entry: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    key: String,
    value: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloudformation::api) struct Output {
    id: String,
    stack_id: String,
}

pub(in crate::cloudformation::api) async fn create(
    account: &Account,
    input: Input,
    deployment: DeploymentInput,
) -> Result<Output, AwsError> {
    // These read data of other services, before the state is locked.
    let imports = imports(account, &input.resources_to_import).await?;
    let actual = drift_to_revert(account, &input).await?;
    let (stack_name, name) = (&input.stack_name, &input.change_set_name);
    let kind = input.change_set_type.unwrap_or(ChangeSetType::Update);
    account.change(|state| {
        let (mut stack, is_new) = stack_for(account, state, stack_name, name, kind)?;
        if let Some(known) = stack.change_sets.iter().find(|known| known.name == *name) {
            if known.token.is_some() && known.token == input.client_token {
                // The same request again.
                return Ok(Output {
                    id: known.id.clone(),
                    stack_id: stack.id.clone(),
                });
            }
            return Err(AwsError::new(
                "AlreadyExistsException",
                format!(
                    "ChangeSet {name} cannot be created: a change set of this name already exists"
                ),
            ));
        }
        let request = Request {
            name: name.clone(),
            description: input.description,
            kind,
            on_failure: input.on_stack_failure.unwrap_or(OnFailure::Rollback),
            express: deployment.is_express()?,
            disable_validation: deployment.disables_validation(),
            wanted: deployment.wanted()?,
            origin: Origin::Caller,
            actual,
            imports,
            import_existing: input.import_existing_resources,
        };
        let mut change_set = change_set(account, state, &stack, request)?;
        change_set.token = input.client_token;
        let output = Output {
            id: change_set.id.clone(),
            stack_id: stack.id.clone(),
        };
        if is_new {
            stack.move_to(StackStatus::ReviewInProgress, Some("User Initiated"));
        }
        stack.add_findings(
            &change_set.operation,
            OperationType::CreateChangeset,
            change_set.findings.clone(),
        );
        stack.change_sets.push(change_set);
        put(state, stack);
        Ok(output)
    })
}

/// The stack that the change set is for, and whether it is new.
fn stack_for(
    account: &Account,
    state: &State,
    stack_name: &str,
    name: &str,
    kind: ChangeSetType,
) -> Result<(Stack, bool), AwsError> {
    let existing = find(&state.stacks, stack_name).cloned();
    let creates = match kind {
        ChangeSetType::Create => true,
        ChangeSetType::Update => false,
        ChangeSetType::Import => existing.is_none(),
    };
    match existing {
        Some(stack) if creates && stack.status == StackStatus::ReviewInProgress => {
            Ok((stack, false))
        }
        Some(_) if creates => Err(AwsError::validation(format!(
            "Stack [{stack_name}] already exists and cannot be created again with the changeSet [{name}]."
        ))),
        None if creates => Ok((new_stack(account, stack_name)?, true)),
        Some(stack) => {
            check_state(&stack)?;
            Ok((stack, false))
        }
        None => Err(AwsError::validation(format!(
            "Stack [{stack_name}] does not exist"
        ))),
    }
}

async fn drift_to_revert(account: &Account, input: &Input) -> Result<Actual, AwsError> {
    if input.deployment_mode.as_deref() != Some("REVERT_DRIFT") {
        return Ok(Actual::new());
    }
    let stack = account.read(|state| stack(state, &input.stack_name).cloned())?;
    Ok(engine::drifted(account, &stack.current).await)
}

async fn imports(account: &Account, resources: &[ResourceToImport]) -> Result<Imports, AwsError> {
    let mut imports = Imports::new();
    for resource in resources {
        let logical_id = &resource.logical_resource_id;
        let named = |name: &str| resource.identifier(name);
        let id = engine::importable(account, logical_id, &resource.resource_type, named).await?;
        imports.insert(logical_id.clone(), id);
    }
    Ok(imports)
}

impl ResourceToImport {
    fn identifier(&self, name: &str) -> Option<String> {
        let mut entries = self.resource_identifier.as_ref()?.entry.values();
        entries.find(|entry| entry.key == name)?.value.clone()
    }
}
