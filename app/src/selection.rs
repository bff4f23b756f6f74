//! Which items are wanted, and how: what follows the question mark.

use axum::http::Uri;

use crate::{
    cursor::Start,
    error::WebError,
    filter::{self, Condition, Filter},
};

const DEFAULT_LIMIT: u16 = 100;
const MAX_LIMIT: u16 = 1000;
/// So many pages one can go back; a longer way starts from the first page.
const MAX_BEFORE: usize = 8;
/// An address must fit through every load balancer, whatever keys a table has.
const MAX_BEFORE_LENGTH: usize = 4096;

const BAD_ADDRESS: WebError = WebError::bad_request(
    "The address can't be read: it takes cursor, limit, format, sort and order, each once.",
);
const BAD_LIMIT: WebError =
    WebError::bad_request("The limit must be a number from 1 to 1000, or all.");
const BAD_FORMAT: WebError =
    WebError::bad_request("The format must be html, json, jsonl, csv or dynamodb-json.");
const BAD_ORDER: WebError = WebError::bad_request("The order must be asc or desc.");
const NO_SORT: WebError = WebError::bad_request(
    "Only a page of at most 1000 items can be sorted: choose a limit, or leave the order as it is.",
);
/// Also for a cursor that is one, but of another table.
pub(crate) const BAD_CURSOR: WebError =
    WebError::bad_request("The cursor is not one of this table: start again from the first page.");

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selection {
    /// The items after this one.
    pub(crate) start: Option<Start>,
    /// So many items are read, or with a filter found; `None` is all of them.
    pub(crate) limit: Option<u16>,
    pub(crate) format: Format,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) filter: Option<Filter>,
    pub(crate) sort: Option<Sort>,
    /// The cursors of the pages before this one, an empty one for the first.
    pub(crate) before: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Format {
    #[default]
    Html,
    Json,
    JsonLines,
    Csv,
    DynamoDbJson,
}

/// By which attribute a page is sorted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Sort {
    pub(crate) attribute: String,
    pub(crate) descending: bool,
}

