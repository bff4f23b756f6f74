//! Checks an item before it is sent: `DynamoDB` refuses a whole batch because of one bad item.

use items::{Kind, Number};

use super::number::number;
use super::{Attributes, Reason, Schema, Value, size};

const MAX_ITEM: usize = 400 * 1024;
const MAX_PARTITION_KEY: usize = 2048;
const MAX_SORT_KEY: usize = 1024;

/// The key of an item. Two spellings of the same number give the same key.
pub(crate) type Key = Vec<String>;

/// Checks that the table accepts an item, and returns its key.
pub(crate) fn check(item: &Attributes, schema: &Schema) -> Result<Key, Reason> {
    let bytes = size::of_attributes(item)?;
    if bytes > MAX_ITEM {
        return Err(format!(
            "it has {bytes} bytes, more than DynamoDB's limit of {MAX_ITEM}"
        ));
    }
    check_indexed(item, schema)?;
    let limits = [MAX_PARTITION_KEY, MAX_SORT_KEY];
    let parts = schema.key.iter().zip(limits).map(|((name, kind), limit)| {
        let value = find(item, name)
            .ok_or_else(|| format!("it has no {name}, which is the table's key"))?;
        let part = key_part(name, *kind, value)?;
        if size::of_value(value)? > limit {
            return Err(format!(
                "its key {name} is longer than DynamoDB's limit of {limit} bytes"
            ));
        }
        Ok(part)
    });
    parts.collect()
}

/// Checks the key of an item to delete, which has no other attributes, and returns it.
pub(crate) fn check_key(key: &Attributes, schema: &Schema) -> Result<Key, Reason> {
    let checked = check(key, schema)?;
    let is_extra = |(name, _): &&(String, Value)| schema.key.iter().all(|(part, _)| part != name);
    match key.iter().find(is_extra) {
        Some((name, _)) => Err(format!(
            "its Keys have {name}, which is not a key of the table"
        )),
        None => Ok(checked),
    }
}

fn check_indexed(item: &Attributes, schema: &Schema) -> Result<(), Reason> {
    for (name, kind) in &schema.indexed {
        if let Some(value) = find(item, name) {
            key_part(name, *kind, value)
                .map_err(|reason| format!("{reason} ({name} is the key of an index)"))?;
        }
    }
    Ok(())
}

fn find<'a>(item: &'a Attributes, name: &str) -> Option<&'a Value> {
    item.iter()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value)
}

fn key_part(name: &str, kind: Kind, value: &Value) -> Result<String, Reason> {
    if value.kind() != kind {
        return Err(wrong_kind(name, kind, value));
    }
    match value {
        Value::String(text) | Value::Binary(text) if text.is_empty() => {
            Err(format!("its key {name} is empty"))
        }
        Value::Number(digits) => number(digits).map(|number| number.to_string()),
        Value::String(text) | Value::Binary(text) => Ok(text.clone()),
        _ => Err(format!("its key {name} is {}", kind.noun())),
    }
}

fn wrong_kind(name: &str, kind: Kind, value: &Value) -> Reason {
    let (is, must) = (value.kind().noun(), kind.noun());
    let advice = match (value, kind) {
        (Value::Number(digits), Kind::String) => format!(": write \"{digits}\", with quotes"),
        (Value::String(text), Kind::Number) if Number::parse(text).is_some() => {
            format!(": write {text}, without quotes")
        }
        (Value::String(_), Kind::Binary) => {
            ": only DynamoDB JSON and CSV have a binary type".to_owned()
        }
        (Value::Map(map), _) if map.iter().any(|(tag, _)| Kind::of_tag(tag).is_some()) => {
            ": this looks like DynamoDB JSON, so pass --format dynamodb-json".to_owned()
        }
        _ => String::new(),
    };
    format!("its key {name} is {is}, but must be {must}{advice}")
}
