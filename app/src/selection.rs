//! Which items are wanted, and how: what follows the question mark.

use axum::{extract::Query, http::Uri};
use serde::Deserialize;

use crate::{
    cursor::{self, Key},
    error::WebError,
};

const DEFAULT_LIMIT: u16 = 100;
const MAX_LIMIT: u16 = 1000;

const BAD_ADDRESS: WebError = WebError::BadRequest(
    "The address can't be read: it takes cursor, limit and format, each once.",
);
const BAD_LIMIT: WebError = WebError::BadRequest("The limit must be a number from 1 to 1000.");
const BAD_FORMAT: WebError = WebError::BadRequest("The format must be html or json.");
/// Also for a cursor that is one, but of another table.
pub(crate) const BAD_CURSOR: WebError =
    WebError::BadRequest("The cursor is not one of this table: start again from the first page.");

#[derive(Debug, PartialEq)]
pub(crate) struct Selection {
    /// The items after this key.
    pub(crate) start: Option<Key>,
    pub(crate) limit: u16,
    pub(crate) json: bool,
}

#[derive(Deserialize)]
struct Options {
    cursor: Option<String>,
    limit: Option<String>,
    format: Option<String>,
}

impl Selection {
    pub(crate) fn from_address(address: &Uri) -> Result<Self, WebError> {
        let Query(options) = Query::<Options>::try_from_uri(address).map_err(|_| BAD_ADDRESS)?;
        Ok(Self {
            start: options.cursor.as_deref().map(start).transpose()?,
            limit: options.limit.as_deref().map_or(Ok(DEFAULT_LIMIT), limit)?,
            json: options.format.as_deref().map_or(Ok(false), is_json)?,
        })
    }
}

fn start(text: &str) -> Result<Key, WebError> {
    cursor::decode(text).ok_or(BAD_CURSOR)
}

fn limit(text: &str) -> Result<u16, WebError> {
    let limit = text.parse().map_err(|_| BAD_LIMIT)?;
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        Err(BAD_LIMIT)
    }
}

fn is_json(text: &str) -> Result<bool, WebError> {
    match text {
        "json" => Ok(true),
        "html" => Ok(false),
        _ => Err(BAD_FORMAT),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::*;

    fn select(query: &str) -> Result<Selection, String> {
        let address = format!("/query?{query}").parse().unwrap();
        Selection::from_address(&address).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_said_is_the_first_hundred_as_html() {
        let expected = Selection {
            start: None,
            limit: 100,
            json: false,
        };
        assert_eq!(select("").unwrap(), expected);
        assert_eq!(select("format=html&limit=100&unknown=1").unwrap(), expected);
    }

    #[test]
    fn everything_said_is_heard() {
        let key = Key::from([("id".to_owned(), AttributeValue::N("7".to_owned()))]);
        let query = format!("format=json&limit=1000&cursor={}", cursor::encode(&key));
        assert_eq!(
            select(&query).unwrap(),
            Selection {
                start: Some(key),
                limit: 1000,
                json: true
            }
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (query, expected) in [
            ("limit=0", BAD_LIMIT),
            ("limit=1001", BAD_LIMIT),
            ("limit=99999999999", BAD_LIMIT),
            ("limit=-1", BAD_LIMIT),
            ("limit=", BAD_LIMIT),
            ("format=xml", BAD_FORMAT),
            ("cursor=", BAD_CURSOR),
            ("cursor=forged", BAD_CURSOR),
            ("limit=1&limit=2", BAD_ADDRESS),
            ("cursor=%FF", BAD_CURSOR),
        ] {
            assert_eq!(select(query).unwrap_err(), expected.to_string(), "{query}");
        }
    }
}
