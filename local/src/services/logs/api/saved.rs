//! What is saved beside the log groups: queries of Logs Insights and resource policies.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::groups::paged;
use crate::account::{Account, Item};
use crate::aws::{AwsError, milliseconds};
use crate::resources::ResourceType as _;
use crate::services::logs::query_definition::QueryDefinitionProperties;
use crate::services::logs::resource_policy::{MOST, is_document, text};
use crate::services::logs::{QueryDefinition, ResourcePolicy};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PutQuery {
    name: String,
    query_definition_id: Option<String>,
    log_group_names: Vec<String>,
    query_string: String,
    query_language: Option<String>,
    parameters: Vec<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryId {
    query_definition_id: String,
}

pub(super) fn put_query(account: &Account, input: PutQuery) -> Result<QueryId, AwsError> {
    let parameters = input.parameters.iter().map(pascal).collect::<Vec<_>>();
    let properties = json!({
        "Name": input.name,
        "QueryString": input.query_string,
        "LogGroupNames": input.log_group_names,
        "QueryLanguage": input.query_language.as_deref().unwrap_or("CWLI"),
        "Parameters": parameters,
    });
    account.change(|state| {
        if let Some(id) = input.query_definition_id {
            let known = state.inventory.get_mut(QueryDefinition::NAME, &id);
            known.ok_or_else(no_query)?.properties = properties;
            return Ok(QueryId {
                query_definition_id: id,
            });
        }
        let id = Uuid::new_v4().to_string();
        let attributes = [("QueryDefinitionId".to_owned(), id.clone().into())];
        let item = Item {
            resource_type: QueryDefinition::NAME.to_owned(),
            properties,
            attributes: Map::from_iter(attributes),
        };
        // The id is new.
        let _ = state.inventory.put(&id, item);
        Ok(QueryId {
            query_definition_id: id,
        })
    })
}

/// The members of a parameter as a template names them.
fn pascal(parameter: &Value) -> Value {
    json!({
        "Name": parameter["name"],
        "DefaultValue": parameter["defaultValue"],
        "Description": parameter["description"],
    })
}

fn no_query() -> AwsError {
    AwsError::new(
        "ResourceNotFoundException",
        "The specified query definition does not exist.",
    )
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct OneQuery {
    query_definition_id: String,
}

#[derive(Serialize)]
pub(super) struct Removed {
    success: bool,
}

pub(super) fn delete_query(account: &Account, input: &OneQuery) -> Result<Removed, AwsError> {
    let id = &input.query_definition_id;
    let removed = account.change(|state| state.inventory.remove(QueryDefinition::NAME, id));
    removed.ok_or_else(no_query)?;
    Ok(Removed { success: true })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct DescribeQueries {
    query_definition_name_prefix: String,
    query_language: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Queries {
    query_definitions: Vec<Value>,
    next_token: Option<String>,
}

pub(super) fn describe_queries(
    account: &Account,
    input: &DescribeQueries,
) -> Result<Queries, AwsError> {
    let all: Vec<Value> = account.read(|state| {
        let items = state.inventory.of_type(QueryDefinition::NAME);
        let queries = items.map(|(id, item)| (id, item, item.read::<QueryDefinitionProperties>()));
        let wanted = queries.filter(|(_, _, query)| {
            query.name.starts_with(&input.query_definition_name_prefix)
                && input
                    .query_language
                    .as_deref()
                    .is_none_or(|wanted| wanted == query.language())
        });
        wanted
            .map(|(id, item, query)| shown(id, item, &query))
            .collect()
    });
    let (query_definitions, next_token) =
        paged(all, input.max_results, input.next_token.as_deref())?;
    Ok(Queries {
        query_definitions,
        next_token,
    })
}

fn shown(id: &str, item: &Item, query: &QueryDefinitionProperties) -> Value {
    let parameters = item.properties["Parameters"].as_array();
    let parameters = parameters.into_iter().flatten().map(|one| {
        json!({
            "name": one["Name"],
            "defaultValue": one["DefaultValue"],
            "description": one["Description"],
        })
    });
    json!({
        "queryDefinitionId": id,
        "name": query.name,
        "queryString": query.query_string,
        "queryLanguage": query.language(),
        "logGroupNames": query.log_group_names,
        "parameters": parameters.collect::<Vec<_>>(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PutPolicy {
    policy_name: String,
    policy_document: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Policy {
    resource_policy: Value,
}

pub(super) fn put_policy(account: &Account, input: PutPolicy) -> Result<Policy, AwsError> {
    let document = Value::String(input.policy_document);
    if !is_document(&document) {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Invalid policy document",
        ));
    }
    let name = input.policy_name;
    let item = Item {
        resource_type: ResourcePolicy::NAME.to_owned(),
        properties: json!({"PolicyName": name, "PolicyDocument": document}),
        attributes: Map::new(),
    };
    let shown = policy(&name, &item);
    account.change(|state| {
        let known = state.inventory.remove(ResourcePolicy::NAME, &name);
        let count = state.inventory.of_type(ResourcePolicy::NAME).count();
        if known.is_none() && count >= MOST {
            return Err(AwsError::new(
                "LimitExceededException",
                "Resource limit exceeded.",
            ));
        }
        // An older one is removed.
        let _ = state.inventory.put(&name, item);
        Ok(Policy {
            resource_policy: shown,
        })
    })
}

fn policy(name: &str, item: &Item) -> Value {
    json!({
        "policyName": name,
        "policyDocument": text(&item.properties["PolicyDocument"]),
        "policyScope": "ACCOUNT",
        "lastUpdatedTime": milliseconds(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct OnePolicy {
    policy_name: String,
}

pub(super) fn delete_policy(
    account: &Account,
    input: &OnePolicy,
) -> Result<super::manage::Nothing, AwsError> {
    let name = &input.policy_name;
    let removed = account.change(|state| state.inventory.remove(ResourcePolicy::NAME, name));
    removed.map(|_| super::manage::Nothing {}).ok_or_else(|| {
        AwsError::new(
            "ResourceNotFoundException",
            format!("Policy with name [{name}] does not exist."),
        )
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct DescribePolicies {
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Policies {
    resource_policies: Vec<Value>,
    next_token: Option<String>,
}

pub(super) fn describe_policies(
    account: &Account,
    input: &DescribePolicies,
) -> Result<Policies, AwsError> {
    let all: Vec<Value> = account.read(|state| {
        let items = state.inventory.of_type(ResourcePolicy::NAME);
        items.map(|(name, item)| policy(name, item)).collect()
    });
    let (resource_policies, next_token) = paged(all, input.limit, input.next_token.as_deref())?;
    Ok(Policies {
        resource_policies,
        next_token,
    })
}