impl Selection {
    pub(crate) fn from_address(address: &Uri) -> Result<Self, WebError> {
        let query = address.query().unwrap_or_default();
        let mut once = Once::default();
        let mut selection = Self {
            limit: Some(DEFAULT_LIMIT),
            ..Self::default()
        };
        let mut order = None;
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            once.check(&name)?;
            match &*name {
                "cursor" => selection.start = Some(start(&text)?),
                "limit" => selection.limit = limit(&text)?,
                "format" => selection.format = format(&text)?,
                "order" => order = Some(descending(&text)?),
                "before" => selection.before.push(before(&text)?),
                "sort" if !text.is_empty() => selection.sort = Some(Sort::by(&text)),
                _ => selection.condition(&name, &text),
            }
        }
        if let Some(sort) = &mut selection.sort {
            sort.descending = order.unwrap_or_default();
            if selection.limit.is_none() {
                return Err(NO_SORT);
            }
        }
        // A form sends the rows that were left empty as well.
        selection
            .conditions
            .retain(|condition| !condition.attribute.is_empty());
        selection.filter = filter::filter(&selection.conditions)?;
        selection.forget_far();
        Ok(selection)
    }

    /// The first page of the items for which this holds.
    pub(crate) fn of(condition: Condition) -> Self {
        Self {
            limit: Some(DEFAULT_LIMIT),
            conditions: vec![condition],
            ..Self::default()
        }
    }

    /// What is said after `attribute` is about that attribute.
    fn condition(&mut self, name: &str, text: &str) {
        if name == "attribute" {
            self.conditions.push(Condition {
                attribute: text.to_owned(),
                ..Condition::default()
            });
        }
        let Some(last) = self.conditions.last_mut() else {
            return;
        };
        match name {
            "is" => text.clone_into(&mut last.is),
            "type" => text.clone_into(&mut last.kind),
            "value" => text.clone_into(&mut last.value),
            "and" => text.clone_into(&mut last.and),
            _ => {}
        }
    }

    fn forget_far(&mut self) {
        let mut length = 0;
        let near = self
            .before
            .iter()
            .rev()
            .take(MAX_BEFORE)
            .take_while(|cursor| {
                length += cursor.len();
                length <= MAX_BEFORE_LENGTH
            });
        let near = near.count();
        self.before.drain(..self.before.len() - near);
    }

    /// The address of the page that starts at `cursor`.
    pub(crate) fn next(&self, cursor: &str) -> String {
        let mut next = self.clone();
        next.before.push(self.cursor());
        next.forget_far();
        next.address(Some(cursor))
    }

    /// The address of the page before this one, if it is known.
    pub(crate) fn back(&self) -> Option<String> {
        let mut back = self.clone();
        let cursor = back.before.pop()?;
        Some(back.address((!cursor.is_empty()).then_some(&cursor)))
    }

    /// The address of the first page, in the same words.
    pub(crate) fn first(&self) -> String {
        let first = Self {
            before: Vec::new(),
            ..self.clone()
        };
        first.address(None)
    }

    /// This page in the order of another attribute, or of the same one the other way round.
    pub(crate) fn sorted(&self, attribute: &str, descending: bool) -> String {
        let sort = Some(Sort {
            attribute: attribute.to_owned(),
            descending,
        });
        let sorted = Self {
            sort,
            ..self.clone()
        };
        sorted.here()
    }

    /// The first page in another size.
    pub(crate) fn sized(&self, limit: Option<u16>) -> String {
        let sort = self.sort.clone().filter(|_| limit.is_some());
        Self {
            limit,
            sort,
            ..self.clone()
        }
        .first()
    }

    /// All that is selected, in this format.
    pub(crate) fn export(&self, format: Format) -> String {
        Self {
            format,
            limit: None,
            sort: None,
            ..self.clone()
        }
        .first()
    }

    /// This page in this format.
    pub(crate) fn as_format(&self, format: Format) -> String {
        let other = Self {
            format,
            before: Vec::new(),
            ..self.clone()
        };
        other.here()
    }

    /// This page: two requests with the same address want the same.
    pub(crate) fn here(&self) -> String {
        let cursor = self.cursor();
        self.address((!cursor.is_empty()).then_some(&cursor))
    }

    fn cursor(&self) -> String {
        self.start
            .as_ref()
            .map(Start::to_string)
            .unwrap_or_default()
    }

    fn address(&self, cursor: Option<&str>) -> String {
        let path = "/query?";
        let mut query = form_urlencoded::Serializer::for_suffix(path.to_owned(), path.len());
        if self.format != Format::Html {
            query.append_pair("format", self.format.name());
        }
        let limit = self
            .limit
            .map_or("all".to_owned(), |limit| limit.to_string());
        query.append_pair("limit", &limit);
        for condition in &self.conditions {
            query.append_pair("attribute", &condition.attribute);
            for (name, text) in [
                ("is", &condition.is),
                ("type", &condition.kind),
                ("value", &condition.value),
                ("and", &condition.and),
            ] {
                if !text.is_empty() {
                    query.append_pair(name, text);
                }
            }
        }
        if let Some(sort) = &self.sort {
            query.append_pair("sort", &sort.attribute);
            query.append_pair("order", if sort.descending { "desc" } else { "asc" });
        }
        for before in &self.before {
            query.append_pair("before", before);
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", cursor);
        }
        query.finish()
    }
}

impl Sort {
    fn by(attribute: &str) -> Self {
        Self {
            attribute: attribute.to_owned(),
            descending: false,
        }
    }
}

impl Format {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
            Self::DynamoDbJson => "dynamodb-json",
        }
    }
}

/// Parameters that must not come twice.
#[derive(Default)]
struct Once(Vec<String>);

