//! `AWS::CloudFormation::Stack`: a stack within a stack.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::api::handle;
use super::model::{Stack, StackStatus, by_id, by_id_mut, find};
use crate::account::{Account, State};
use crate::aws::json::text;
use crate::resources::{Made, Request, ResourceType};
use crate::services::iam::on_behalf_of;

/// How long to wait between two looks at a stack.
const PAUSE: Duration = Duration::from_millis(10);

pub(crate) struct NestedStack;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct NestedProperties {
    #[serde(rename = "TemplateURL")]
    template_url: String,
    parameters: BTreeMap<String, Value>,
    tags: Vec<Value>,
    timeout_in_minutes: Option<u32>,
    #[serde(rename = "NotificationARNs")]
    notification_arns: Vec<String>,
}

impl ResourceType for NestedStack {
    const NAME: &'static str = "AWS::CloudFormation::Stack";
    const SCHEMA: &'static str = include_str!("nested.json");
    const USUAL_DURATION: Duration = Duration::ZERO;
    type Properties = NestedProperties;

    async fn create(request: &Request, properties: &NestedProperties) -> Result<Made, String> {
        let name = request.name(None);
        let input = input(request, properties, &name);
        let output = call(request, "CreateStack", input).await?;
        let id = output["StackId"].as_str().unwrap_or_default();
        request.account.change(|state| {
            let parent = find(&state.stacks, &request.stack_name).map(|stack| stack.id.clone());
            if let Some(stack) = by_id_mut(&mut state.stacks, id) {
                stack.parent = parent;
            }
        });
        Ok(Made::new(id, json!({})))
    }

    async fn settle(request: &Request) -> Result<(), String> {
        let id = &request.physical_id;
        match ended(&request.account, id).await {
            Some((status, reason)) if !status.can_be_updated() => {
                Err(failure(id, "created", None, &reason))
            }
            Some(_) => Ok(()),
            None => Err(format!("Stack {id} does not exist")),
        }
    }

    async fn settled(account: &Account, id: &str) -> Map<String, Value> {
        let outputs = |state: &State| {
            let stack = by_id(&state.stacks, id)?;
            let outputs = stack.current.outputs.iter();
            let outputs = outputs
                .map(|(name, output)| (format!("Outputs.{name}"), output.value.as_str().into()));
            Some(outputs.collect())
        };
        account.read(outputs).unwrap_or_default()
    }

    async fn update(
        request: &Request,
        _: &NestedProperties,
        properties: &NestedProperties,
    ) -> Result<(), String> {
        let input = input(request, properties, &request.physical_id);
        let (account, id) = (&request.account, &request.physical_id);
        let output = match call(request, "UpdateStack", input).await {
            Err(reason) if reason == "No updates are to be performed." => return Ok(()),
            output => output?,
        };
        let operation = output["OperationId"].as_str().unwrap_or_default();
        ended(account, id).await;
        let failed = StackStatus::UpdateRollbackInProgress;
        let reason = account.read(|state| reason_of(state, id, operation, failed));
        reason.map_or(Ok(()), |reason| {
            Err(failure(id, "updated", Some(failed), &reason))
        })
    }

    async fn delete(request: &Request, _: &NestedProperties) -> Result<(), String> {
        let (account, id) = (&request.account, request.physical_id.as_str());
        call(request, "DeleteStack", json!({"StackName": id})).await?;
        loop {
            match account.read(|state| status(state, id)) {
                None | Some((StackStatus::DeleteComplete, _)) => return Ok(()),
                Some((StackStatus::DeleteFailed, reason)) => {
                    return Err(failure(id, "deleted", None, &reason));
                }
                Some(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

/// Waits for the end of the operation that runs on a stack. Returns its status, with the reason.
async fn ended(account: &Account, id: &str) -> Option<(StackStatus, String)> {
    loop {
        let (status, reason) = account.read(|state| status(state, id))?;
        if !status.is_busy() {
            return Some((status, reason));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The reason for which an operation has moved the stack to `status`, if it has.
fn reason_of(state: &State, id: &str, operation: &str, status: StackStatus) -> Option<String> {
    let stack = by_id(&state.stacks, id)?;
    let mut events = stack.events.iter();
    let status = status.to_string();
    let event = events.find(|event| {
        event.operation == operation && event.is_of_stack() && event.status == status
    })?;
    Some(event.reason.clone().unwrap_or_default())
}

/// The status of a stack, with its reason.
fn status(state: &State, id: &str) -> Option<(StackStatus, String)> {
    let stack = by_id(&state.stacks, id)?;
    let reason = stack.status_reason.clone().unwrap_or_default();
    Some((stack.status, reason))
}

/// AWS's reasons, as deployers of clusters read them.
fn failure(id: &str, what: &str, status: Option<StackStatus>, reason: &str) -> String {
    let intro = format!("Embedded stack {id} was not successfully {what}");
    match status {
        Some(status) => format!("{intro}. Currently in {status} with reason: {reason}"),
        None => format!("{intro}: {reason}"),
    }
}

/// The input of `CreateStack` or `UpdateStack`. The stack has the capabilities and the role of the one
/// around it.
fn input(request: &Request, properties: &NestedProperties, name: &str) -> Value {
    let around = |state: &State| find(&state.stacks, &request.stack_name).map(inherited);
    let (capabilities, role) = request.account.read(around).unwrap_or_default();
    let parameters = properties.parameters.iter();
    let parameters = parameters.map(|(name, value)| {
        let value = match value {
            Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
            scalar => text(scalar),
        };
        json!({"ParameterKey": name, "ParameterValue": value})
    });
    let parameters: Vec<Value> = parameters.collect();
    let timeout = properties.timeout_in_minutes;
    let mut input = json!({
        "StackName": name,
        "TemplateURL": properties.template_url,
        "Parameters": parameters,
        "Capabilities": capabilities,
        "NotificationARNs": properties.notification_arns,
        "Tags": properties.tags,
        "RoleARN": role,
    });
    if request.physical_id.is_empty() {
        input["OnFailure"] = "DO_NOTHING".into();
        input["TimeoutInMinutes"] = timeout.map(|minutes| minutes.to_string()).into();
    }
    input
}

fn inherited(stack: &Stack) -> (Vec<String>, Option<String>) {
    let version = &stack.current;
    (version.capabilities.clone(), version.role.clone())
}

/// Calls an action for the caller of the stack around this one.
async fn call(request: &Request, action: &str, input: Value) -> Result<Value, String> {
    let account: &Arc<Account> = &request.account;
    let called = handle(account, action, &input);
    let answer = on_behalf_of(request.caller.clone(), called).await;
    answer.map_err(|err| err.message)
}
