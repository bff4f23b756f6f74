//! Reads the input of an action from a Query form, in which every leaf is a text, and writes its
//! output.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, Deserializer, IntoDeserializer, Visitor};
use serde::{Deserialize, Serialize, forward_to_deserialize_any};
use serde_json::Value;

use crate::aws::{Answer, AwsError, heeded, json};

/// Reads the input of an action. An empty text counts as missing, unless its field is a [`Text`].
///
/// # Errors
/// `ValidationError` in AWS's words for a member that is missing or not one of its values.
///
/// A member that the type `T` does not have is refused: the endpoint has already taken out what AWS
/// does not know.
pub(super) fn read<'a, T: Deserialize<'a>>(input: &'a Value) -> Result<T, AwsError> {
    let (read, ignored) = heed(input)?;
    ignored
        .first()
        .map_or(Ok(read), |member| Err(AwsError::not_yet(member)))
}

/// Reads the input of an action that two types share. A member that neither of them has is refused.
pub(super) fn read_two<'a, T, U>(input: &'a Value) -> Result<(T, U), AwsError>
where
    T: Deserialize<'a>,
    U: Deserialize<'a>,
{
    let (one, ignored) = heed(input)?;
    let (other, ignored_too) = heed(input)?;
    let ignored = ignored.iter().find(|member| ignored_too.contains(member));
    ignored.map_or(Ok((one, other)), |member| Err(AwsError::not_yet(member)))
}

/// Reads an input. Returns the members that its type does not have, too.
fn heed<'a, T: Deserialize<'a>>(input: &'a Value) -> Result<(T, Vec<String>), AwsError> {
    let form = Form {
        name: "",
        value: input,
    };
    let mut ignored = Vec::new();
    let read = serde_ignored::deserialize(form, |path| ignored.extend(heeded(input, &path)));
    let read = read.map_err(|Invalid(message)| AwsError::validation(message))?;
    Ok((read, ignored))
}

/// Writes the output of an action.
pub(super) fn write(output: Result<impl Serialize, AwsError>) -> Answer {
    let output = output?;
    Ok(serde_json::to_value(output).expect("the keys of an output are texts"))
}

/// The output of an action that returns nothing.
#[derive(Serialize)]
pub(super) struct Nothing {}

/// The value of the member `name`, which the action needs in this case.
///
/// # Errors
/// `ValidationError` in AWS's words if it is missing.
pub(super) fn required<T>(value: Option<T>, name: &str) -> Result<T, AwsError> {
    value.ok_or_else(|| AwsError::validation(null(name)))
}

/// A text that may be empty.
#[derive(Debug)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(json::text(&value)))
    }
}

/// Reads an optional member for which an empty text is a value: an empty text or list.
pub(super) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// AWS's sentence for a missing member.
fn null(name: &str) -> String {
    format!(
        "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null",
        lower(name)
    )
}

/// The name of a member as AWS's sentences spell it: `stackName`.
fn lower(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

/// A member of a Query form, with its name.
#[derive(Clone, Copy)]
struct Form<'a> {
    name: &'a str,
    value: &'a Value,
}

impl<'a> Form<'a> {
    fn text(self) -> Option<&'a str> {
        self.value.as_str().filter(|text| !text.is_empty())
    }

    fn required_text(self) -> Result<&'a str, Invalid> {
        self.text().ok_or_else(|| Invalid(null(self.name)))
    }
}

impl<'de> IntoDeserializer<'de, Invalid> for Form<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Form<'de> {
    type Error = Invalid;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        match self.value {
            Value::Object(_) => self.deserialize_map(visitor),
            Value::Array(_) => self.deserialize_seq(visitor),
            scalar => visitor.visit_string(json::text(scalar)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        visitor.visit_bool(self.text() == Some("true"))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        visitor.visit_str(self.required_text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        match self.value {
            Value::Null => visitor.visit_none(),
            Value::String(text) if text.is_empty() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        let items = self.value.as_array().into_iter().flatten();
        let items = items.map(|value| Form { value, ..self });
        visitor.visit_seq(SeqDeserializer::new(items))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        let members = self.value.as_object().into_iter().flatten();
        let members = members.map(|(name, value)| (name.as_str(), Form { name, value }));
        visitor.visit_map(MapDeserializer::new(members))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        let text = self.required_text()?;
        if variants.contains(&text) {
            return visitor.visit_enum(StrDeserializer::new(text));
        }
        Err(Invalid(format!(
            "1 validation error detected: Value '{text}' at '{}' failed to satisfy constraint: Member must satisfy enum value set: [{}]",
            lower(self.name),
            variants.join(", ")
        )))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct identifier ignored_any
    }
}

/// An error in an input, with AWS's message.
#[derive(Debug)]
struct Invalid(String);

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}

impl de::Error for Invalid {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self(null(field))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "UPPERCASE")]
    enum Kind {
        New,
        Old,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Input {
        stack_name: String,
        kind: Option<Kind>,
        #[serde(default)]
        retain: bool,
        #[serde(default)]
        names: Vec<String>,
        #[serde(default, deserialize_with = "given")]
        value: Option<Text>,
        #[serde(default, deserialize_with = "given")]
        tags: Option<Vec<String>>,
    }

    #[test]
    fn every_leaf_of_a_form_is_a_text() {
        let form = json!({
            "StackName": "vpc", "Kind": "OLD", "Retain": "true", "Names": ["a"],
            "Value": "", "Tags": "",
        });
        let input: Input = read(&form).unwrap();
        assert_eq!(input.stack_name, "vpc");
        assert_eq!(input.kind, Some(Kind::Old));
        assert!(input.retain);
        assert_eq!(input.names, ["a"]);
        assert_eq!(input.value.unwrap().0, "");
        assert_eq!(input.tags, Some(Vec::new()));
    }

    #[test]
    fn a_member_that_the_type_lacks_is_refused() {
        #[derive(Debug, Deserialize)]
        struct Other {
            #[serde(rename = "RoleARN")]
            role: String,
        }
        let form = json!({"StackName": "vpc", "RoleARN": "arn"});
        let err = read::<Input>(&form).unwrap_err();
        assert_eq!(err, AwsError::not_yet("RoleARN"));
        let (_, other) = read_two::<Input, Other>(&form).unwrap();
        assert_eq!(other.role, "arn");
    }

    #[test]
    fn a_member_may_be_missing_or_empty() {
        let form = json!({"StackName": "vpc", "Kind": "", "Retain": "", "Names": ""});
        let input: Input = read(&form).unwrap();
        assert!(input.kind.is_none() && !input.retain && input.names.is_empty());
        assert!(input.value.is_none() && input.tags.is_none());
    }

    #[test]
    fn a_wrong_input_is_refused_in_the_words_of_aws() {
        let null = "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null";
        let kind = "1 validation error detected: Value 'X' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [NEW, OLD]";
        for (form, expected) in [
            (json!({}), null),
            (json!({"StackName": ""}), null),
            (json!({"StackName": {"A": "b"}}), null),
            (json!({"StackName": "vpc", "Kind": "X"}), kind),
        ] {
            let refused = read::<Input>(&form).unwrap_err();
            assert_eq!(refused.code, "ValidationError");
            assert_eq!(refused.message, expected, "{form}");
        }
    }
}
