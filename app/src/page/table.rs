//! What the table is: its state, key, indexes and size.

use std::sync::Arc;

use askama::Template;
use aws_sdk_dynamodb::types::TableDescription;
use axum::{extract::State, response::Response};

use crate::{App, error::WebError, facts::KeyAttribute, format::grouped, respond};

#[derive(Template)]
#[template(path = "table.html")]
struct TablePage {
    table: String,
    key: Vec<KeyAttribute>,
    facts: Vec<(&'static str, String)>,
    hint: Option<String>,
}

/// `GET /table`
pub(crate) async fn table(State(app): State<Arc<App>>) -> Result<Response, WebError> {
    let table = app.table.current().await?;
    let described = app.facts.describe(&app, &table).await?;
    let (facts, hint) = match Result::as_ref(&described) {
        Ok(description) => (facts(description), None),
        Err(failure) => (Vec::new(), Some(failure.to_string())),
    };
    respond::page(&TablePage {
        key: app.facts.key(&app, &table).await.unwrap_or_default(),
        table: table.to_string(),
        facts,
        hint,
    })
}

fn facts(table: &TableDescription) -> Vec<(&'static str, String)> {
    let status = table
        .table_status()
        .map_or("unknown", |status| status.as_str());
    let items = count(table.item_count());
    let mut facts = vec![
        ("Status", status.to_owned()),
        ("Items", format!("about {items}, as of up to 6 hours ago")),
        (
            "Size",
            format!(
                "about {} bytes, as of up to 6 hours ago",
                count(table.table_size_bytes())
            ),
        ),
        ("Billing", billing(table)),
    ];
    for index in table.global_secondary_indexes() {
        facts.push((
            "Global index",
            index.index_name().unwrap_or_default().to_owned(),
        ));
    }
    for index in table.local_secondary_indexes() {
        facts.push((
            "Local index",
            index.index_name().unwrap_or_default().to_owned(),
        ));
    }
    facts
}

fn count(number: Option<i64>) -> String {
    let number = number.and_then(|number| u64::try_from(number).ok());
    number.map_or_else(|| "an unknown number".to_owned(), grouped)
}

/// A table that was always provisioned has no billing mode.
fn billing(table: &TableDescription) -> String {
    let mode = table
        .billing_mode_summary()
        .and_then(|summary| summary.billing_mode());
    match (mode, table.provisioned_throughput()) {
        (Some(mode), _) if mode.as_str() == "PAY_PER_REQUEST" => "on demand".to_owned(),
        (_, Some(provisioned)) => format!(
            "provisioned, {} read and {} write capacity units",
            count(provisioned.read_capacity_units()),
            count(provisioned.write_capacity_units()),
        ),
        (_, None) => "unknown".to_owned(),
    }
}
