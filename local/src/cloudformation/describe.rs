//! The actions that only look.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::drift::Drift;
use super::operations::required;
use super::stack::{Event, Record, Stack, Version};
use super::template::Template;
use super::{find, find_change_set, not_found, validate};
use crate::account::{Account, State};
use crate::json;
use crate::protocol::{Answer, AwsError};

/// The number of entries on a page (DescribeStackEvents, ListStacks, ListStackResources).
const PAGE: usize = 100;

pub(super) fn describe_stacks(state: &State, input: &Value) -> Answer {
    let stacks = match json::member(input, "StackName") {
        Some(name) => vec![find(state, name).ok_or_else(|| not_found(name))?],
        None => state
            .stacks
            .iter()
            .filter(|stack| !stack.is_deleted())
            .collect(),
    };
    let all = stacks.into_iter().map(stack_description).collect();
    page("Stacks", all, input)
}

fn stack_description(stack: &Stack) -> Value {
    let outputs: Vec<Value> = stack
        .current
        .outputs
        .iter()
        .map(|(key, output)| {
            json!({"OutputKey": key, "OutputValue": output.value, "Description": output.description, "ExportName": output.export})
        })
        .collect();
    json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": Template::parse(&stack.current.template).ok().and_then(|template| template.description),
        "Parameters": parameters(&stack.current),
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "RollbackConfiguration": {},
        "StackStatus": stack.status,
        "StackStatusReason": stack.status_reason,
        "DisableRollback": stack.on_failure == "DO_NOTHING",
        "NotificationARNs": [],
        "Capabilities": stack.current.capabilities,
        "Outputs": outputs,
        "Tags": tags(&stack.current),
        "EnableTerminationProtection": stack.termination_protection,
        "DriftInformation": {"StackDriftStatus": stack.drift.as_ref().map_or("NOT_CHECKED", Drift::status)},
    })
}

fn parameters(version: &Version) -> Vec<Value> {
    let shown = |(key, parameter): (&String, &super::stack::Parameter)| {
        let value = if parameter.no_echo {
            "****"
        } else {
            &parameter.value
        };
        json!({"ParameterKey": key, "ParameterValue": value, "ResolvedValue": parameter.resolved})
    };
    version.parameters.iter().map(shown).collect()
}

fn tags(version: &Version) -> Vec<Value> {
    version
        .tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}

pub(super) fn list_stacks(state: &State, input: &Value) -> Answer {
    let wanted = json::strings(input, "StackStatusFilter");
    let all = state
        .stacks
        .iter()
        .filter(|stack| wanted.is_empty() || wanted.contains(&stack.status))
        .map(|stack| {
            json!({
                "StackId": stack.id,
                "StackName": stack.name,
                "CreationTime": stack.created,
                "LastUpdatedTime": stack.updated,
                "DeletionTime": stack.deleted,
                "StackStatus": stack.status,
                "StackStatusReason": stack.status_reason,
                "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
            })
        })
        .collect();
    page("StackSummaries", all, input)
}

pub(super) fn describe_stack_events(state: &State, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    let stack = find(state, name)
        .ok_or_else(|| AwsError::validation(format!("Stack [{name}] does not exist")))?;
    // The token counts from the oldest event, so that events that come in between move nothing.
    let older = token(input)?
        .unwrap_or(stack.events.len())
        .min(stack.events.len());
    let first = older.saturating_sub(PAGE);
    let events: Vec<Value> = stack.events[first..older]
        .iter()
        .rev()
        .map(|event| event_description(stack, event))
        .collect();
    Ok(json!({"StackEvents": events, "NextToken": (first > 0).then(|| first.to_string())}))
}

fn event_description(stack: &Stack, event: &Event) -> Value {
    json!({
        "StackId": stack.id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.resource_type,
        "Timestamp": event.timestamp,
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "ResourceProperties": event.properties,
        "ClientRequestToken": event.token,
    })
}

pub(super) fn list_stack_resources(state: &State, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    let stack = find(state, name).ok_or_else(|| not_found(name))?;
    let all = stack
        .current
        .resources
        .iter()
        .map(|(name, record)| resource_description(name, record))
        .collect();
    page("StackResourceSummaries", all, input)
}

