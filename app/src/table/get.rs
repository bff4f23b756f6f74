use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Table;
use super::body::TakeBody;
use crate::aws::{Call, Failure};
use crate::key::Key;

/// An item has at most 400 KB; JSON with every byte escaped is six times as long.
const MAX_LENGTH: usize = 4 * 1024 * 1024;

#[derive(Deserialize)]
struct GetItem {
    #[serde(rename = "Item")]
    item: Option<Map<String, Value>>,
}

impl Table {
    /// The item with this key as DynamoDB JSON, if there is one in the table with this name.
    pub(crate) async fn get(
        &self,
        name: &str,
        key: &Key,
    ) -> Result<Option<Map<String, Value>>, Failure> {
        let call = Call {
            action: "dynamodb:GetItem",
            noun: "table",
            name,
        };
        let body = TakeBody::default();
        let request = self
            .client
            .get_item()
            .table_name(name)
            .set_key(Some(key.clone()));
        let sent = request.customize().interceptor(body.clone()).send().await;
        sent.map_err(|err| Failure::of(call, &err))?;
        let body = body.taken().ok_or_else(|| Failure::unreadable(call))?;
        let bytes = Limited::new(body, MAX_LENGTH).collect().await;
        let bytes = bytes.map_err(|_| Failure::unreadable(call))?.to_bytes();
        let response: GetItem =
            serde_json::from_slice(&bytes).map_err(|_| Failure::unreadable(call))?;
        Ok(response.item)
    }
}
