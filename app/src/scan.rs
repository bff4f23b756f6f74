//! One page of the table.

use std::{sync::Arc, time::Instant};

use crate::{
    App,
    cursor::Key,
    failure::{Call, Failure, Kind},
    value::Item,
};

/// What one Scan gave.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) table: Arc<String>,
    pub(crate) items: Vec<Item>,
    /// The key after which the next page starts; `None` on the last page. A page may be empty
    /// and yet not the last.
    pub(crate) last_key: Option<Key>,
}

/// Reads at most `limit` items that follow after the key `start`.
///
/// A table that is gone may have been replaced under another name: then its parameter is read
/// again, once.
pub(crate) async fn scan(app: &App, limit: u16, start: Option<&Key>) -> Result<Page, Failure> {
    let table = app.table.current().await?;
    let asked = Instant::now();
    match scan_table(app, &table, limit, start).await {
        Err(failure) if failure.kind() == Kind::Missing => {
            let renewed = app.table.since(asked).await?;
            if renewed == table {
                return Err(failure);
            }
            tracing::info!(old = %table, new = %renewed, "the table was replaced");
            scan_table(app, &renewed, limit, start).await
        }
        outcome => outcome,
    }
}

async fn scan_table(
    app: &App,
    table: &Arc<String>,
    limit: u16,
    start: Option<&Key>,
) -> Result<Page, Failure> {
    let call = Call {
        action: "dynamodb:Scan",
        noun: "table",
        name: table,
    };
    let answer = app
        .dynamodb
        .scan()
        .table_name(table.as_str())
        .limit(limit.into())
        .set_exclusive_start_key(start.cloned())
        .send()
        .await
        .map_err(|error| Failure::of(call, &error))?;
    Ok(Page {
        table: Arc::clone(table),
        items: answer.items.unwrap_or_default(),
        last_key: answer.last_evaluated_key.filter(|key| !key.is_empty()),
    })
}
