//! The items of the table, a page at a time.

use std::sync::Arc;

use askama::Template;
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    App,
    columns::columns,
    cursor::{self, Key},
    error::WebError,
    failure::Kind,
    respond,
    scan::{Page, scan},
    value::{self, Item},
};

const DEFAULT_LIMIT: u16 = 100;
const MAX_LIMIT: u16 = 1000;
/// A longer text is folded until it is clicked.
const LONG_TEXT: usize = 160;

/// What follows the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Options {
    cursor: Option<String>,
    limit: Option<String>,
    format: Option<String>,
}

/// What is to be shown.
#[derive(Debug, PartialEq)]
struct Wanted {
    start: Option<Key>,
    limit: u16,
    json: bool,
}

#[derive(Template)]
#[template(path = "items.html")]
struct ItemsPage {
    table: Arc<String>,
    columns: Vec<String>,
    rows: Vec<Vec<Option<Cell>>>,
    is_first: bool,
    next: Option<String>,
    limit: u16,
}

struct Cell {
    type_name: &'static str,
    text: String,
}

/// `GET /query` and `POST /query`
pub(crate) async fn items(
    State(app): State<Arc<App>>,
    options: Result<Query<Options>, QueryRejection>,
) -> Result<Response, WebError> {
    let Ok(Query(options)) = options else {
        return Err(WebError::BadRequest(
            "The address can't be read: it takes cursor, limit and format, each once.",
        ));
    };
    let wanted = wanted(options)?;
    let page = scan(&app, wanted.limit, wanted.start.as_ref())
        .await
        .map_err(|failure| {
            // DynamoDB refuses a key that does not fit the table, and nothing else in our request.
            match wanted.start {
                Some(_) if failure.kind() == Kind::Rejected => WebError::BadRequest(BAD_CURSOR),
                _ => failure.into(),
            }
        })?;
    if wanted.json {
        Ok(Json(to_json(&page)).into_response())
    } else {
        respond::page(&ItemsPage::new(page, &wanted))
    }
}

const BAD_CURSOR: &str = "The cursor is not one of this table: start again from the first page.";

fn wanted(options: Options) -> Result<Wanted, WebError> {
    let limit = match options.limit.as_deref() {
        None => DEFAULT_LIMIT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or(WebError::BadRequest(
                "The limit must be a number from 1 to 1000.",
            ))?,
    };
    let start = match options.cursor {
        None => None,
        Some(text) => Some(cursor::decode(&text).ok_or(WebError::BadRequest(BAD_CURSOR))?),
    };
    let json = match options.format.as_deref() {
        None | Some("html") => false,
        Some("json") => true,
        Some(_) => return Err(WebError::BadRequest("The format must be html or json.")),
    };
    Ok(Wanted { start, limit, json })
}

fn to_json(page: &Page) -> Value {
    json!({
        "table": *page.table,
        "items": page.items.iter().map(value::item_to_json).collect::<Vec<_>>(),
        "cursor": page.last_key.as_ref().map(cursor::encode),
    })
}

impl ItemsPage {
    fn new(page: Page, wanted: &Wanted) -> Self {
        // Without the right to describe the table, a cursor is what tells its key.
        let key = page.last_key.as_ref().or(wanted.start.as_ref());
        let columns = columns(&page.items, key);
        let mut rows: Vec<_> = page.items.iter().map(|item| row(item, &columns)).collect();
        let mut columns: Vec<_> = columns.into_iter().map(str::to_owned).collect();
        if rows
            .iter()
            .any(|row| row.last().is_some_and(Option::is_some))
        {
            columns.push("other attributes".to_owned());
        } else {
            for row in &mut rows {
                row.pop();
            }
        }
        Self {
            table: page.table,
            columns,
            rows,
            is_first: wanted.start.is_none(),
            next: page.last_key.as_ref().map(cursor::encode),
            limit: wanted.limit,
        }
    }

    fn count(&self) -> String {
        match self.rows.len() {
            0 => "No items".to_owned(),
            1 => "1 item".to_owned(),
            count => format!("{count} items"),
        }
    }

    fn json_address(&self) -> String {
        format!("/query?format=json&limit={}", self.limit)
    }
}

/// A cell for each column, and one for the attributes that have none.
fn row(item: &Item, columns: &[&str]) -> Vec<Option<Cell>> {
    let cells = columns.iter().map(|&name| item.get(name).map(Cell::new));
    let others: Vec<_> = item
        .iter()
        .filter(|(name, _)| !columns.contains(&name.as_str()))
        .collect();
    let rest = (!others.is_empty()).then(|| Cell {
        type_name: "Map",
        text: value::attributes_to_text(others),
    });
    cells.chain([rest]).collect()
}

impl Cell {
    fn new(value: &aws_sdk_dynamodb::types::AttributeValue) -> Self {
        Self {
            type_name: value::type_name(value),
            text: value::to_text(value),
        }
    }

    fn is_long(&self) -> bool {
        self.text.len() > LONG_TEXT
    }

    fn is_number(&self) -> bool {
        self.type_name == "Number"
    }
}
