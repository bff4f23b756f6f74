//! Whether `DynamoDB` will take an item, before it is sent: it refuses a whole batch for one of them.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Attributes, Kind, Reason, Schema, Value, canonical, number};

const MAX_ITEM: usize = 400 * 1024;
const MAX_PARTITION_KEY: usize = 2048;
const MAX_SORT_KEY: usize = 1024;

/// The key of an item, the same for the same key however its number was written.
pub(crate) type Key = Vec<String>;

/// The key of an item that the table takes.
pub(crate) fn check(item: &Attributes, schema: &Schema) -> Result<Key, Reason> {
    let size = size_of_attributes(item)?;
    if size > MAX_ITEM {
        return Err(format!(
            "its {size} bytes are more than the {MAX_ITEM} of DynamoDB"
        ));
    }
    let find = |name: &str| {
        item.iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    };
    for (name, kind) in &schema.indexed {
        if let Some(value) = find(name) {
            let part = key_part(name, *kind, value);
            part.map_err(|reason| format!("{reason}, since an index has it as a key"))?;
        }
    }
    let limits = [MAX_PARTITION_KEY, MAX_SORT_KEY];
    let parts = schema.key.iter().zip(limits).map(|((name, kind), limit)| {
        let value =
            find(name).ok_or_else(|| format!("it has no {name}, which is the table's key"))?;
        let part = key_part(name, *kind, value)?;
        if size_of(value)? > limit {
            return Err(format!(
                "its key {name} is longer than the {limit} bytes of DynamoDB"
            ));
        }
        Ok(part)
    });
    parts.collect()
}

/// The key of an item to delete: nothing else stands in it.
pub(crate) fn check_key(key: &Attributes, schema: &Schema) -> Result<Key, Reason> {
    let checked = check(key, schema)?;
    let is_more = |(name, _): &&(String, Value)| schema.key.iter().all(|(part, _)| part != name);
    match key.iter().find(is_more) {
        Some((name, _)) => Err(format!(
            "its Keys have {name}, which is no key of the table"
        )),
        None => Ok(checked),
    }
}

fn key_part(name: &str, kind: Kind, value: &Value) -> Result<String, Reason> {
    if value.kind() != kind {
        return Err(of_other_kind(name, kind, value));
    }
    match value {
        Value::S(text) | Value::B(text) if text.is_empty() => {
            Err(format!("its key {name} is empty"))
        }
        Value::N(digits) => exact(digits),
        Value::S(text) | Value::B(text) => Ok(text.clone()),
        _ => Err(format!("its key {name} is {}", kind.noun())),
    }
}

fn of_other_kind(name: &str, kind: Kind, value: &Value) -> Reason {
    let (is, must) = (value.kind().noun(), kind.noun());
    let way_out = match (value, kind) {
        (Value::N(digits), Kind::S) => format!(": write \"{digits}\", with quotes"),
        (Value::S(text), Kind::N) if canonical(text).is_some() => {
            format!(": write {text}, without quotes")
        }
        (Value::S(_), Kind::B) => ": only DynamoDB JSON and CSV have binaries".to_owned(),
        (Value::M(map), _) if map.iter().any(|(tag, _)| Kind::of_tag(tag).is_some()) => {
            ": {…} with a type in it is DynamoDB JSON, for which there is --format dynamodb-json"
                .to_owned()
        }
        _ => String::new(),
    };
    format!("its key {name} is {is}, and the table's is {must}{way_out}")
}

fn size_of_attributes(attributes: &Attributes) -> Result<usize, Reason> {
    attributes.iter().try_fold(0, |sum, (name, value)| {
        if name.is_empty() {
            return Err("it has an attribute without a name".to_owned());
        }
        let size = size_of(value).map_err(|reason| of_attribute(name, &reason))?;
        Ok(sum + name.len() + size)
    })
}

fn of_attribute(name: &str, reason: &str) -> Reason {
    // The innermost is what is to be mended.
    if reason.starts_with("in ") {
        reason.to_owned()
    } else {
        format!("in {name}, {reason}")
    }
}

/// The bytes that a value counts for, where it is one that `DynamoDB` takes.
fn size_of(value: &Value) -> Result<usize, Reason> {
    match value {
        Value::S(text) => Ok(text.len()),
        Value::N(digits) => exact(digits).map(|_| number::size(digits)),
        Value::B(text) => decoded(text),
        Value::Bool(_) | Value::Null => Ok(1),
        Value::M(map) => Ok(3 + map.len() + size_of_attributes(map)?),
        Value::L(list) => {
            let sizes = list.iter().map(size_of);
            Ok(3 + list.len() + sizes.sum::<Result<usize, _>>()?)
        }
        Value::Ss(set) => size_of_set(set, |text| Ok((text.clone(), text.len()))),
        Value::Ns(set) => size_of_set(set, |text| Ok((exact(text)?, number::size(text)))),
        Value::Bs(set) => size_of_set(set, |text| Ok((text.clone(), decoded(text)?))),
    }
}

fn size_of_set(
    set: &[String],
    read: impl Fn(&String) -> Result<(String, usize), Reason>,
) -> Result<usize, Reason> {
    if set.is_empty() {
        return Err("a set is empty, which DynamoDB does not take".to_owned());
    }
    let mut seen = HashSet::new();
    set.iter().try_fold(0, |sum, text| {
        let (element, size) = read(text)?;
        if seen.insert(element) {
            Ok(sum + size)
        } else {
            Err(format!("a set has {text} twice"))
        }
    })
}

fn exact(digits: &str) -> Result<String, Reason> {
    canonical(digits).ok_or_else(|| {
        let shown: String = digits.chars().take(60).collect();
        format!("{shown:?} is no number of DynamoDB: up to 38 digits, between 1E-130 and 9.9E+125")
    })
}

fn decoded(text: &str) -> Result<usize, Reason> {
    let bytes = STANDARD.decode(text);
    bytes
        .map(|bytes| bytes.len())
        .map_err(|_| "a binary is not Base64".to_owned())
}
