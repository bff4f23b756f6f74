use serde_json::json;

use super::context::Context;
use super::entry::Format;
use super::properties::{PageLink, Properties};
use super::summary::Ending;
use super::writer::Writer;
use crate::error::WebError;
use crate::parse::Item;
use crate::text::write_string;

pub(super) const FORMAT: Format = Format {
    properties: Properties {
        name: "json",
        label: "JSON",
        media_type: "application/json",
        file_name: None,
        link: PageLink::Page,
        has_cursor: true,
    },
    writer: || Box::new(Json::default()),
};

/// One JSON object: the table, its items as DynamoDB JSON, and the cursor of the next page.
#[derive(Clone, Default)]
struct Json {
    has_items: bool,
}

impl Writer for Json {
    fn begin(&mut self, context: &Context, out: &mut Vec<u8>) -> Result<(), WebError> {
        out.extend_from_slice(b"{\"table\":");
        write_string(out, &context.table);
        out.extend_from_slice(b",\"items\":[");
        Ok(())
    }

    fn item(&mut self, _: &Context, item: &Item<'_>, out: &mut Vec<u8>) {
        if self.has_items {
            out.push(b',');
        }
        self.has_items = true;
        out.extend_from_slice(item.text.as_bytes());
    }

    fn end(
        &mut self,
        context: &Context,
        ending: &Ending,
        out: &mut Vec<u8>,
    ) -> Result<(), WebError> {
        write_end(context, ending, None, out);
        Ok(())
    }

    fn broken(
        &mut self,
        context: &Context,
        ending: &Ending,
        err: &WebError,
        out: &mut Vec<u8>,
    ) -> Result<bool, WebError> {
        // A client that asks for all items at once does not look for a cursor.
        let can_continue = ending.cursor.is_some() && context.selection.limit.is_some();
        if can_continue {
            write_end(context, ending, Some(err), out);
        }
        Ok(can_continue)
    }
}

fn write_end(context: &Context, ending: &Ending, err: Option<&WebError>, out: &mut Vec<u8>) {
    let summary = &ending.summary;
    let mut end = json!({
        "cursor": ending.cursor,
        "scanned": summary.scanned,
        "capacity": summary.capacity,
    });
    if context.selection.is_filled() {
        end["read"] = summary.read.into();
        end["itemCount"] = summary.item_count.into();
    }
    if let Some(err) = err {
        end["error"] = err.to_string().into();
    }
    out.extend_from_slice(b"],");
    // Without the { of an object of its own.
    out.extend_from_slice(&end.to_string().as_bytes()[1..]);
}
