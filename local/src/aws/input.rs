//! Reads the input of an action, or the properties of a resource, into its type.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_ignored::Path;
use serde_json::Value;

use super::error::{Answer, AwsError};

/// Answers an action: reads its input, acts, and writes its output.
///
/// A member that the type `I` does not have is refused: the endpoint has already taken out what AWS
/// does not know, so each member means something.
///
/// # Errors
/// The error of `act`, AWS's code for an input of the wrong shape, or an error that names a member
/// that the local AWS does not do yet.
pub(crate) fn answer<I: DeserializeOwned, O: Serialize>(
    input: &Value,
    act: impl FnOnce(I) -> Result<O, AwsError>,
) -> Answer {
    let output = act(heed(input)?)?;
    Ok(serde_json::to_value(output).expect("an output has string keys and no custom serializer"))
}

/// Reads the input of an action as [`answer`] does.
///
/// # Errors
/// AWS's code for an input of the wrong shape, or an error that names a member that the local AWS does
/// not do yet.
pub(crate) fn heed<I: DeserializeOwned>(input: &Value) -> Result<I, AwsError> {
    let mut ignored = Vec::new();
    let read =
        serde_ignored::deserialize(given(input), |path| ignored.extend(heeded(input, &path)));
    let heeded = read.map_err(|err: serde_json::Error| {
        AwsError::new(
            "SerializationException",
            format!("the input cannot be read: {err}"),
        )
    })?;
    if let Some(member) = ignored.first() {
        return Err(AwsError::not_yet(member));
    }
    Ok(heeded)
}

/// Reads the members of an object. A member that is null or an empty string counts as missing. If
/// `value` is not an object, all members count as missing.
///
/// # Errors
/// A member of the wrong type.
pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> serde_json::Result<T> {
    serde_json::from_value(given(value))
}

/// The members that are neither null nor an empty string.
fn given(value: &Value) -> Value {
    let members = value.as_object().into_iter().flatten();
    let given = members.filter(|(_, member)| !member.is_null() && *member != "");
    let given = given.map(|(name, member)| (name.clone(), member.clone()));
    Value::Object(given.collect())
}

/// The place of a member that a type does not have; `None` if its value says nothing: an empty one,
/// and the default of a switch.
pub(crate) fn heeded(input: &Value, path: &Path<'_>) -> Option<String> {
    let says_nothing = match at(input, path) {
        None | Some(Value::Null | Value::Bool(false)) => true,
        Some(Value::String(text)) => text.is_empty() || text == "false",
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(members)) => members.is_empty(),
        Some(_) => false,
    };
    (!says_nothing).then(|| shown(path))
}

fn at<'a>(input: &'a Value, path: &Path<'_>) -> Option<&'a Value> {
    match path {
        Path::Root => Some(input),
        Path::Seq { parent, index } => at(input, parent)?.get(index),
        Path::Map { parent, key } => at(input, parent)?.get(key),
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => at(input, parent),
    }
}

/// The place of a member: `Filters[0].Key`.
fn shown(path: &Path<'_>) -> String {
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", shown(parent)),
        Path::Map { parent, key } => match shown(parent).as_str() {
            "" => key.clone(),
            parent => format!("{parent}.{key}"),
        },
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => shown(parent),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Input {
        name: Option<String>,
        names: Vec<String>,
        on: bool,
    }

    #[test]
    fn null_empty_and_missing_are_the_same() {
        for value in [
            json!({}),
            json!({"name": null, "names": null, "on": null}),
            json!({"name": "", "names": "", "on": ""}),
            json!({"another": {"member": 1}}),
            json!(null),
            json!([]),
            json!("text"),
        ] {
            assert_eq!(read::<Input>(&value).unwrap(), Input::default(), "{value}");
        }
        let given = json!({"name": "a", "names": [""], "on": true});
        let expected = Input {
            name: Some("a".into()),
            names: vec![String::new()],
            on: true,
        };
        assert_eq!(read::<Input>(&given).unwrap(), expected);
    }

    #[test]
    fn a_member_that_the_type_lacks_is_refused_by_name() {
        #[derive(Deserialize)]
        #[serde(default)]
        #[derive(Default)]
        struct Outer {
            inner: Option<Vec<Input>>,
        }

        let answered = answer(
            &json!({"inner": [{"name": "a", "size": 1}]}),
            |input: Outer| Ok(input.inner.map(|inner| inner.len())),
        );
        let err = answered.unwrap_err();
        assert_eq!(err, AwsError::not_yet("inner[0].size"));
        let answered = answer(
            &json!({"size": null, "sizes": [], "large": false, "inner": []}),
            |_: Outer| Ok(()),
        );
        assert!(answered.is_ok());
    }

    #[test]
    fn a_wrong_type_is_an_error_of_serialization() {
        let answered = answer(&json!({"names": "a"}), |input: Input| Ok(input.names));
        assert_eq!(answered.unwrap_err().code, "SerializationException");
    }
}
