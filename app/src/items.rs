//! The items of the table, a page at a time.

use std::sync::Arc;

use askama::Template;
use aws_sdk_dynamodb::types::AttributeValue;
use axum::{
    Json,
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    App,
    columns::columns,
    cursor,
    error::WebError,
    failure::Kind,
    respond,
    scan::{Page, scan},
    selection::{BAD_CURSOR, Selection},
    value::{self, Item},
};

/// A longer text is folded until it is clicked.
const LONG_TEXT: usize = 160;

#[derive(Template)]
#[template(path = "items.html")]
struct ItemsPage {
    table: Arc<String>,
    columns: Vec<String>,
    rows: Vec<Vec<Option<Cell>>>,
    limit: u16,
    /// The cursors of this page and of the next one.
    here: Option<String>,
    next: Option<String>,
}

struct Cell {
    type_name: &'static str,
    text: String,
}

/// `GET /query` and `POST /query`
pub(crate) async fn items(State(app): State<Arc<App>>, address: Uri) -> Result<Response, WebError> {
    let selection = Selection::from_address(&address)?;
    let page = match scan(&app, selection.limit, selection.start.as_ref()).await {
        // A key that does not fit the table is the only thing in our request that can be wrong.
        Err(failure) if failure.kind() == Kind::Rejected && selection.start.is_some() => {
            return Err(BAD_CURSOR);
        }
        outcome => outcome?,
    };
    if selection.json {
        Ok(Json(to_json(&page)).into_response())
    } else {
        respond::page(&ItemsPage::new(page, &selection))
    }
}

fn to_json(page: &Page) -> Value {
    json!({
        "table": *page.table,
        "items": page.items.iter().map(value::item_to_json).collect::<Vec<_>>(),
        "cursor": page.last_key.as_ref().map(cursor::encode),
    })
}

impl ItemsPage {
    fn new(page: Page, selection: &Selection) -> Self {
        // Without the right to describe the table, a cursor is what tells its key.
        let key = page.last_key.as_ref().or(selection.start.as_ref());
        let names = columns(&page.items, key);
        let mut rows: Vec<_> = page.items.iter().map(|item| row(item, &names)).collect();
        let mut columns: Vec<_> = names.into_iter().map(str::to_owned).collect();
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
            limit: selection.limit,
            here: selection.start.as_ref().map(cursor::encode),
            next: page.last_key.as_ref().map(cursor::encode),
        }
    }

    fn count(&self) -> String {
        match self.rows.len() {
            0 => "No items".to_owned(),
            1 => "1 item".to_owned(),
            count => format!("{count} items"),
        }
    }
}

/// A cell for each column, and at the end one for the attributes that have none.
fn row(item: &Item, columns: &[&str]) -> Vec<Option<Cell>> {
    let cells = columns.iter().map(|&name| item.get(name).map(Cell::new));
    let others: Vec<_> = item
        .iter()
        .filter(|(name, _)| !columns.contains(&name.as_str()))
        .collect();
    let last = (!others.is_empty()).then(|| Cell {
        type_name: "Map",
        text: value::attributes_to_text(others),
    });
    cells.chain([last]).collect()
}

impl Cell {
    fn new(value: &AttributeValue) -> Self {
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
