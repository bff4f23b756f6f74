use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use items::{Kind, Number};

use crate::error::WebError;

pub(super) const BAD_TYPE: WebError =
    WebError::bad_request("The type of a value to compare with must be S, N, B or BOOL.");
pub(super) const BAD_NUMBER: WebError = WebError::bad_request(
    "The number must have at most 38 digits and be between 1E-130 and 9.9E+125, as 12.5 or -3E+7.",
);
pub(super) const BAD_BINARY: WebError =
    WebError::bad_request("A binary value must be written in Base64, as SGk=.");
pub(super) const BAD_BOOLEAN: WebError = WebError::bad_request("A Boolean must be true or false.");

/// Reads a text as a value of the type with this tag.
pub(crate) fn operand(tag: &str, text: &str) -> Result<AttributeValue, WebError> {
    match kind(tag)? {
        Kind::String => Ok(AttributeValue::S(text.to_owned())),
        Kind::Number => {
            let digits = text.trim();
            Number::parse(digits).ok_or(BAD_NUMBER)?;
            Ok(AttributeValue::N(digits.to_owned()))
        }
        Kind::Binary => match BASE64_STANDARD.decode(text.trim()) {
            Ok(bytes) => Ok(AttributeValue::B(Blob::new(bytes))),
            Err(_) => Err(BAD_BINARY),
        },
        Kind::Boolean => match text.trim() {
            "true" => Ok(AttributeValue::Bool(true)),
            "false" => Ok(AttributeValue::Bool(false)),
            _ => Err(BAD_BOOLEAN),
        },
        _ => Err(BAD_TYPE),
    }
}

/// A value without a type is a string.
fn kind(tag: &str) -> Result<Kind, WebError> {
    if tag.is_empty() {
        return Ok(Kind::String);
    }
    Kind::of_tag(tag).ok_or(BAD_TYPE)
}
