use super::context::Context;
use super::entry::Format;
use super::properties::{PageLink, Properties};
use super::writer::Writer;
use crate::parse::Item;
use crate::text::write_item;

pub(super) const FORMAT: Format = Format {
    properties: Properties {
        name: "jsonl",
        label: "JSON Lines",
        media_type: "application/jsonl",
        file_name: Some("items.jsonl"),
        link: PageLink::All,
        has_cursor: false,
    },
    writer: || Box::new(JsonLines),
};

/// Each item on a line of its own, as JSON without types.
#[derive(Clone)]
pub(super) struct JsonLines;

impl Writer for JsonLines {
    fn item(&mut self, _: &Context, item: &Item<'_>, out: &mut Vec<u8>) {
        write_item(out, item);
        out.push(b'\n');
    }
}
