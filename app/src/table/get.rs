use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use serde::de::IgnoredAny;
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
    /// Every response has it, also one without an item.
    #[serde(rename = "ConsumedCapacity")]
    capacity: Option<IgnoredAny>,
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
        let got = self.gate.pass(async {
            let got = tokio::time::timeout(self.call_time, self.ask(call, key)).await;
            got.unwrap_or_else(|_| Err(Failure::late(call)))
        });
        got.await
    }

    async fn ask(&self, call: Call<'_>, key: &Key) -> Result<Option<Map<String, Value>>, Failure> {
        let body = TakeBody::default();
        let request = self
            .client
            .get_item()
            .table_name(call.name)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .set_key(Some(key.clone()));
        let sent = request.customize().interceptor(body.clone()).send().await;
        sent.map_err(|err| Failure::of(call, &err))?;
        let unreadable = || Failure::unreadable(call);
        let body = body.taken().ok_or_else(unreadable)?;
        let bytes = Limited::new(body, MAX_LENGTH).collect().await;
        let bytes = bytes.map_err(|_| unreadable())?.to_bytes();
        let response: GetItem = serde_json::from_slice(&bytes).map_err(|_| unreadable())?;
        if response.item.is_none() && response.capacity.is_none() {
            return Err(unreadable());
        }
        Ok(response.item)
    }
}