impl Once {
    fn check(&mut self, name: &str) -> Result<(), WebError> {
        if !["cursor", "limit", "format", "sort", "order"].contains(&name) {
            return Ok(());
        }
        if self.0.iter().any(|seen| seen == name) {
            return Err(BAD_ADDRESS);
        }
        self.0.push(name.to_owned());
        Ok(())
    }
}

fn start(text: &str) -> Result<Start, WebError> {
    Start::decode(text).ok_or(BAD_CURSOR)
}

fn before(text: &str) -> Result<String, WebError> {
    if !text.is_empty() {
        start(text)?;
    }
    Ok(text.to_owned())
}

fn limit(text: &str) -> Result<Option<u16>, WebError> {
    if text == "all" {
        return Ok(None);
    }
    let limit = text.parse().map_err(|_| BAD_LIMIT)?;
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(Some(limit))
    } else {
        Err(BAD_LIMIT)
    }
}

fn format(text: &str) -> Result<Format, WebError> {
    use Format::{Csv, DynamoDbJson, Html, Json, JsonLines};
    [Html, Json, JsonLines, Csv, DynamoDbJson]
        .into_iter()
        .find(|format| format.name() == text)
        .ok_or(BAD_FORMAT)
}

fn descending(text: &str) -> Result<bool, WebError> {
    match text {
        "asc" => Ok(false),
        "desc" => Ok(true),
        _ => Err(BAD_ORDER),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::*;
    use crate::cursor::{self, Key};

    fn select(query: &str) -> Result<Selection, String> {
        let address = format!("/query?{query}").parse().unwrap();
        Selection::from_address(&address).map_err(|error| error.to_string())
    }

    fn key(id: &str) -> Key {
        Key::from([("id".to_owned(), AttributeValue::N(id.to_owned()))])
    }

    #[test]
    fn nothing_said_is_the_first_hundred_as_html() {
        let expected = Selection {
            limit: Some(100),
            ..Selection::default()
        };
        assert_eq!(select("").unwrap(), expected);
        assert_eq!(
            select("format=html&limit=100&unknown=1&attribute=&is=eq&sort=").unwrap(),
            expected
        );
    }

    #[test]
    fn everything_said_is_heard_and_said_again() {
        let (here, before) = (cursor::encode(&key("7")), cursor::encode(&key("6")) + ".60");
        let here = here + ".70";
        let query = format!(
            "format=csv&limit=1000&attribute=a%26b&is=between&type=N&value=1&and=2&attribute=c&is=exists\
             &sort=x+y&order=desc&before=&before={before}&cursor={here}"
        );
        let selection = select(&query).unwrap();
        assert_eq!(selection.here(), format!("/query?{query}"));
        let start = Start {
            key: key("7"),
            read: 70,
        };
        assert_eq!(selection.start, Some(start));
        assert_eq!(selection.filter.as_ref().unwrap().names.len(), 2);
    }

    #[test]
    fn the_way_back_is_the_way_that_was_gone() {
        let cursors: Vec<_> = (1..30)
            .map(|id| cursor::encode(&key(&id.to_string())))
            .collect();
        let mut page = select("").unwrap();
        for cursor in &cursors {
            page = select(page.next(cursor).strip_prefix("/query?").unwrap()).unwrap();
        }
        for cursor in cursors.iter().rev().skip(1).take(MAX_BEFORE) {
            page = select(page.back().unwrap().strip_prefix("/query?").unwrap()).unwrap();
            assert_eq!(page.start.as_ref().unwrap().to_string(), *cursor);
        }
        assert_eq!(page.back(), None);
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
            ("before=forged", BAD_CURSOR),
            ("limit=1&limit=2", BAD_ADDRESS),
            ("cursor=%FF", BAD_CURSOR),
            ("sort=a&order=up", BAD_ORDER),
            ("sort=a&limit=all", NO_SORT),
        ] {
            assert_eq!(select(query).unwrap_err(), expected.to_string(), "{query}");
        }
    }
}
