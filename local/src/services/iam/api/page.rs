//! Lists in pages.

use serde::{Deserialize, Serialize};

use crate::aws::AwsError;

/// Which part of a list the caller wants.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Wanted {
    marker: Option<String>,
    max_items: Option<String>,
}

/// What follows after a page.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Rest {
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

/// The page of `items` that is wanted.
///
/// # Errors
/// A number of items that IAM does not take, or a marker that it did not return.
pub(super) fn page<T>(wanted: &Wanted, items: Vec<T>) -> Result<(Vec<T>, Rest), AwsError> {
    let most = match wanted.max_items.as_deref() {
        None => 100,
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| (1..=1000).contains(number))
            .ok_or_else(|| out_of_range(text))?,
    };
    let start: usize = match wanted.marker.as_deref() {
        None => 0,
        Some(marker) => marker.parse().map_err(|_| {
            let sentence = format!("Invalid Marker: {marker}");
            AwsError::validation(sentence)
        })?,
    };
    let end = start.saturating_add(most);
    let is_truncated = end < items.len();
    let rest = Rest {
        is_truncated,
        marker: is_truncated.then(|| end.to_string()),
    };
    Ok((items.into_iter().skip(start).take(most).collect(), rest))
}

fn out_of_range(text: &str) -> AwsError {
    AwsError::validation(format!(
        "1 validation error detected: Value '{text}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and 1000"
    ))
}
