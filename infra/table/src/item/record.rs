//! The records of `DynamoDB` JSON, in all the ways that AWS writes an item with its types.

use super::parts::{read_members, read_whole};
use super::typed::{read_item, value};
use super::{Attributes, Json, Reason, Value};

/// What stands around an item.
const WRAPPERS: [&str; 7] = [
    "Item",
    "Metadata",
    "Keys",
    "NewImage",
    "OldImage",
    "ConsumedCapacity",
    "ResponseMetadata",
];

/// What a record is for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// The item, or the key of the one to delete.
    pub(crate) item: Attributes,
    pub(crate) is_delete: bool,
    /// When it was written, where the record says it.
    pub(crate) micros: Option<u64>,
}

impl From<Attributes> for Entry {
    fn from(item: Attributes) -> Self {
        Self {
            item,
            is_delete: false,
            micros: None,
        }
    }
}

/// Reads an item as exports (`{"Item":{…}}`), incremental exports (`{"Keys":{…},"NewImage":{…}}`)
/// and the answers of `DynamoDB` (`{"id":{"S":"a"}}`) have it.
pub(crate) fn read(text: &str) -> Result<Entry, Reason> {
    let bare = || read_item(text).map(Entry::from);
    if !first_name(text).is_some_and(|name| WRAPPERS.contains(&name.as_str())) {
        return bare();
    }
    // What is in a wrapper is never a value with a type: no item is both.
    read_whole(text, wrapped).or_else(|reason| bare().map_err(|_| reason))
}

fn first_name(text: &str) -> Option<String> {
    let mut first = None;
    // It is told to end there.
    let _ = Json::new(text).members(|_, name| {
        first = Some(name.into_owned());
        Err(Reason::new())
    });
    first
}

fn wrapped(json: &mut Json<'_>) -> Result<Entry, Reason> {
    let (mut item, mut new, mut keys, mut micros) = (None, None, None, None);
    json.members(|json, name| {
        let place = match &*name {
            "Item" => &mut item,
            "NewImage" => &mut new,
            "Keys" => &mut keys,
            "Metadata" => {
                micros = written(&read_members(json, 0, value)?);
                return Ok(());
            }
            "OldImage" | "ConsumedCapacity" | "ResponseMetadata" => return json.skip().map(drop),
            _ => {
                return Err(format!(
                    "it has {name:?} where DynamoDB JSON has one {{\"Item\":{{…}}}}"
                ));
            }
        };
        if place.replace(read_members(json, 0, value)?).is_some() {
            return Err(format!("it has {name} twice"));
        }
        Ok(())
    })?;
    let is_delete = item.is_none() && new.is_none();
    match (item, new, keys) {
        (Some(item), None, None) | (None, Some(item), _) | (None, None, Some(item)) => Ok(Entry {
            item,
            is_delete,
            micros,
        }),
        _ => Err("it has no Item, and DynamoDB JSON is {\"Item\":{…}}".to_owned()),
    }
}

fn written(metadata: &Attributes) -> Option<u64> {
    metadata.iter().find_map(|(name, value)| match value {
        Value::N(digits) if name == "WriteTimestampMicros" => digits.parse().ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_found_however_it_is_wrapped() {
        for (text, id, is_delete, micros) in [
            (r#"{"id":{"S":"a"}}"#, "id", false, None),
            (r#"{"Item":{"id":{"S":"a"}}}"#, "id", false, None),
            (
                r#"{"Item":{"S":{"S":"a"}},"ConsumedCapacity":null}"#,
                "S",
                false,
                None,
            ),
            (r#"{"Item":{"S":"a"}}"#, "Item", false, None),
            (r#"{"Keys":{"S":"a"}}"#, "Keys", false, None),
            (r#"{"Keys":{"id":{"S":"a"}}}"#, "id", true, None),
            (
                r#"{"Metadata":{"WriteTimestampMicros":{"N":"7"}},"Keys":{"id":{"S":"a"}},"OldImage":{"id":{"S":"a"}}}"#,
                "id",
                true,
                Some(7),
            ),
            (
                r#"{"Metadata":{},"Keys":{"k":{"S":"a"}},"NewImage":{"id":{"S":"a"}}}"#,
                "id",
                false,
                None,
            ),
        ] {
            let item = vec![(id.to_owned(), Value::S("a".to_owned()))];
            let expected = Entry {
                item,
                is_delete,
                micros,
            };
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        for (text, expected) in [
            (
                r#"{"Metadata":{}}"#,
                "it has no Item, and DynamoDB JSON is {\"Item\":{…}}",
            ),
            (r#"{"Item":{},"Item":{}}"#, "it has Item twice"),
            (
                r#"{"Item":{},"NewImage":{}}"#,
                "it has no Item, and DynamoDB JSON is {\"Item\":{…}}",
            ),
            (
                r#"{"Item":{},"x":1}"#,
                "it has \"x\" where DynamoDB JSON has one {\"Item\":{…}}",
            ),
        ] {
            assert_eq!(read(text), Err(expected.to_owned()), "{text}");
        }
    }
}
