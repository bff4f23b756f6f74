use askama::Template;
use aws_sdk_dynamodb::types::{KeySchemaElement, KeyType, TableDescription};
use axum::extract::State;
use axum::response::Response;
use items::Kind;

use super::site::Site;
use crate::assets::Assets;
use crate::error::WebError;
use crate::table::KeyAttribute;
use crate::text::grouped;
use crate::web::render;

/// The page about the table itself: its state, key, indexes and size. A form leads to an item.
#[derive(Template)]
#[template(path = "table.html")]
struct TablePage<'a> {
    assets: &'a Assets,
    table: &'a str,
    key: &'a [KeyAttribute],
    facts: Vec<(&'static str, String)>,
    /// Why there are no facts.
    hint: Option<String>,
}

impl TablePage<'_> {
    /// The types that a key can have.
    const KINDS: [Kind; 3] = [Kind::String, Kind::Number, Kind::Binary];

    fn title(&self) -> String {
        format!("{}: the table", self.table)
    }
}

/// `GET /table`
pub(crate) async fn table(State(site): State<Site>) -> Result<Response, WebError> {
    let name = site.table.name().await?;
    let described = site.table.describe_now(&name).await;
    let (key, facts, hint) = match &described {
        Ok(description) => (&*description.key, facts(&description.details), None),
        Err(failure) => (&[][..], Vec::new(), Some(failure.to_string())),
    };
    render(&TablePage {
        assets: &site.assets,
        table: &name,
        key,
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
        ("Items", format!("about {items} (updated every 6 hours)")),
        (
            "Size",
            format!(
                "about {} (updated every 6 hours)",
                size(table.table_size_bytes())
            ),
        ),
        ("Billing", billing(table)),
    ];
    for found in table.global_secondary_indexes() {
        facts.push((
            "Global index",
            index(found.index_name(), found.key_schema()),
        ));
    }
    for found in table.local_secondary_indexes() {
        facts.push(("Local index", index(found.index_name(), found.key_schema())));
    }
    facts
}

/// An index with its key, the partition key first.
fn index(name: Option<&str>, schema: &[KeySchemaElement]) -> String {
    let mut key: Vec<_> = schema.iter().collect();
    key.sort_by_key(|element| *element.key_type() != KeyType::Hash);
    let names: Vec<_> = key.iter().map(|element| element.attribute_name()).collect();
    let name = name.unwrap_or("unnamed index");
    format!("{name} on {}", names.join(" and "))
}

fn count(number: Option<i64>) -> String {
    let number = number.and_then(|number| u64::try_from(number).ok());
    number.map_or_else(|| "an unknown number".to_owned(), grouped)
}

/// A number of bytes, with a unit that is easier to read if there are many.
fn size(bytes: Option<i64>) -> String {
    let Some(mut rest) = bytes.and_then(|bytes| u64::try_from(bytes).ok()) else {
        return "an unknown number of bytes".to_owned();
    };
    let exact = format!("{} bytes", grouped(rest));
    let mut readable = None;
    for unit in ["KB", "MB", "GB", "TB"] {
        if rest < 1000 {
            break;
        }
        readable = Some(format!(
            "{}.{} {unit} ({exact})",
            rest / 1000,
            rest % 1000 / 100
        ));
        rest /= 1000;
    }
    readable.unwrap_or(exact)
}

/// How the table is billed. One that was always provisioned has no billing mode.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_exact_and_readable() {
        for (bytes, text) in [
            (None, "an unknown number of bytes"),
            (Some(0), "0 bytes"),
            (Some(999), "999 bytes"),
            (Some(1_000), "1.0 KB (1,000 bytes)"),
            (Some(72_038), "72.0 KB (72,038 bytes)"),
            (Some(1_999_999), "1.9 MB (1,999,999 bytes)"),
            (
                Some(123_456_789_012_345),
                "123.4 TB (123,456,789,012,345 bytes)",
            ),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
