//! Reads one segment of a parallel scan.

use aws_sdk_dynamodb::Client;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc::Sender;

use super::page::Page;
use crate::dynamodb::{Retry, scan};

/// One segment of a table.
pub(super) struct Segment {
    pub(super) client: Client,
    pub(super) table: String,
    pub(super) number: u16,
    pub(super) total: u16,
    pub(super) consistent: bool,
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
    /// Sends all pages, unless the receiver is gone; returns the number of retries.
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

    /// The page after this key.
    async fn page(&self, after: Option<&str>) -> Result<Page, deploy::Error> {
        let not_json = |err: serde_json::Error| deploy::Error::NotAws(err.to_string());
        let after: Option<&RawValue> = after
            .map(serde_json::from_str)
            .transpose()
            .map_err(not_json)?;
        let request = Request {
            table_name: &self.table,
            segment: self.number,
            total_segments: self.total,
            consistent_read: self.consistent,
            return_consumed_capacity: "TOTAL",
            exclusive_start_key: after,
        };
        let body = serde_json::to_vec(&request).map_err(not_json)?;
        let text = scan(&self.client, body).await?;
        Page::read(text).map_err(deploy::Error::NotAws)
    }
}
