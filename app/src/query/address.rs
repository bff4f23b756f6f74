use axum::http::Uri;

use super::condition::Condition;
use super::filter::filter;
use super::selection::{Selection, Sort};
use crate::error::WebError;
use crate::key::Start;

const MAX_LIMIT: u16 = 1000;
/// How many pages back one can go; a longer way starts from the first page.
const MAX_BEFORE: usize = 8;
/// The cursors of earlier pages must not make the address too long for a load balancer.
const MAX_BEFORE_LENGTH: usize = 4096;

const BAD_ADDRESS: WebError = WebError::bad_request(
    "The address cannot be read: cursor, limit, format, sort and order may each be given once.",
);
const BAD_LIMIT: WebError =
    WebError::bad_request("The limit must be a number from 1 to 1000, or all.");
const BAD_ORDER: WebError = WebError::bad_request("The order must be asc or desc.");
const NO_SORT: WebError = WebError::bad_request(
    "Only a page of at most 1000 items can be sorted: choose a limit, or do not sort.",
);
/// The cursor cannot be read, or belongs to another table.
pub(crate) const BAD_CURSOR: WebError = WebError::bad_request(
    "The cursor is invalid or from another table: start again from the first page.",
);

impl Selection {
    /// Reads the query of an address.
    pub(crate) fn from_address(address: &Uri) -> Result<Self, WebError> {
        let query = address.query().unwrap_or("");
        let mut once = Once::default();
        let mut selection = Self::default();
        let mut descending = false;
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            once.check(&name)?;
            match &*name {
                "cursor" => selection.start = Some(start(&text)?),
                "limit" => selection.limit = limit(&text)?,
                "format" => selection.format = text.into_owned().into(),
                "order" => descending = is_descending(&text)?,
                "before" => selection.before.push(before(&text)?),
                "sort" if !text.is_empty() => selection.sort = Some(Sort::by(&text)),
                _ => selection.add_to_condition(&name, &text),
            }
        }
        if let Some(sort) = &mut selection.sort {
            sort.descending = descending;
            if selection.limit.is_none() {
                return Err(NO_SORT);
            }
        }
        // A form also sends the rows that were left empty.
        selection
            .conditions
            .retain(|condition| !condition.attribute.is_empty());
        selection.filter = filter(&selection.conditions)?;
        selection.drop_old_cursors();
        Ok(selection)
    }

    /// `attribute` begins a condition, and what follows is about that attribute.
    fn add_to_condition(&mut self, name: &str, text: &str) {
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

    /// Drops the cursors of the pages that are too far back.
    pub(super) fn drop_old_cursors(&mut self) {
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
}

impl Sort {
    fn by(attribute: &str) -> Self {
        Self {
            attribute: attribute.to_owned(),
            descending: false,
        }
    }
}

/// The parameters that were seen and may not come twice.
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

fn is_descending(text: &str) -> Result<bool, WebError> {
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
    use crate::key::{Key, encode};

    fn select(query: &str) -> Result<Selection, String> {
        let address = format!("/query?{query}").parse().unwrap();
        Selection::from_address(&address).map_err(|err| err.to_string())
    }

    fn key(id: &str) -> Key {
        Key::from([("id".to_owned(), AttributeValue::N(id.to_owned()))])
    }

    #[test]
    fn without_a_query_it_is_the_first_hundred_as_html() {
        let expected = Selection::default();
        assert_eq!((expected.limit, &*expected.format), (Some(100), "html"));
        assert_eq!(select("").unwrap(), expected);
        assert_eq!(
            select("format=html&limit=100&unknown=1&attribute=&is=eq&sort=").unwrap(),
            expected
        );
    }

    #[test]
    fn all_that_an_address_says_is_in_the_address_of_the_selection() {
        let (here, before) = (encode(&key("7")), encode(&key("6")) + ".60");
        let here = here + ".70";
        let query = format!(
            "format=csv&limit=1000&attribute=a%26b&is=between&type=N&value=1&and=2&attribute=c&is=exists\
             &sort=x+y&order=desc&before=&before={before}&cursor={here}"
        );
        let selection = select(&query).unwrap();
        assert_eq!(selection.link_to_self(), format!("/query?{query}"));
        let start = Start {
            key: key("7"),
            read: 70,
        };
        assert_eq!(selection.start, Some(start));
        assert_eq!(selection.filter.as_ref().unwrap().names.len(), 2);
    }

    #[test]
    fn the_pages_back_are_those_of_the_way_there() {
        let cursors: Vec<_> = (1..30).map(|id| encode(&key(&id.to_string()))).collect();
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
    fn each_mistake_in_an_address_has_its_sentence() {
        for (query, expected) in [
            ("limit=0", BAD_LIMIT),
            ("limit=1001", BAD_LIMIT),
            ("limit=99999999999", BAD_LIMIT),
            ("limit=-1", BAD_LIMIT),
            ("limit=", BAD_LIMIT),
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