fn resource_description(logical_id: &str, record: &Record) -> Value {
    json!({
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": record.physical_id,
        "ResourceType": record.resource_type,
        "LastUpdatedTimestamp": record.timestamp,
        "ResourceStatus": record.status,
        "ResourceStatusReason": record.reason,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    })
}

/// DescribeStackResources: the same facts under the older names.
pub(super) fn describe_stack_resources(state: &State, input: &Value) -> Answer {
    let by_physical_id = json::member(input, "PhysicalResourceId");
    let stack = match (json::member(input, "StackName"), by_physical_id) {
        (Some(name), _) => find(state, name)
            .ok_or_else(|| AwsError::validation(format!("Stack with id {name} does not exist")))?,
        (None, Some(id)) => state
            .stacks
            .iter()
            .find(|stack| {
                !stack.is_deleted()
                    && stack
                        .current
                        .resources
                        .values()
                        .any(|record| record.physical_id == id)
            })
            .ok_or_else(|| AwsError::validation(format!("Stack for {id} does not exist")))?,
        (None, None) => {
            return Err(AwsError::validation(
                "Either stackName or physicalResourceId must be specified",
            ));
        }
    };
    let only = json::member(input, "LogicalResourceId");
    let resources: Vec<Value> = stack
        .current
        .resources
        .iter()
        .filter(|(name, _)| only.is_none_or(|only| only == *name))
        .map(|(name, record)| resource_detail(stack, name, record, "Timestamp"))
        .collect();
    Ok(json!({"StackResources": resources}))
}

pub(super) fn describe_stack_resource(state: &State, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    let logical_id = required(input, "LogicalResourceId")?;
    let stack = find(state, name)
        .ok_or_else(|| AwsError::validation(format!("Stack '{name}' does not exist")))?;
    let record = stack.current.resources.get(logical_id).ok_or_else(|| {
        AwsError::validation(format!(
            "Resource {logical_id} does not exist for stack {name}"
        ))
    })?;
    Ok(
        json!({"StackResourceDetail": resource_detail(stack, logical_id, record, "LastUpdatedTimestamp")}),
    )
}

fn resource_detail(stack: &Stack, logical_id: &str, record: &Record, time_member: &str) -> Value {
    json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": record.physical_id,
        "ResourceType": record.resource_type,
        time_member: record.timestamp,
        "ResourceStatus": record.status,
        "ResourceStatusReason": record.reason,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    })
}

pub(super) fn describe_change_set(state: &State, input: &Value) -> Answer {
    let (stack, change_set) = find_change_set(state, input)?;
    let with_values = json::flag(input, "IncludePropertyValues");
    let changes = change_set
        .changes
        .iter()
        .cloned()
        .map(|change| {
            if with_values {
                change
            } else {
                without_values(change)
            }
        })
        .collect();
    let mut answer = page("Changes", changes, input)?;
    let facts = json!({
        "ChangeSetName": change_set.name,
        "ChangeSetId": change_set.id,
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": change_set.description,
        "Parameters": parameters(&change_set.target),
        "CreationTime": change_set.created,
        "ExecutionStatus": change_set.execution_status,
        "Status": change_set.status,
        "StatusReason": change_set.status_reason,
        "Capabilities": change_set.target.capabilities,
        "Tags": tags(&change_set.target),
        "OnStackFailure": change_set.on_failure,
        "DeploymentMode": (!change_set.actual.is_empty()).then_some("REVERT_DRIFT"),
        "IncludeNestedStacks": false,
    });
    if let (Value::Object(answer), Value::Object(facts)) = (&mut answer, facts) {
        answer.extend(facts);
    }
    Ok(answer)
}

/// Values are shown on request only, as they may be long.
fn without_values(mut change: Value) -> Value {
    if let Some(resource) = change
        .get_mut("ResourceChange")
        .and_then(Value::as_object_mut)
    {
        resource.remove("BeforeContext");
        resource.remove("AfterContext");
        for detail in resource
            .get_mut("Details")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(target) = detail.get_mut("Target").and_then(Value::as_object_mut) {
                target.retain(|name, _| {
                    !["BeforeValue", "AfterValue", "AttributeChangeType"].contains(&name.as_str())
                });
            }
        }
    }
    change
}

