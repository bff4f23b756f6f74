//! Lists in pages.

use serde::Serialize;

use crate::aws::{self, AwsError, page_size};

/// What follows after a page.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Rest {
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

/// The page of `items` at a marker.
///
/// # Errors
/// A marker that is not of this list.
pub(super) fn page<T>(
    items: Vec<T>,
    marker: Option<&String>,
    max_items: Option<&String>,
) -> Result<(Vec<T>, Rest), AwsError> {
    let size = page_size(max_items.and_then(|text| text.parse().ok()), 1000);
    let size = if max_items.is_none() { 100 } else { size };
    let marker = marker.map(String::as_str);
    let (page, marker) =
        aws::page(items, size, marker).ok_or_else(|| AwsError::validation("Invalid Marker."))?;
    let rest = Rest {
        is_truncated: marker.is_some(),
        marker,
    };
    Ok((page, rest))
}
