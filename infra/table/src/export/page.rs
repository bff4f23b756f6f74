//! One response of `Scan`.

use std::ops::Range;

use crate::dynamodb::read_capacity;
use crate::item::{Json, Reason};

/// The text of a response, and where its items are.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    items: Range<usize>,
    pub(super) capacity: f64,
    /// The key after which the next page begins.
    pub(super) next: Option<String>,
}

impl Page {
    pub(super) fn read(text: String) -> Result<Self, Reason> {
        let mut json = Json::new(&text);
        let (mut items, mut capacity, mut next) = (0..0, 0.0, None);
        json.members(|json, name| {
            match &*name {
                "Items" => items = json.skip_span()?,
                "ConsumedCapacity" => capacity = read_capacity(json)?,
                "LastEvaluatedKey" => {
                    next = Some(json.skip()?.to_owned()).filter(|key| key.contains('"'));
                }
                _ => drop(json.skip()?),
            }
            Ok(())
        })?;
        if items.is_empty() {
            return Err("it has no Items".to_owned());
        }
        Ok(Self {
            text,
            items,
            capacity,
            next,
        })
    }

    /// Calls `each` with the text of every item.
    pub(super) fn each<E: From<Reason>>(
        &self,
        mut each: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut failed = None;
        let items = &self.text[self.items.clone()];
        let read = Json::new(items).elements(|json| {
            let item = json.skip()?;
            each(item).map_err(|err| {
                failed = Some(err);
                // It only stops the reader.
                Reason::new()
            })
        });
        match failed {
            Some(err) => Err(err),
            None => read.map_err(E::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_items_and_can_have_a_next_page() {
        let text = r#"{"Items":[{"a":{"S":"]"}} , {}],"LastEvaluatedKey":{"a":{"S":"]"}},
            "ConsumedCapacity":{"TableName":"t","CapacityUnits":1.5},"Count":2}"#;
        let page = Page::read(text.to_owned()).unwrap();
        let mut items = Vec::new();
        let read: Result<(), Reason> = page.each(|item| {
            items.push(item.to_owned());
            Ok(())
        });
        read.unwrap();
        assert_eq!(items, [r#"{"a":{"S":"]"}}"#, "{}"]);
        assert_eq!(page.next.as_deref(), Some(r#"{"a":{"S":"]"}}"#));
        assert!((page.capacity - 1.5).abs() < 1e-9, "{}", page.capacity);
        let last = r#"{"Items":[],"LastEvaluatedKey":{}}"#;
        assert_eq!(Page::read(last.to_owned()).unwrap().next, None);
        for wrong in ["", "{}", "<html>", r#"{"Items":[}"#] {
            assert!(Page::read(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