pub(super) fn list_change_sets(state: &State, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    let stack = find(state, name)
        .ok_or_else(|| AwsError::validation(format!("Stack [{name}] does not exist")))?;
    let all = stack
        .change_sets
        .iter()
        .map(|change_set| {
            json!({
                "StackId": stack.id,
                "StackName": stack.name,
                "ChangeSetId": change_set.id,
                "ChangeSetName": change_set.name,
                "ExecutionStatus": change_set.execution_status,
                "Status": change_set.status,
                "StatusReason": change_set.status_reason,
                "CreationTime": change_set.created,
                "Description": change_set.description,
            })
        })
        .collect();
    page("Summaries", all, input)
}

pub(super) fn get_template(state: &State, input: &Value) -> Answer {
    let body = if json::member(input, "ChangeSetName").is_some() {
        find_change_set(state, input)?.1.target.template.clone()
    } else {
        let name = required(input, "StackName")?;
        find(state, name)
            .ok_or_else(|| not_found(name))?
            .current
            .template
            .clone()
    };
    Ok(json!({"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}))
}

pub(super) fn validate_template(input: &Value) -> Answer {
    let template = Template::parse(required(input, "TemplateBody")?)?;
    validate::template(&template)?;
    let parameters: Vec<Value> = template
        .parameters
        .iter()
        .map(|(name, declaration)| {
            json!({
                "ParameterKey": name,
                "DefaultValue": declaration.get("Default").map(json::text),
                "NoEcho": json::flag(declaration, "NoEcho"),
                "Description": declaration.get("Description").map(json::text),
            })
        })
        .collect();
    let capabilities = template.capabilities();
    let reason = (!capabilities.is_empty())
        .then_some("The following resource(s) require capabilities: [AWS::IAM::Role]");
    Ok(json!({
        "Parameters": parameters,
        "Description": template.description,
        "Capabilities": capabilities,
        "CapabilitiesReason": reason,
    }))
}

/// What a template declares, or that of a stack: `aws cloudformation deploy` asks for it.
pub(super) fn get_template_summary(state: &State, input: &Value) -> Answer {
    let body = match json::member(input, "StackName") {
        Some(name) => {
            let stack = find(state, name).ok_or_else(|| not_found(name))?;
            &stack.current.template
        }
        None => required(input, "TemplateBody")?,
    };
    let template = Template::parse(body)?;
    let mut summary = validate_template(&json!({"TemplateBody": body}))?;
    for parameter in summary["Parameters"].as_array_mut().into_iter().flatten() {
        let name = parameter["ParameterKey"].as_str().unwrap_or_default();
        let Some(declaration) = template.parameters.get(name) else {
            continue;
        };
        parameter["ParameterType"] = declaration["Type"].clone();
        parameter["ParameterConstraints"] =
            json!({"AllowedValues": declaration.get("AllowedValues")});
    }
    let types: BTreeSet<_> = template
        .resources
        .values()
        .map(|definition| &definition.resource_type)
        .collect();
    summary["ResourceTypes"] = json!(types);
    Ok(summary)
}

pub(super) fn list_exports(state: &State, input: &Value) -> Answer {
    let living = state.stacks.iter().filter(|stack| !stack.is_deleted());
    let all = living
        .flat_map(|stack| {
            let exported = stack
                .current
                .outputs
                .values()
                .filter_map(|output| Some((output.export.as_ref()?, &output.value)));
            exported.map(
                |(name, value)| json!({"ExportingStackId": stack.id, "Name": name, "Value": value}),
            )
        })
        .collect();
    page("Exports", all, input)
}

pub(super) fn page(name: &str, all: Vec<Value>, input: &Value) -> Answer {
    let first = token(input)?.unwrap_or(0);
    let more = all.len() > first.saturating_add(PAGE);
    let items: Vec<Value> = all.into_iter().skip(first).take(PAGE).collect();
    Ok(json!({name: items, "NextToken": more.then(|| (first + PAGE).to_string())}))
}

fn token(input: &Value) -> Result<Option<usize>, AwsError> {
    let parse = |token: &str| {
        token
            .parse()
            .map_err(|_| AwsError::validation("The specified NextToken is not valid."))
    };
    json::member(input, "NextToken").map(parse).transpose()
}

/// Lets an action look at the state.
pub(super) fn look(
    account: &Account,
    action: fn(&State, &Value) -> Answer,
    input: &Value,
) -> Answer {
    account.read(|state| action(state, input))
}
