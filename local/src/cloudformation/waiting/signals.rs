//! The signals that were sent to the handles of wait conditions.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::put;
use serde::{Deserialize, Serialize};

use crate::account::Account;

/// The beginning of the address of a handle.
pub(super) const ADDRESS: &str = "/_local/signals/";

/// The signals by the id of their handle, which is the end of its address, and by their own id.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Signals(BTreeMap<String, BTreeMap<String, Signal>>);

/// A signal, in the form of
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html>.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Signal {
    pub(super) status: String,
    pub(super) unique_id: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) data: String,
}

impl Signals {
    /// The signals to a handle, by its address.
    pub(super) fn of(&self, url: &str) -> impl Iterator<Item = &Signal> {
        let signals = self.0.get(id(url));
        signals.into_iter().flat_map(BTreeMap::values)
    }

    pub(super) fn forget(&mut self, url: &str) {
        self.0.remove(id(url));
    }
}

fn id(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// Takes the signals.
pub(crate) fn router() -> Router<Arc<Account>> {
    Router::new().route(&format!("{ADDRESS}{{handle}}"), put(receive))
}

async fn receive(
    State(account): State<Arc<Account>>,
    Path(handle): Path<String>,
    body: Bytes,
) -> StatusCode {
    let Ok(signal) = serde_json::from_slice::<Signal>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    account.change(|state| {
        let mut handles = state
            .inventory
            .of_type("AWS::CloudFormation::WaitConditionHandle");
        let is_known = handles.any(|(url, _)| id(url) == handle);
        if !is_known {
            return StatusCode::NOT_FOUND;
        }
        let signals = state.signals.0.entry(handle).or_default();
        // The same signal again changes nothing.
        signals.entry(signal.unique_id.clone()).or_insert(signal);
        StatusCode::OK
    })
}
