//! Reads the input of an action, or the properties of a resource, into its type.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::{Answer, AwsError};

/// Answers an action: reads its input, acts, and writes its output.
///
/// # Errors
/// The error of `act`, or AWS's code for an input of the wrong shape.
pub(crate) fn answer<I: DeserializeOwned, O: Serialize>(
    input: &Value,
    act: impl FnOnce(I) -> Result<O, AwsError>,
) -> Answer {
    let input = read(input).map_err(|err| {
        AwsError::new(
            "SerializationException",
            format!("the input cannot be read: {err}"),
        )
    })?;
    let output = act(input)?;
    Ok(serde_json::to_value(output).expect("an output has string keys and no custom serializer"))
}

/// Reads the members of an object. A member that is null or an empty string counts as missing. If
/// `value` is not an object, all members count as missing.
///
/// # Errors
/// A member of the wrong type.
pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> serde_json::Result<T> {
    let members = value.as_object().into_iter().flatten();
    let given: Map<String, Value> = members
        .filter(|(_, member)| !member.is_null() && *member != "")
        .map(|(name, member)| (name.clone(), member.clone()))
        .collect();
    serde_json::from_value(Value::Object(given))
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
    fn a_wrong_type_is_an_error_of_serialization() {
        let answered = answer(&json!({"names": "a"}), |input: Input| Ok(input.names));
        assert_eq!(answered.unwrap_err().code, "SerializationException");
    }
}
