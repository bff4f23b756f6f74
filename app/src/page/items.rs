//! The items of the table, a page at a time or all at once.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, Uri, header},
    response::Response,
};

use crate::{
    App, Failure,
    answer::Shared,
    error::WebError,
    failure::Kind,
    filter::Condition,
    format::{Follows, Summary},
    selection::{BAD_CURSOR, Format, Selection},
};

/// Stands in the page where the items belong: in a text the first character would be escaped.
const PLACE: &str = "<!-- the items -->";

#[derive(Template)]
#[template(path = "items.html")]
struct ItemsPage<'a> {
    table: &'a str,
    selection: &'a Selection,
    conditions: Vec<Condition>,
}

#[derive(Template)]
#[template(path = "items_after.html")]
struct After<'a> {
    selection: &'a Selection,
    summary: &'a Summary,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "items_broken.html")]
struct Broken<'a> {
    failure: &'a Failure,
    after: After<'a>,
}

/// `GET /query` and `POST /query`
pub(crate) async fn items(State(app): State<Arc<App>>, address: Uri) -> Result<Response, WebError> {
    let selection = Selection::from_address(&address)?;
    let (format, has_start) = (selection.format, selection.start.is_some());
    let has_filter = selection.filter.is_some();
    let reader = match Shared::read(&app, selection).await {
        Ok(reader) => reader,
        // A key or a filter that does not fit the table is all in our request that can be wrong.
        Err(failure) if failure.kind() == Kind::Rejected && has_filter => return Err(BAD_FILTER),
        Err(failure) if failure.kind() == Kind::Rejected && has_start => return Err(BAD_CURSOR),
        Err(failure) => return Err(failure.into()),
    };
    let mut response = Response::new(reader.into_body());
    set_type(format, &mut response);
    Ok(response)
}

const BAD_FILTER: WebError = WebError::bad_request(
    "DynamoDB does not take this filter or this cursor for the table: a key can't be compared with an empty value, and a cursor must be of this table.",
);

fn set_type(format: Format, response: &mut Response<Body>) {
    let (kind, file) = match format {
        Format::Html => ("text/html; charset=utf-8", None),
        Format::Json => ("application/json", None),
        Format::JsonLines => (
            "application/jsonl",
            Some("attachment; filename=\"items.jsonl\""),
        ),
        Format::Csv => (
            "text/csv; charset=utf-8; header=present",
            Some("attachment; filename=\"items.csv\""),
        ),
        Format::DynamoDbJson => (
            "application/jsonl",
            Some("attachment; filename=\"items.dynamodb.json\""),
        ),
    };
    let headers = response.headers_mut();
    // With those that every answer gets.
    headers.reserve(12);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(file) = file {
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(file));
    }
}

/// The page up to its items.
pub(crate) fn before(table: &str, selection: &Selection) -> String {
    let mut conditions = selection.conditions.clone();
    // One more row, to be filled in.
    conditions.push(Condition::default());
    let page = ItemsPage {
        table,
        selection,
        conditions,
    };
    let text = rendered(&page);
    text.split(PLACE).next().unwrap_or_default().to_owned()
}

/// The page from its items on.
pub(crate) fn after(selection: &Selection, summary: &Summary, cursor: Option<&str>) -> String {
    rendered(&After::new(selection, summary, cursor))
}

/// The end of a page that can't be completed; after `cursor` is what is missing.
pub(crate) fn broken(
    selection: &Selection,
    summary: &Summary,
    failure: &Failure,
    cursor: Option<&str>,
) -> String {
    let after = After::new(selection, summary, cursor);
    rendered(&Broken { failure, after })
}

/// A template only fails when what it shows fails to show itself, and texts don't.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

impl ItemsPage<'_> {
    const TESTS: [(&'static str, &'static str); 12] = [
        ("eq", "="),
        ("ne", "≠"),
        ("lt", "<"),
        ("le", "≤"),
        ("gt", ">"),
        ("ge", "≥"),
        ("between", "between"),
        ("begins", "begins with"),
        ("contains", "contains"),
        ("exists", "exists"),
        ("missing", "does not exist"),
        ("type", "has the type"),
    ];
    const KINDS: [(&'static str, &'static str); 10] = [
        ("S", "String"),
        ("N", "Number"),
        ("B", "Binary"),
        ("BOOL", "Boolean"),
        ("NULL", "Null"),
        ("M", "Map"),
        ("L", "List"),
        ("SS", "String set"),
        ("NS", "Number set"),
        ("BS", "Binary set"),
    ];
    const SIZES: [(&'static str, Option<u16>); 4] = [
        ("25", Some(25)),
        ("100", Some(100)),
        ("1000", Some(1000)),
        ("all", None),
    ];

    fn limit(&self) -> String {
        self.selection
            .limit
            .map_or("all".to_owned(), |limit| limit.to_string())
    }

    /// Whether the size is one that is offered to everybody.
    fn is_usual(&self) -> bool {
        let mut sizes = Self::SIZES.iter();
        sizes.any(|(_, size)| *size == self.selection.limit)
    }

    fn filter(&self) -> &'static str {
        if self.selection.conditions.is_empty() {
            "Filter"
        } else {
            "Filter (on)"
        }
    }
}

impl<'a> After<'a> {
    fn new(selection: &'a Selection, summary: &'a Summary, cursor: Option<&str>) -> Self {
        Self {
            selection,
            summary,
            next: cursor.map(|cursor| selection.next(cursor)),
        }
    }
}

impl After<'_> {
    const EXPORTS: [(&'static str, Format); 3] = [
        ("JSON Lines", Format::JsonLines),
        ("CSV", Format::Csv),
        ("DynamoDB JSON", Format::DynamoDbJson),
    ];

    fn count(&self) -> String {
        let follows = match self.next {
            None => Follows::Nothing,
            Some(_) if self.selection.filter.is_some() => Follows::Perhaps,
            Some(_) => Follows::More,
        };
        self.summary.count(self.selection.start.is_none(), follows)
    }

    /// How far a page with a filter is, when it is not the last one.
    fn progress(&self) -> Option<String> {
        let is_known = self.next.is_some() && self.has_progress();
        is_known.then(|| self.summary.progress())
    }

    fn has_progress(&self) -> bool {
        self.selection.filter.is_some() && self.selection.limit.is_some()
    }

    fn next_label(&self) -> &'static str {
        if self.has_progress() && !self.summary.is_full {
            "Go on"
        } else {
            "Next page"
        }
    }

    /// What is said in place of a table that has no rows.
    fn nothing(&self) -> &'static str {
        match (
            self.next.is_some(),
            self.selection.start.is_some(),
            self.selection.filter.is_some(),
        ) {
            (true, _, true) => "Nothing that matches was found so far: go on to read further.",
            (true, _, false) => "There are no items on this page, but more pages follow.",
            (false, true, _) => "There are no more items.",
            (false, false, true) => "No item of the table matches.",
            (false, false, false) => "The table is empty.",
        }
    }
}
