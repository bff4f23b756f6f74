use super::context::Context;
use super::entry::Format;
use super::properties::{PageLink, Properties};
use super::writer::Writer;
use crate::parse::Item;

pub(super) const FORMAT: Format = Format {
    properties: Properties {
        name: "dynamodb-json",
        label: "DynamoDB JSON",
        media_type: "application/jsonl",
        file_name: Some("items.dynamodb.json"),
        link: PageLink::All,
        has_cursor: false,
    },
    writer: || Box::new(DynamoDbJson),
};

/// Each item on a line of its own with its types, as `DynamoDB` exports and imports it.
#[derive(Clone)]
struct DynamoDbJson;

impl Writer for DynamoDbJson {
    fn item(&mut self, _: &Context, item: &Item<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"Item\":");
        // A line break can only be white space between tokens.
        for part in item.text.split(['\n', '\r']) {
            out.extend_from_slice(part.as_bytes());
        }
        out.extend_from_slice(b"}\n");
    }
}
