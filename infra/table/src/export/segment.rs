//! One of the parts in which a table is read.

use std::ops::Range;

use aws_sdk_dynamodb::Client;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc::Sender;

use crate::capacity;
use crate::item::{Json, Reason};
use crate::retry::Retry;
use crate::wire;

/// What is read.
pub(super) struct Segment {
    pub(super) client: Client,
    pub(super) table: String,
    pub(super) number: u16,
    pub(super) of: u16,
    pub(super) consistent: bool,
}

/// One answer, with the place of its items.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    items: Range<usize>,
    pub(super) capacity: f64,
    /// The key after which more follow.
    next: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    table_name: &'a str,
    segment: u16,
    total_segments: u16,
    consistent_read: bool,
    return_consumed_capacity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclusive_start_key: Option<&'a RawValue>,
}

impl Segment {
    /// Sends all pages, as long as somebody takes them; gives how often a call was made again.
    pub(super) async fn read(self, pages: Sender<Page>) -> Result<u64, deploy::Error> {
        let mut retry = Retry::default();
        let mut next = None;
        loop {
            let page = match self.page(next.as_deref()).await {
                Ok(page) => page,
                Err(err) => {
                    retry.wait(err).await?;
                    continue;
                }
            };
            retry.progressed();
            next.clone_from(&page.next);
            if pages.send(page).await.is_err() || next.is_none() {
                return Ok(retry.count);
            }
        }
    }

    async fn page(&self, after: Option<&str>) -> Result<Page, deploy::Error> {
        let no_answer = |err: serde_json::Error| deploy::Error::NotAws(err.to_string());
        let after: Option<&RawValue> = after
            .map(serde_json::from_str)
            .transpose()
            .map_err(no_answer)?;
        let request = Request {
            table_name: &self.table,
            segment: self.number,
            total_segments: self.of,
            consistent_read: self.consistent,
            return_consumed_capacity: "TOTAL",
            exclusive_start_key: after,
        };
        let body = serde_json::to_vec(&request).map_err(no_answer)?;
        let text = wire::scan(&self.client, body).await?;
        Page::read(text).map_err(deploy::Error::NotAws)
    }
}

impl Page {
    fn read(text: String) -> Result<Self, Reason> {
        let mut json = Json::new(&text);
        let (mut items, mut units, mut next) = (0..0, 0.0, None);
        json.members(|json, name| {
            match &*name {
                "Items" => items = json.skip_span()?,
                "ConsumedCapacity" => units = capacity::read(json)?,
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
            capacity: units,
            next,
        })
    }

    /// Calls `each` with the text of every item.
    pub(super) fn each<E: From<Reason>>(
        &self,
        mut each: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut failed = None;
        let items = self.text.get(self.items.clone()).unwrap_or_default();
        let read = Json::new(items).elements(|json| {
            let item = json.skip()?;
            each(item).map_err(|err| {
                failed = Some(err);
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
    fn a_page_has_items_and_may_have_a_next_one() {
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
