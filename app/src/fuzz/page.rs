use serde_json::Value;

use super::corpus;
use crate::parse::{PageParser, Step, Stop, Totals, unescape};

/// The items of a response and its totals.
type Page = (Vec<String>, Totals);

/// Reads a response whose bytes come in these parts.
fn read<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Result<Page, Stop> {
    let (mut parser, mut items) = (PageParser::default(), Vec::new());
    for part in parts {
        parser.push(part);
        loop {
            match parser.step()? {
                Step::Item(item) => {
                    for attribute in item.attributes {
                        // These would panic if a span were outside the item.
                        let _ = unescape(attribute.name, item.text);
                        let _ = attribute.value.of(item.text);
                    }
                    items.push(item.text.to_owned());
                }
                Step::More => break,
                Step::End => return Ok((items, parser.totals)),
            }
        }
    }
    Err(Stop::Incomplete)
}

/// The items of a page, if it is the JSON of a Scan response without names that come twice.
fn expected(bytes: &[u8]) -> Option<Vec<Value>> {
    let text = str::from_utf8(bytes).ok()?;
    let page: Value = serde_json::from_str(text).ok()?;
    let items = page.as_object()?.get("Items")?.as_array()?;
    let is_value = |value: &Value| {
        let mut members = value.as_object().into_iter().flatten();
        let is_one = members.next().is_some_and(|(tag, value)| {
            !matches!(tag.as_str(), "S" | "N" | "B") || value.is_string()
        });
        is_one && members.next().is_none()
    };
    let is_item = |item: &Value| {
        item.as_object()
            .is_some_and(|item| item.values().all(is_value))
    };
    // serde_json keeps the last of two members with one name, so some braces are missing then.
    let braces = |text: &str| text.matches('{').count();
    let is_once = text.matches("Items").count() == 1 && braces(text) == braces(&page.to_string());
    (is_once && items.iter().all(is_item)).then(|| items.clone())
}

#[test]
fn a_page_is_read_as_by_serde_json_wherever_its_bytes_are_cut() {
    fuzz::run(corpus("page"), |bytes| {
        let whole = read([bytes]);
        let (before, after) = bytes.split_at(bytes.len() / 2);
        assert_eq!(read([before, after]), whole);
        assert_eq!(read(bytes.chunks(7)), whole);
        let Some(expected) = expected(bytes) else {
            return;
        };
        let (items, _) = whole.expect("JSON of a page is read");
        let items = items
            .iter()
            .map(|item| serde_json::from_str(item).expect("an item is JSON"));
        assert_eq!(items.collect::<Vec<Value>>(), expected);
    });
}
