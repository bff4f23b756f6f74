//! Records of `DynamoDB` JSON, in every form in which AWS writes an item.

use serde::de::IgnoredAny;

use super::parts::{read_members, read_whole};
use super::typed::{read_item, value};
use super::{Attributes, Json, Reason, Value};

/// The members that can surround an item.
const WRAPPERS: [&str; 7] = [
    "Item",
    "Metadata",
    "Keys",
    "NewImage",
    "OldImage",
    "ConsumedCapacity",
    "ResponseMetadata",
];

/// What a record says to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// The item, or the key of the one to delete.
    pub(crate) item: Attributes,
    pub(crate) is_delete: bool,
    /// When the item was written, in microseconds, if the record says so.
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

/// Reads a record of an export (`{"Item":{…}}`), of an incremental export
/// (`{"Keys":{…},"NewImage":{…}}`), or a bare item (`{"id":{"S":"a"}}`).
pub(crate) fn read(text: &str) -> Result<Entry, Reason> {
    let bare = || read_item(text).map(Entry::from);
    if !first_name(text).is_some_and(|name| WRAPPERS.contains(&name.as_str())) {
        return bare();
    }
    // A wrapper holds attributes, a bare item holds typed values: no text is both.
    read_whole(text, wrapped).or_else(|reason| bare().map_err(|_| reason))
}

fn first_name(text: &str) -> Option<String> {
    let mut first = None;
    // The closure stops the reader after the first name.
    let _ = Json::new(text).members(|_, name| {
        first = Some(name.into_owned());
        Err(Reason::new())
    });
    first
}

/// Skips a member that does not matter, which must be JSON all the same.
fn skip(json: &mut Json<'_>, name: &str) -> Result<(), Reason> {
    let read = serde_json::from_str::<IgnoredAny>(json.skip()?);
    read.map(drop)
        .map_err(|_| format!("the value of {name:?} is not JSON"))
}

fn wrapped(json: &mut Json<'_>) -> Result<Entry, Reason> {
    let (mut item, mut new, mut keys, mut micros) = (None, None, None, None);
    json.members(|json, name| {
        let slot = match &*name {
            "Item" => &mut item,
            "NewImage" => &mut new,
            "Keys" => &mut keys,
            "Metadata" => {
                micros = write_time(&read_members(json, 0, value)?);
                return Ok(());
            }
            "OldImage" | "ConsumedCapacity" | "ResponseMetadata" => return skip(json, &name),
            _ => {
                return Err(format!(
                    "it has {name:?} beside the item: DynamoDB JSON is {{\"Item\":{{…}}}}"
                ));
            }
        };
        if slot.replace(read_members(json, 0, value)?).is_some() {
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
        _ => Err("it must have exactly one item: DynamoDB JSON is {\"Item\":{…}}".to_owned()),
    }
}

fn write_time(metadata: &Attributes) -> Option<u64> {
    metadata.iter().find_map(|(name, value)| match value {
        Value::Number(digits) if name == "WriteTimestampMicros" => digits.parse().ok(),
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
            let item = vec![(id.to_owned(), Value::String("a".to_owned()))];
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
                "it must have exactly one item: DynamoDB JSON is {\"Item\":{…}}",
            ),
            (r#"{"Item":{},"Item":{}}"#, "it has Item twice"),
            (
                r#"{"Item":{},"NewImage":{}}"#,
                "it must have exactly one item: DynamoDB JSON is {\"Item\":{…}}",
            ),
            (
                r#"{"Item":{},"x":1}"#,
                "it has \"x\" beside the item: DynamoDB JSON is {\"Item\":{…}}",
            ),
        ] {
            assert_eq!(read(text), Err(expected.to_owned()), "{text}");
        }
    }
}
