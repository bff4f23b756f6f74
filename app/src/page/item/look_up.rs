use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::WebError;
use crate::key::{Key, decode, encode};
use crate::query::operand;

pub(super) const BAD_KEY: WebError = WebError::bad_request(
    "This is not a key of the table: enter name, type and value of each key attribute.",
);

/// Answers the form of the table's page with the address of the item. The form has the names, types and
/// values of a key.
pub(super) fn look_up(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<Response, WebError> {
    let all = |wanted: &str| {
        let found = pairs.iter().filter(|(name, _)| name == wanted);
        found.map(|(_, text)| text).collect::<Vec<_>>()
    };
    let (names, kinds, values) = (all("name"), all("type"), all("value"));
    let mut key = Key::new();
    let given = names.iter().enumerate();
    for (index, name) in given.filter(|(_, name)| !name.is_empty()) {
        let (kind, text) = kinds.get(index).zip(values.get(index)).ok_or(BAD_KEY)?;
        key.insert(name.to_string(), operand(kind, text)?);
    }
    let cursor = encode(&key);
    decode(&cursor).ok_or(BAD_KEY)?;
    let address = HeaderValue::from_str(&format!("/item?key={cursor}")).map_err(|_| BAD_KEY)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
}
