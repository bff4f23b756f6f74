//! The condition keys of DynamoDB, for fine-grained access.
//!
//! Source: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::account::Account;
use crate::aws::json::member;
use crate::services::iam::Context;

/// The condition keys of an action on one table.
pub(super) fn context(account: &Account, action: &str, input: &Value) -> Context {
    let table = member(input, "TableName").unwrap_or("");
    let mut context = Context::default();
    let hash = hash_key(account, table, member(input, "IndexName"));
    let leading = hash.and_then(|hash| leading_key(input, &hash));
    set(
        &mut context,
        "dynamodb:LeadingKeys",
        leading.into_iter().collect(),
    );
    let attributes = attributes(input);
    set(
        &mut context,
        "dynamodb:Attributes",
        attributes.into_iter().collect(),
    );
    for member_name in ["ReturnValues", "ReturnConsumedCapacity"] {
        if let Some(value) = member(input, member_name) {
            context = context.with(&format!("dynamodb:{member_name}"), value);
        }
    }
    if matches!(action, "Query" | "Scan") {
        context = context.with("dynamodb:Select", select(input));
    }
    if action == "Scan" {
        context = context.with("dynamodb:FullTableScan", "true");
    }
    context
}

/// The condition keys of a part of a batch.
pub(super) fn of_batch(account: &Account, table: &str, requests: &Value) -> Context {
    let mut context = Context::default();
    let Some(hash) = hash_key(account, table, None) else {
        return context;
    };
    let keys = requests.get("Keys").and_then(Value::as_array);
    let puts = requests.as_array().into_iter().flatten();
    let items = puts.filter_map(|request| {
        let put = request.pointer("/PutRequest/Item");
        put.or_else(|| request.pointer("/DeleteRequest/Key"))
    });
    let items = items.chain(keys.into_iter().flatten());
    let leading = items.filter_map(|item| text(item.get(&hash)?)).collect();
    set(&mut context, "dynamodb:LeadingKeys", leading);
    context
}

/// The partition key of an item that an action is about.
pub(super) fn of_item(account: &Account, table: &str, item: &Value) -> Context {
    let mut context = Context::default();
    let leading = hash_key(account, table, None).and_then(|hash| text(item.get(&hash)?));
    set(
        &mut context,
        "dynamodb:LeadingKeys",
        leading.into_iter().collect(),
    );
    context
}

fn set(context: &mut Context, key: &str, values: Vec<String>) {
    if !values.is_empty() {
        context.set(key, values);
    }
}

/// How much of the items the caller asks for.
fn select(input: &Value) -> &str {
    let projects = ["ProjectionExpression", "AttributesToGet"]
        .iter()
        .any(|name| input.get(name).is_some());
    match member(input, "Select") {
        Some(select) => select,
        None if projects => "SPECIFIC_ATTRIBUTES",
        None => "ALL_ATTRIBUTES",
    }
}

/// The name of the partition key of a table or one of its indexes, if a stack has created the table.
fn hash_key(account: &Account, table: &str, index: Option<&str>) -> Option<String> {
    let table = table.rsplit('/').next().unwrap_or(table);
    account.read(|state| {
        let mut tables = state.inventory.of_type("AWS::DynamoDB::Table");
        let (_, item) = tables.find(|(name, _)| *name == table)?;
        let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
        let owner = match index {
            None => &item.properties,
            Some(index) => indexes
                .iter()
                .filter_map(|name| item.properties.get(name)?.as_array())
                .flatten()
                .find(|one| member(one, "IndexName") == Some(index))?,
        };
        let mut keys = owner.get("KeySchema")?.as_array()?.iter();
        let hash = keys.find(|key| member(key, "KeyType") == Some("HASH"))?;
        member(hash, "AttributeName").map(str::to_owned)
    })
}

/// The value of the partition key: in the key, in the item, or in the condition of a query.
fn leading_key(input: &Value, hash: &str) -> Option<String> {
    for name in ["Key", "Item"] {
        if let Some(value) = input.get(name).and_then(|item| item.get(hash)) {
            return text(value);
        }
    }
    if let Some(value) = input.pointer(&format!("/KeyConditions/{hash}/AttributeValueList/0")) {
        return text(value);
    }
    let condition = member(input, "KeyConditionExpression")?;
    let condition = condition.replace(['(', ')'], " ");
    let mut words = condition
        .split_whitespace()
        .flat_map(|word| {
            // `a=:b` has no spaces.
            word.split_inclusive('=')
                .flat_map(|part| match part.strip_suffix('=') {
                    Some(name) => vec![name.to_owned(), "=".to_owned()],
                    None => vec![part.to_owned()],
                })
        })
        .filter(|word| !word.is_empty());
    let mut before = String::new();
    while let Some(word) = words.next() {
        if word == "=" && real_name(input, &before) == hash {
            let placeholder = words.next()?;
            return text(input.get("ExpressionAttributeValues")?.get(&placeholder)?);
        }
        before = word;
    }
    None
}

/// The attributes that an action names, at the top level of the item.
fn attributes(input: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for member_name in [
        "Key",
        "Item",
        "Expected",
        "AttributeUpdates",
        "KeyConditions",
    ] {
        let members = input.get(member_name).and_then(Value::as_object);
        names.extend(members.into_iter().flatten().map(|(name, _)| name.clone()));
    }
    let listed = input.get("AttributesToGet").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(Value::as_str);
    names.extend(listed.map(str::to_owned));
    if let Some(projection) = member(input, "ProjectionExpression") {
        let paths = projection.split(',').map(str::trim);
        names.extend(
            paths.map(|path| real_name(input, path.split(['.', '[']).next().unwrap_or(path))),
        );
    }
    let aliases = input
        .get("ExpressionAttributeNames")
        .and_then(Value::as_object);
    let aliases = aliases.into_iter().flatten();
    names.extend(aliases.filter_map(|(_, name)| Some(name.as_str()?.to_owned())));
    names
}

/// The name for which an alias such as `#a` stands.
fn real_name(input: &Value, name: &str) -> String {
    let aliases = input.get("ExpressionAttributeNames");
    let real = aliases.and_then(|aliases| aliases.get(name)?.as_str());
    real.unwrap_or(name).to_owned()
}

/// The value of a key: a string, a number or binary data.
fn text(value: &Value) -> Option<String> {
    let (_, value) = value.as_object()?.iter().next()?;
    Some(value.as_str()?.to_owned())
}
