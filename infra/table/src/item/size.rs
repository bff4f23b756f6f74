//! The size of an item, as `DynamoDB` counts it, and whether its values are valid.

use std::collections::HashSet;
use std::hash::Hash;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::number::number;
use super::{Attributes, Reason, Value};

/// The bytes of an item or a map; an error if `DynamoDB` would refuse one of the values.
pub(super) fn of_attributes(attributes: &Attributes) -> Result<usize, Reason> {
    attributes.iter().try_fold(0, |sum, (name, value)| {
        if name.is_empty() {
            return Err("it has an attribute without a name".to_owned());
        }
        let size = of_value(value).map_err(|reason| in_attribute(name, &reason))?;
        Ok(sum + name.len() + size)
    })
}

/// The bytes of a value; an error if `DynamoDB` would refuse it.
pub(super) fn of_value(value: &Value) -> Result<usize, Reason> {
    match value {
        Value::String(text) => Ok(text.len()),
        Value::Number(digits) => number(digits).map(|number| number.size()),
        Value::Binary(text) => of_binary(text),
        Value::Boolean(_) | Value::Null => Ok(1),
        Value::Map(map) => Ok(3 + map.len() + of_attributes(map)?),
        Value::List(list) => {
            let sizes = list.iter().map(of_value);
            Ok(3 + list.len() + sizes.sum::<Result<usize, _>>()?)
        }
        Value::StringSet(set) => of_set(set, |text| Ok((text, text.len()))),
        Value::NumberSet(set) => of_set(set, |text| {
            number(text).map(|number| (number, number.size()))
        }),
        Value::BinarySet(set) => of_set(set, |text| Ok((text, of_binary(text)?))),
    }
}

/// `read` returns an element, for comparison, and its size.
fn of_set<'a, T: Eq + Hash>(
    set: &'a [String],
    read: impl Fn(&'a str) -> Result<(T, usize), Reason>,
) -> Result<usize, Reason> {
    if set.is_empty() {
        return Err("a set is empty, which DynamoDB does not allow".to_owned());
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

fn of_binary(base64: &str) -> Result<usize, Reason> {
    let bytes = STANDARD.decode(base64);
    bytes
        .map(|bytes| bytes.len())
        .map_err(|_| "a binary is not Base64".to_owned())
}

fn in_attribute(name: &str, reason: &str) -> Reason {
    // The innermost attribute is the one to fix.
    if reason.starts_with("in ") {
        reason.to_owned()
    } else {
        format!("in {name}, {reason}")
    }
}
